import {
  type ChunkRun,
  type DriverCommand,
  type DriverEvent,
  UNBOUNDED,
} from "../driver/events.ts";
import { Driver } from "../driver/state.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { SharedCores, type SharedMachine } from "./shared-cores.ts";

/** Latencies of a machine, in seconds. */
export interface Latencies {
  /** From a message to the moment in which a thread that slept acts on it. */
  readonly wake: number;
  /** Between two chunks of a worker, the second of which had been waiting for it. */
  readonly next: number;
}

/** A line between the driver and its workers that carries one message after the other. Seconds. */
export interface Line {
  readonly out: (start: number, end: number) => number;
  readonly back: (start: number, end: number) => number;
}

/** A job in virtual time. Times are in seconds since it started. */
export interface VirtualJob {
  readonly indexCount: number;
  readonly schedule: Schedule;
  /** When each worker has loaded the task; their number is the number of workers. */
  readonly ready: readonly number[];
  readonly latencies: Latencies;
  /** What the workers and the driver's thread share. */
  readonly machine: SharedMachine;
  /** Where they are not on one machine. */
  readonly line?: Line | undefined;
  /**
   * What a range of indices takes a worker with a machine of its own, from taking it up to its
   * results' being sent.
   */
  readonly work: (start: number, end: number, worker: number) => number;
  /** What the indices of a range take by themselves, for chunks that have a budget. @default such chunks are run to their end */
  readonly items?: (start: number, end: number) => number;
  /** What sending a range takes the driver's thread. */
  readonly send: (start: number, end: number) => number;
  /** What receiving a range's results takes the driver's thread, before it hands out more. */
  readonly receive: (start: number, end: number) => number;
  /** What it takes to make values of them, after that. @default nothing */
  readonly make?: (start: number, end: number) => number;
  /** How long the driver's thread is away before it hands out the first chunk. @default 0 */
  readonly opening?: number;
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
  /** How long workers waited for chunks, each until its last one, all together. */
  readonly paused: number;
  /** How long the driver's thread was busy with sending and receiving. */
  readonly driverBusy: number;
}

/**
 * Runs a job by the real driver and a real schedule in virtual time. The driver's thread does one
 * thing after the other, and shares the cores with the workers.
 */
export function virtualRun(job: VirtualJob): VirtualOutcome {
  return new VirtualRun(job).run();
}

/** A chunk that has been ordered, and whether the worker has got it. */
interface Sent {
  readonly chunk: ChunkRun;
  hasCome: boolean;
}

/** A worker: whether it runs a chunk, and those that wait. */
interface VirtualWorker {
  isRunning: boolean;
  /** Between two chunks. */
  isChanging: boolean;
  readonly waiting: Sent[];
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
  readonly #cores: SharedCores;
  /** What the driver's thread has yet to do, in turn. */
  readonly #tasks: { readonly seconds: number; readonly act: () => void }[] = [];
  #isDriverBusy = false;
  #driverBusy = 0;
  #lineOutFreeAt = 0;
  #lineBackFreeAt = 0;
  #chunks = 0;
  #end: number | undefined;

