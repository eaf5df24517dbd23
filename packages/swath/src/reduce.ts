import { assertFunction, assertInteger } from "./assert.ts";
import { InvalidOptionError } from "./errors.ts";
import type { TaskContext } from "./executors/task-context.ts";
import { SettlingJob } from "./job.ts";
import type { VerbRequest } from "./job-call.ts";
import type { JobOptions } from "./options.ts";
import { sharedViewOf } from "./protocol/shared-view.ts";
import type { SourceLike } from "./sources/to-source.ts";
import { startJob } from "./start.ts";
import type { StartedJob } from "./started-job.ts";

/** Takes one item into a total, in a worker. */
export type Fold<T, A, S = unknown, W = unknown> = (
  total: A,
  item: T,
  context: TaskContext<S, W>,
) => A | Promise<A>;

/** Options of {@link reduce}. */
export interface ReduceOptions<A, W = unknown> extends JobOptions<W> {
  /** What every fold starts from; an object is cloned for each. Must be neutral for `combine`. */
  readonly initial: A;
  /** Joins two totals, the one of the lower indices first; runs in the caller's thread. */
  readonly combine: (a: A, b: A) => A;
  /**
   * Items that are folded into one total before totals are combined.
   * @default a 4,096th of the items, at least 1; 64 where their number is not known
   */
  readonly block?: number | undefined;
}

const OWN_OPTIONS = ["initial", "combine", "block"];

/**
 * Folds all items into one total: blocks of items in the workers, then the totals of the
 * blocks, in index order, in the caller's thread.
 *
 * **The result is the same to the last bit for any number of workers and any schedule**: the
 * blocks depend on the number of items alone, and are combined from left to right.
 *
 * @example
 * const total = await reduce(values, add, { initial: 0, combine: (a, b) => a + b });
 */
export function reduce<T, A, S = unknown, W = unknown>(
  source: SourceLike<T>,
  fold: Fold<T, A, S, W>,
  options: ReduceOptions<A, W>,
): SettlingJob<A> {
  const request = reduceRequest(options);
  return reduceJob(startJob(request, source as never, fold as never, jobOptions(options)), options);
}

/** What `reduce` asks of a job; checks the options that are its own. */
export function reduceRequest<A>(options: ReduceOptions<A>): VerbRequest {
  if (typeof options !== "object" || options === null || !("initial" in options)) {
    throw new InvalidOptionError("options", "an object with `initial` and `combine`", options);
  }
  const { initial, combine, block } = options;
  assertFunction("combine", combine);
  if (sharedViewOf(initial) !== undefined) {
    const hint =
      ". All folds would write into the same memory: start from plain data or a typed array";
    throw new InvalidOptionError(
      "initial",
      "a value that can be copied for each fold",
      initial,
      hint,
    );
  }
  if (block !== undefined) assertInteger("block", block, { min: 1 });
  return { verb: "reduce", mode: "fold", initial, block };
}

/** The options that go to the job itself. */
export function jobOptions<W>(options: JobOptions<W>): JobOptions<W> {
  const own = new Set(OWN_OPTIONS);
  return Object.fromEntries(Object.entries(options).filter(([key]) => !own.has(key)));
}

/** A `reduce` that has been asked for. */
export function reduceJob<A>(
  started: StartedJob,
  { initial, combine }: ReduceOptions<A>,
): SettlingJob<A> {
  return new SettlingJob(started, "ordered", async (parts) => {
    let total: A | undefined;
    let any = false;
    for await (const { values } of parts) {
      for (const value of values.slice()) {
        total = any ? combine(total as A, value as A) : (value as A);
        any = true;
      }
    }
    return any ? (total as A) : initial;
  });
}
