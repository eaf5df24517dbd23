import {
  type ChunkRun,
  type DriverCommand,
  type DriverEvent,
  UNBOUNDED,
} from "../driver/events.ts";
import { Driver } from "../driver/state.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { Agenda } from "./agenda.ts";

/** Latencies of a machine, in seconds. */
export interface Latencies {
  /** From a message to the moment in which a thread that slept acts on it. */
  readonly wake: number;
  /** Between two chunks of a worker, the second of which had been waiting for it. */
  readonly next: number;
}

/** A job in virtual time. Times are in seconds since it started. */
export interface VirtualJob {
  readonly indexCount: number;
  readonly schedule: Schedule;
  /** When each worker has loaded the task; their number is the number of workers. */
  readonly ready: readonly number[];
  readonly latencies: Latencies;
  /** What a range of indices takes a worker, from taking it up to its results' being sent. */
  readonly work: (start: number, end: number) => number;
  /** What sending a range takes the driver's thread. */
  readonly send: (start: number, end: number) => number;
  /** What receiving a range's results takes the driver's thread. */
  readonly receive: (start: number, end: number) => number;
}

/** What comes of a job in virtual time. Seconds. */
export interface VirtualOutcome {
  /** When the driver knew that all was done. */
  readonly end: number;
  readonly chunks: number;
  /** For each worker, when it had done its last chunk; 0 for one that had none. */
  readonly lastDone: readonly number[];
  /** For each worker, how long it was busy. */
  readonly busy: readonly number[];
  /** How long the driver's thread was busy with sending and receiving. */
  readonly driverBusy: number;
}

/**
 * Runs a job by the real driver and a real schedule in virtual time: as many cores as workers,
 * and one more for the driver's thread, which does one thing after the other.
 */
export function virtualRun(job: VirtualJob): VirtualOutcome {
  return new VirtualRun(job).run();
}

/** A worker: whether it runs a chunk, and those that wait. */
interface VirtualWorker {
  isRunning: boolean;
  /** Chunks that have been sent, with the time of their arrival. */
  readonly waiting: { readonly chunk: ChunkRun; readonly at: number }[];
  lastDone: number;
  busy: number;
}

/** How far a worker came with a chunk, and what that cost it. */
interface Ran {
  readonly until: number;
  readonly cost: number;
}

class VirtualRun {
  readonly #job: VirtualJob;
  readonly #driver: Driver;
  readonly #workers: readonly VirtualWorker[];
  readonly #agenda = new Agenda();
  #now = 0;
  #driverFreeAt = 0;
  #driverBusy = 0;
  #chunks = 0;
  #end: number | undefined;

  constructor(job: VirtualJob) {
    this.#job = job;
    const { schedule, indexCount, ready } = job;
    const workers = ready.length;
    this.#driver = new Driver({ schedule, itemCount: indexCount, workers, window: UNBOUNDED });
    this.#workers = ready.map(() => ({
      isRunning: false,
      waiting: [],
      lastDone: 0,
      busy: 0,
    }));
  }

  run(): VirtualOutcome {
    this.#job.ready.forEach((at, worker) => {
      this.#agenda.add(at, () => this.#tell({ kind: "joined", worker }));
    });
    for (let next = this.#agenda.next(); next !== undefined; next = this.#agenda.next()) {
      this.#now = next.at;
      next.act();
    }
    return {
      end: this.#end ?? this.#now,
      chunks: this.#chunks,
      lastDone: this.#workers.map(({ lastDone }) => lastDone),
      busy: this.#workers.map(({ busy }) => busy),
      driverBusy: this.#driverBusy,
    };
  }

  /** Events that arrive while the driver's thread is busy wait for it. */
  #tell(event: DriverEvent): void {
    if (this.#driverFreeAt > this.#now) {
      this.#agenda.add(this.#driverFreeAt, () => this.#tell(event));
      return;
    }
    for (const command of this.#driver.handle(event)) this.#obey(command);
  }

  #obey(command: DriverCommand): void {
    switch (command.kind) {
      case "run":
        return this.#send(command.worker, command.chunk);
      case "revoke":
        return this.#revoke(command.worker, command.chunk);
      case "finish":
        this.#end = Math.max(this.#now, this.#driverFreeAt);
        return;
      case "pull":
      case "settle":
      case "late":
      case "retire":
      case "fail":
        throw new Error(`A job in virtual time came to \`${command.kind}\`, which it cannot`);
      default:
        command satisfies never;
    }
  }

  #occupyDriver(seconds: number): number {
    this.#driverFreeAt = Math.max(this.#driverFreeAt, this.#now) + seconds;
    this.#driverBusy += seconds;
    return this.#driverFreeAt;
  }

  #send(index: number, chunk: ChunkRun): void {
    this.#chunks++;
    const sentAt = this.#occupyDriver(this.#job.send(chunk.start, chunk.end));
    const worker = this.#workers[index] as VirtualWorker;
    worker.waiting.push({ chunk, at: sentAt });
    if (worker.isRunning) return;
    const wakesAt = sentAt + this.#job.latencies.wake;
    this.#agenda.add(wakesAt, () => this.#takeUp(index));
  }

  #takeUp(index: number): void {
    const worker = this.#workers[index] as VirtualWorker;
    const first = worker.waiting[0];
    if (worker.isRunning || first === undefined || first.at > this.#now) return;
    const { chunk } = first;
    const ran = this.#work(chunk);
    worker.isRunning = true;
    worker.waiting.shift();
    worker.busy += ran.cost;
    this.#agenda.add(this.#now + ran.cost, () => this.#ended(index, chunk, ran));
  }

  /** A worker looks at the clock after 1, 2, 4, … indices, and stops once the budget is used up. */
  #work({ start, end, budget }: ChunkRun): Ran {
    if (budget === undefined) return { until: end, cost: this.#job.work(start, end) };
    let until = Math.min(end, start + 1);
    let cost = this.#job.work(start, until);
    while (until < end && cost * 1e6 < budget) {
      const next = Math.min(end, until + until - start);
      cost += this.#job.work(until, next);
      until = next;
    }
    return { until, cost };
  }

  #ended(index: number, chunk: ChunkRun, ran: Ran): void {
    const { wake, next } = this.#job.latencies;
    const worker = this.#workers[index] as VirtualWorker;
    worker.isRunning = false;
    worker.lastDone = this.#now;
    const following = worker.waiting[0];
    if (following !== undefined) {
      const from = Math.max(this.#now, following.at);
      this.#agenda.add(from + next, () => this.#takeUp(index));
    }
    this.#agenda.add(this.#now + wake, () => this.#receive(index, chunk, ran));
  }

  #receive(worker: number, { id, start, end }: ChunkRun, { until, cost }: Ran): void {
    this.#occupyDriver(this.#job.receive(start, until));
    const microseconds = cost * 1e6;
    if (until === end) return this.#tell({ kind: "done", worker, chunk: id, microseconds });
    this.#tell({ kind: "part", worker, chunk: id, until, microseconds });
    this.#tell({ kind: "revoked", worker, chunk: id });
  }

  #revoke(index: number, chunk: number): void {
    const worker = this.#workers[index] as VirtualWorker;
    const at = worker.waiting.findIndex((sent) => sent.chunk.id === chunk);
    const isOpen = at >= 0;
    if (isOpen) worker.waiting.splice(at, 1);
    this.#tell({ kind: isOpen ? "revoked" : "kept", worker: index, chunk });
  }
}
