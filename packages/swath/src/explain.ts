import { assertFunction } from "./assert.ts";
import { type Explanation, explainCall } from "./explain-call.ts";
import { type ItemFunction, mapRequest } from "./map.ts";
import type { MapOptions } from "./options.ts";
import type { SourceLike } from "./sources/to-source.ts";

/**
 * Says what `map(source, fn, options)` would do and why, without doing it: no thread is started
 * and no item is run. A function that workers cannot have is no error here, but is said. What
 * results weigh is known only when there are some: `routes` in the report of a job.
 *
 * @throws InvalidOptionError for options that `map` would not take
 * @example
 * console.log(String(explain(pixels, classify, { inline: "auto" })));
 */
export function explain<T, R, S = unknown, W = unknown>(
  source: SourceLike<T>,
  fn: ItemFunction<T, R, S, W>,
  options: MapOptions<W> = {},
): Explanation {
  assertFunction("fn", fn);
  const [request, own] = mapRequest(options);
  const call = { request, source: source as never, fn: fn as never, options: own };
  return explainCall({ ...call, poolWorkers: undefined });
}