  constructor(job: VirtualJob) {
    this.#job = job;
    const { schedule, indexCount, ready } = job;
    const workers = ready.length;
    this.#cores = new SharedCores(job.machine);
    this.#driver = new Driver({ schedule, itemCount: indexCount, workers, window: UNBOUNDED });
    this.#workers = ready.map(() => ({
      isRunning: false,
      isChanging: false,
      waiting: [],
      lastDone: 0,
      busy: 0,
    }));
  }

  run(): VirtualOutcome {
    const { ready, opening = 0 } = this.#job;
    const first = Math.min(...ready);
    if (opening > 0) this.#cores.after(first, () => this.#occupy(opening, () => {}));
    ready.forEach((at, worker) => {
      this.#cores.after(at, () => this.#occupy(0, () => this.#tell({ kind: "joined", worker })));
    });
    this.#cores.run();
    return {
      paused: this.#workers.reduce((sum, { lastDone, busy }, worker) => {
        return sum + Math.max(0, lastDone - (ready[worker] ?? 0) - busy);
      }, 0),
      end: this.#end ?? this.#cores.now,
      chunks: this.#chunks,
      lastDone: this.#workers.map(({ lastDone }) => lastDone),
      busy: this.#workers.map(({ busy }) => busy),
      driverBusy: this.#driverBusy,
    };
  }

  #tell(event: DriverEvent): void {
    for (const command of this.#driver.handle(event)) this.#obey(command);
  }

  #obey(command: DriverCommand): void {
    switch (command.kind) {
      case "run":
        return this.#send(command.worker, command.chunk);
      case "revoke":
        return this.#revoke(command.worker, command.chunk);
      case "finish":
        this.#end = this.#cores.now;
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

  /** Adds to what the driver's thread has to do. */
  #occupy(seconds: number, act: () => void): void {
    this.#tasks.push({ seconds, act });
    this.#goOn();
  }

  #goOn(): void {
    if (this.#isDriverBusy) return;
    const task = this.#tasks.shift();
    if (task === undefined) return;
    this.#isDriverBusy = true;
    const began = this.#cores.now;
    const done = () => {
      this.#driverBusy += this.#cores.now - began;
      task.act();
      this.#isDriverBusy = false;
      this.#goOn();
    };
    if (task.seconds > 0) this.#cores.compute("driver", task.seconds, done);
    else done();
  }

  #send(index: number, chunk: ChunkRun): void {
    const { send, line, latencies } = this.#job;
    this.#chunks++;
    const worker = this.#workers[index] as VirtualWorker;
    const sent: Sent = { chunk, hasCome: false };
    worker.waiting.push(sent);
    this.#occupy(send(chunk.start, chunk.end), () => {
      const now = this.#cores.now;
      const onLine = line?.out(chunk.start, chunk.end) ?? 0;
      this.#lineOutFreeAt = Math.max(this.#lineOutFreeAt, now) + onLine;
      const isAsleep = !worker.isRunning && !worker.isChanging;
      const delay = this.#lineOutFreeAt - now + (isAsleep || line ? latencies.wake : 0);
      this.#cores.after(delay, () => {
        sent.hasCome = true;
        if (!worker.isChanging) this.#takeUp(index);
      });
    });
  }

  #takeUp(index: number): void {
    const worker = this.#workers[index] as VirtualWorker;
    const first = worker.waiting[0];
    if (worker.isRunning || first?.hasCome !== true) return;
    const { chunk } = first;
    const ran = this.#work(chunk, index);
    const began = this.#cores.now;
    worker.isRunning = true;
    worker.waiting.shift();
    this.#cores.compute("worker", ran.cost, () => {
      this.#ended(index, { ...chunk, end: ran.until }, chunk.end, this.#cores.now - began);
    });
  }

  /** A worker looks at the clock after 1, 2, 4, … indices, and stops once the budget is used up. */
  #work({ start, end, budget }: ChunkRun, worker: number): Ran {
    const { work, items } = this.#job;
    let until = budget === undefined || items === undefined ? end : Math.min(end, start + 1);
    while (until < end && items !== undefined && items(start, until) * 1e6 < (budget ?? 0)) {
      until = Math.min(end, until + until - start);
    }
    return { until, cost: work(start, until, worker) };
  }

  /** A worker has done `[start, until)`, which is all of its chunk or what it had time for. */
  #ended(index: number, { id, start, end: until }: ChunkRun, end: number, seconds: number): void {
    const { latencies, line, receive, make } = this.#job;
    const now = this.#cores.now;
    const worker = this.#workers[index] as VirtualWorker;
    worker.isRunning = false;
    worker.isChanging = true;
    worker.lastDone = now;
    worker.busy += seconds;
    this.#cores.after(latencies.next, () => {
      worker.isChanging = false;
      this.#takeUp(index);
    });
    this.#lineBackFreeAt = Math.max(this.#lineBackFreeAt, now) + (line?.back(start, until) ?? 0);
    const what = { worker: index, chunk: id };
    const microseconds = seconds * 1e6;
    // A driver that is busy looks for messages before it sleeps.
    const delay = this.#isDriverBusy && !line ? 0 : latencies.wake;
    this.#cores.after(this.#lineBackFreeAt - now + delay, () => {
      this.#occupy(receive(start, until), () => {
        if (until === end) this.#tell({ kind: "done", ...what, microseconds });
        else {
          this.#tell({ kind: "part", ...what, until, microseconds });
          this.#tell({ kind: "revoked", ...what });
        }
        const making = make?.(start, until) ?? 0;
        if (making > 0) this.#occupy(making, () => {});
      });
    });
  }

  #revoke(index: number, chunk: number): void {
    const worker = this.#workers[index] as VirtualWorker;
    const at = worker.waiting.findIndex((sent) => sent.chunk.id === chunk);
    const isOpen = at >= 0;
    if (isOpen) worker.waiting.splice(at, 1);
    this.#tell({ kind: isOpen ? "revoked" : "kept", worker: index, chunk });
  }
}
