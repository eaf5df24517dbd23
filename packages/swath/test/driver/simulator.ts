import type { ChunkRun, DriverCommand, DriverEvent } from "../../src/driver/events.ts";
import { UNBOUNDED } from "../../src/driver/events.ts";
import { Driver } from "../../src/driver/state.ts";
import type { Schedule } from "../../src/schedules/schedule.ts";

/** Latencies of the machine that is simulated, in µs. */
export interface Latencies {
  /** From a message to the moment in which a thread that slept acts on it. */
  readonly wake: number;
  /** Between two chunks of a worker, the second of which had been waiting for it. */
  readonly next: number;
}

/** Figures of a 2-core Linux machine: half of a round trip, and one message that waits already. */
const MEASURED: Latencies = { wake: 50, next: 5 };

/** What is simulated. */
export interface Simulation {
  /** Cost of every item, in µs. */
  readonly costs: ArrayLike<number>;
  readonly workers: number;
  readonly schedule: Schedule;
  readonly latencies?: Latencies;
}

/** What came of it. */
export interface Outcome {
  /** From the moment in which all workers are ready to the driver's `finish`, in µs. */
  readonly makespan: number;
  readonly chunks: number;
  readonly revokes: number;
  /** How many times each item was run. */
  readonly runs: Uint8Array;
}

/**
 * Runs the real driver and the real schedule in virtual time: as many cores as workers, the
 * given cost for each item, nothing for the driver's own thinking.
 */
export function simulate({ latencies = MEASURED, ...simulation }: Simulation): Outcome {
  return new VirtualMachine(simulation, latencies).run();
}

/** A worker: what it runs until when, and the chunk that waits behind. */
interface VirtualWorker {
  freeAt: number;
  running: ChunkRun | undefined;
  waiting: ChunkRun | undefined;
}

class VirtualMachine {
  readonly #simulation: Omit<Simulation, "latencies">;
  readonly #latencies: Latencies;
  readonly #driver: Driver;
  readonly #workers: VirtualWorker[];
  readonly #agenda = new Agenda();
  readonly #runs: Uint8Array;
  #now = 0;
  #finishedAt: number | undefined;
  #chunks = 0;
  #revokes = 0;

  constructor(simulation: Omit<Simulation, "latencies">, latencies: Latencies) {
    const { costs, workers, schedule } = simulation;
    this.#simulation = simulation;
    this.#latencies = latencies;
    this.#runs = new Uint8Array(costs.length);
    this.#driver = new Driver({ schedule, itemCount: costs.length, workers, window: UNBOUNDED });
    this.#workers = Array.from({ length: workers }, () => ({
      freeAt: 0,
      running: undefined,
      waiting: undefined,
    }));
  }

  run(): Outcome {
    for (let worker = 0; worker < this.#workers.length; worker++) {
      this.#tell({ kind: "joined", worker });
    }
    for (let next = this.#agenda.next(); next !== undefined; next = this.#agenda.next()) {
      this.#now = next.at;
      next.act();
    }
    if (this.#finishedAt === undefined) throw new Error("the driver never finished");
    return {
      makespan: this.#finishedAt,
      chunks: this.#chunks,
      revokes: this.#revokes,
      runs: this.#runs,
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
        this.#finishedAt = this.#now;
        return;
      case "pull":
      case "settle":
      case "late":
      case "retire":
      case "fail":
        throw new Error(`not simulated: ${command.kind}`);
      default:
        command satisfies never;
    }
  }

  #send(index: number, chunk: ChunkRun): void {
    const worker = this.#workers[index] as VirtualWorker;
    this.#chunks++;
    const { wake } = this.#latencies;
    if (worker.running === undefined) this.#begin(index, chunk, this.#now + wake);
    else worker.waiting = chunk;
  }

  #begin(index: number, chunk: ChunkRun, at: number): void {
    const worker = this.#workers[index] as VirtualWorker;
    let cost = 0;
    for (let i = chunk.start; i < chunk.end; i++) {
      cost += this.#simulation.costs[i] as number;
      this.#runs[i] = (this.#runs[i] as number) + 1;
    }
    worker.running = chunk;
    worker.freeAt = at + cost;
    this.#agenda.add(worker.freeAt, () => this.#ended(index, chunk, cost));
  }

  #ended(index: number, chunk: ChunkRun, cost: number): void {
    const worker = this.#workers[index] as VirtualWorker;
    const { waiting } = worker;
    worker.running = undefined;
    worker.waiting = undefined;
    if (waiting !== undefined) this.#begin(index, waiting, this.#now + this.#latencies.next);
    const done = { kind: "done", worker: index, chunk: chunk.id, microseconds: cost } as const;
    this.#agenda.add(this.#now + this.#latencies.wake, () => this.#tell(done));
  }

  #revoke(index: number, chunk: number): void {
    const worker = this.#workers[index] as VirtualWorker;
    const open = worker.waiting?.id === chunk;
    if (open) {
      worker.waiting = undefined;
      this.#revokes++;
    }
    this.#tell({ kind: open ? "revoked" : "kept", worker: index, chunk });
  }
}

interface Appointment {
  readonly at: number;
  readonly act: () => void;
}

/** What will happen when: a few appointments for each worker, ties in the order of adding. */
class Agenda {
  readonly #open: Appointment[] = [];

  add(at: number, act: () => void): void {
    const later = this.#open.findIndex((other) => other.at > at);
    this.#open.splice(later < 0 ? this.#open.length : later, 0, { at, act });
  }

  next(): Appointment | undefined {
    return this.#open.shift();
  }
}
