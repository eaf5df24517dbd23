import type { ChunkRun, Culprit, DriverEvent } from "./driver/events.ts";
import { isIn } from "./driver/loss.ts";
import type { TaskTimeoutError } from "./errors.ts";
import type { ExecutorEvent, OpenJob } from "./executors/executor.ts";
import type { JobErrors } from "./job-error.ts";
import { TimeoutWatch } from "./timeout-watch.ts";

/** A worker that is gone, as its executor says it. */
type Left = ExecutorEvent & { readonly kind: "left" };

/** What the losses of a job are made of. */
export interface LossesOf {
  /** Items that an index stands for. */
  readonly unit: number;
  readonly workers: number;
  readonly job: OpenJob;
  readonly errors: JobErrors;
  /** Chunks that a worker holds, the running one first. */
  readonly heldBy: (worker: number) => readonly ChunkRun[];
}

/**
 * Workers that a job loses, and the item that each loss is to be blamed on; among them those that
 * it ends itself, because an item takes longer than the option `timeout`.
 */
export class WorkerLosses {
  readonly #of: LossesOf;
  readonly #watch: TimeoutWatch | undefined;
  /** For each worker that is being ended because of a timeout, the reason. */
  readonly #timeouts = new Map<number, TaskTimeoutError>();

  /** @param timeout ms that an item may take, where that is watched */
  constructor(of: LossesOf, timeout: number | undefined) {
    this.#of = of;
    if (timeout === undefined) return;
    const onLate = (worker: number, item: number) => this.#onLate(worker, item);
    this.#watch = new TimeoutWatch(timeout, of.job, of.workers, onLate);
  }

  /** The same in the driver's words, who counts in indices. */
  left(event: Left): DriverEvent {
    const { worker, reason, begun, loading, running: item, tries } = event;
    this.#watch?.restart(worker);
    const chunk = this.#of.heldBy(worker).find(({ id }) => id === begun);
    const running = item === undefined ? undefined : this.#indexOf(item);
    const culprit = this.#culpritOf(event, chunk);
    return { kind: "left", worker, reason, begun, running, tries, item, culprit, loading };
  }

  /** No item is watched any more. */
  stop(): void {
    this.#watch?.stop();
  }

  #culpritOf(
    { worker, reason, culprit, running, tries }: Left,
    chunk: ChunkRun | undefined,
  ): Culprit | undefined {
    const timeout = this.#timeouts.get(worker);
    this.#timeouts.delete(worker);
    if (culprit !== undefined) {
      const { itemIndex, error } = culprit;
      const before = itemIndex === running ? tries : chunk?.tries;
      const attempt = (before ?? 0) + 1;
      const index = this.#indexOf(itemIndex);
      return { index, error: this.#of.errors.ofCulprit(worker, itemIndex, attempt, error) };
    }
    // Another job's item may have timed out just before this job's chunk began.
    if (chunk === undefined || timeout === undefined || timeout !== reason) return undefined;
    const index = this.#indexOf(timeout.itemIndex);
    // It may have come to its end after all.
    return isIn(chunk, index) ? { index, error: timeout } : undefined;
  }

  #onLate(worker: number, item: number): void {
    const { job, errors, heldBy } = this.#of;
    const index = this.#indexOf(item);
    const chunk = heldBy(worker).find((held) => isIn(held, index));
    if (chunk === undefined || this.#timeouts.has(worker)) return;
    if (!job.hold(worker, item)) return;
    const timeout = errors.ofTimeout(worker, item, job.tries(worker) + 1);
    this.#timeouts.set(worker, timeout);
    job.stop(worker, timeout);
  }

  #indexOf(item: number): number {
    return Math.floor(item / this.#of.unit);
  }
}
