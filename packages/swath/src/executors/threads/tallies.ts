import { getHeapStatistics } from "node:v8";
import type { ThreadUsage, WorkerTally } from "../../protocol/messages.ts";
import { UsageMeter, usageBetween } from "../../protocol/thread-usage.ts";
import type { GcLog } from "./gc-log.ts";

/** A job that is open in this thread. */
interface Open {
  readonly before: ThreadUsage | undefined;
  /** Whether the thread had no job before, so that it was started for this one. */
  readonly isFirst: boolean;
  /** Whether the thread had no other job meanwhile. */
  isAlone: boolean;
}

/** Measures this thread for the jobs that it has. */
export class Tallies {
  readonly #gc: GcLog;
  readonly #meter = new UsageMeter();
  readonly #open = new Map<number, Open>();
  #isNew = true;

  constructor(gc: GcLog) {
    this.#gc = gc;
  }

  /** The job is loaded; from now on what the thread does is for it. */
  begin(job: number): void {
    this.#gc.watch();
    const isAlone = this.#open.size === 0;
    for (const other of this.#open.values()) other.isAlone = false;
    const before = isAlone ? this.#meter.read() : undefined;
    this.#open.set(job, { before, isFirst: this.#isNew, isAlone });
    this.#isNew = false;
  }

  /** The job has ended here. */
  end(job: number): WorkerTally {
    const open = this.#open.get(job);
    this.#open.delete(job);
    const gc = this.#gc.take(job);
    if (open === undefined) return { gc, cost: 0 };
    const usage = open.isAlone ? usageBetween(open.before, this.#meter.read()) : undefined;
    const heapUsed = getHeapStatistics().used_heap_size;
    const starting = open.isFirst ? open.before?.cpu : undefined;
    return { gc, usage, starting, heapUsed, cost: this.#meter.takeCost() };
  }

  /** Jobs whose tallies have not been taken. */
  jobs(): readonly number[] {
    return [...this.#open.keys()];
  }
}
