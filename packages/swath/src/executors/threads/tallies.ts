import { getHeapStatistics } from "node:v8";
import type { ThreadUsage, WorkerTally } from "../../protocol/messages.ts";
import { UsageMeter, usageBetween } from "../../protocol/thread-usage.ts";
import type { GcLog } from "./gc-log.ts";

/** A job that is open in this thread. */
interface Open {
  /** When it had been loaded. */
  readonly before: ThreadUsage | undefined;
  /** Milliseconds on a core until then: of a thread that was started for it, … */
  readonly starting: number | undefined;
  /** … and of one that was there. */
  readonly loading: number | undefined;
  /** Whether the thread had no other job meanwhile. */
  isAlone: boolean;
}

/** Measures this thread for the jobs that it has. */
export class Tallies {
  readonly #gc: GcLog;
  readonly #meter = new UsageMeter();
  readonly #open = new Map<number, Open>();
  /** Jobs that are being loaded, and when that began; 0 for the one that the thread was started for. */
  readonly #loading = new Map<number, number | undefined>();
  #isNew = true;

  constructor(gc: GcLog) {
    this.#gc = gc;
  }

  /** A job has come. `isMeasured`: it will be loaded now, and {@link begin} follows. */
  come(job: number, isMeasured: boolean): void {
    const isNew = this.#isNew;
    this.#isNew = false;
    if (isMeasured) this.#loading.set(job, isNew ? 0 : this.#meter.read()?.cpu);
  }

  /** The job is loaded; from now on what the thread does is for it. */
  begin(job: number): void {
    this.#gc.watch();
    const isAlone = this.#open.size === 0;
    for (const other of this.#open.values()) other.isAlone = false;
    const before = isAlone ? this.#meter.read() : undefined;
    const from = this.#loading.get(job);
    this.#loading.delete(job);
    const took = from === undefined || before === undefined ? undefined : before.cpu - from;
    const [starting, loading] = from === 0 ? [took, undefined] : [undefined, took];
    this.#open.set(job, { before, starting, loading, isAlone });
  }

  /** The job has ended here. */
  end(job: number): WorkerTally {
    const open = this.#open.get(job);
    this.#open.delete(job);
    const gc = this.#gc.take(job);
    if (open === undefined) return { gc, cost: 0 };
    const usage = open.isAlone ? usageBetween(open.before, this.#meter.read()) : undefined;
    const heapUsed = getHeapStatistics().used_heap_size;
    const { starting, loading } = open;
    return { gc, usage, starting, loading, heapUsed, cost: this.#meter.takeCost() };
  }

  /** Jobs whose tallies have not been taken. */
  jobs(): readonly number[] {
    return [...this.#open.keys()];
  }
}
