import { assertObject } from "./assert.ts";
import type { Columns } from "./codecs/columns/columns.ts";
import { InvalidOptionError } from "./errors.ts";
import type { TaskContext } from "./executors/task-context.ts";
import type { ResultArray, ResultValue, WrittenResult } from "./into.ts";
import { Job } from "./job.ts";
import type { VerbRequest } from "./job-call.ts";
import type { JobOptions, MapOptions } from "./options.ts";
import type { SourceLike } from "./sources/to-source.ts";
import { startJob } from "./start.ts";

/** What `map` and `forEach` call for each item, in a worker. */
export type ItemFunction<T, R, S = unknown, W = unknown> = (
  item: T,
  context: TaskContext<S, W>,
) => R;

/**
 * Calls `fn` for every item of `source`, on all cores, and gives the results in the order of
 * the items. The job starts at once; {@link Job} says how to take its results. One that nobody awaits
 * or iterates stands still after a few chunks, for its results have nowhere to go: `forEach` is for
 * loops without results.
 *
 * With `into` workers write each result where it belongs in an array in shared memory: nothing is
 * sent back, and the job gives that array. A number goes into an element; a typed array, an array
 * or a `SharedArray` into a row (or whatever lies behind an index of the first axis), whose length
 * it must have. What is written becomes what it becomes in any typed array.
 *
 * @param source an array, typed array, iterable, async iterable, `range(n)` or a kit's source
 * @param fn any function: an export of a module, which workers import; or one written in place,
 *   which goes to them as text with the values that it captured, as they are now. Its writes to
 *   captured data stay in the worker. Also `task(import.meta, …)` and `fromModule(…)`
 * @throws InvalidOptionError, NotSendableError, CaptureRefusedError at once for what cannot be
 *   started
 * @throws ArrayMismatchError at once if `into` has another length than the source; for a result
 *   that does not fit, its item fails with that as the `cause`
 * @example
 * const squares = await map(range(1_000), (i) => i * i); // [0, 1, 4, …]
 * await map(matrix.rows(), smooth, { into: smoothed }); // two SharedArrays of one shape
 * @example
 * const boxes = await map(range(800_000), makeBox, { results: "columns" });
 * const { values } = boxes.column("coordinates"); // all of them, in one typed array
 */
export function map<
  T,
  const A extends ResultArray,
  R extends ResultValue | Promise<ResultValue>,
  S = unknown,
  W = unknown,
>(
  source: SourceLike<T>,
  fn: ItemFunction<T, R, S, W>,
  options: MapOptions<W, A> & { readonly into: A },
): Job<WrittenResult<A>, A>;
export function map<T, R, S = unknown, W = unknown>(
  source: SourceLike<T>,
  fn: ItemFunction<T, R, S, W>,
  options: MapOptions<W> & { readonly results: "columns"; readonly into?: undefined },
): Job<Awaited<R>, Columns<Awaited<R>>>;
export function map<T, R, S = unknown, W = unknown>(
  source: SourceLike<T>,
  fn: ItemFunction<T, R, S, W>,
  options?: JobOptions<W> & { readonly results?: "values" | undefined },
): Job<Awaited<R>>;
export function map<T, R, S = unknown, W = unknown>(
  source: SourceLike<T>,
  fn: ItemFunction<T, R, S, W>,
  options?: MapOptions<W>,
): Job<Awaited<R>, Awaited<R>[] | Columns<Awaited<R>>>;
export function map(source: unknown, fn: unknown, options: unknown = {}): unknown {
  const [request, own] = mapRequest(options as MapOptions);
  return new Job(startJob(request, source as never, fn as never, own));
}

/** What `map` asks of a job, and the options that go to the job itself. */
export function mapRequest(options: MapOptions): readonly [VerbRequest, Omit<MapOptions, "into">] {
  assertObject("options", options);
  const { into, ...own } = options;
  if (into !== undefined && own.results !== undefined) {
    const hint = ". Nothing is sent back where workers write the results";
    throw new InvalidOptionError("results", "absent with `into`", own.results, hint);
  }
  return [{ verb: "map", mode: "map", into }, own];
}
