import type { Columns } from "./codecs/columns/columns.ts";
import type { TaskContext } from "./executors/loaded-job.ts";
import { Job } from "./job.ts";
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
 * the items. The job starts at once; {@link Job} says how to take its results.
 *
 * @param source an array, typed array, iterable, async iterable, `range(n)` or a kit's source
 * @param fn any function: an export of a module, which workers import; or one written in place,
 *   which goes to them as text with the values that it captured, as they are now. Its writes to
 *   captured data stay in the worker. Also `task(import.meta, …)` and `fromModule(…)`
 * @throws InvalidOptionError, NotSendableError, CaptureRefusedError at once for what cannot be
 *   started
 * @example
 * const squares = await map(range(1_000), (i) => i * i); // [0, 1, 4, …]
 * @example
 * const boxes = await map(range(800_000), makeBox, { results: "columns" });
 * const { values } = boxes.column("coordinates"); // all of them, in one typed array
 */
export function map<T, R, S = unknown, W = unknown>(
  source: SourceLike<T>,
  fn: ItemFunction<T, R, S, W>,
  options: MapOptions<W> & { readonly results: "columns" },
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
export function map<T, R, S = unknown, W = unknown>(
  source: SourceLike<T>,
  fn: ItemFunction<T, R, S, W>,
  options: MapOptions<W> = {},
): Job<Awaited<R>, never> {
  return new Job(startJob({ verb: "map", mode: "map" }, source as never, fn as never, options));
}
