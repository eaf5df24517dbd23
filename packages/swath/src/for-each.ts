import { SettlingJob } from "./job.ts";
import type { ItemFunction } from "./map.ts";
import type { JobOptions } from "./options.ts";
import type { SourceLike } from "./sources/to-source.ts";
import { startJob } from "./start.ts";
import type { StartedJob } from "./started-job.ts";

/**
 * Calls `fn` for every item of `source`, on all cores, for what it does; nothing is sent back.
 * Parameters and errors are those of `map`.
 */
export function forEach<T, S = unknown, W = unknown>(
  source: SourceLike<T>,
  fn: ItemFunction<T, unknown, S, W>,
  options: JobOptions<W> = {},
): SettlingJob<void> {
  return forEachJob(
    startJob({ verb: "forEach", mode: "each" }, source as never, fn as never, options),
  );
}

/** A `forEach` that has been asked for. */
export function forEachJob(started: StartedJob): SettlingJob<void> {
  return new SettlingJob(started, "collect", async (parts) => {
    for await (const _ of parts);
  });
}
