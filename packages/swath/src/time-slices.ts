import type { Slice, Slicer } from "./executors/executor.ts";
import type { JobPlan } from "./plan.ts";
import type { Rows } from "./protocol/results.ts";
import { Pace } from "./routes/pace.ts";

/** Cuts chunks that run in the caller's thread by time, so that its event loop turns in between. */
class TimeSlices implements Slicer {
  readonly #pace = new Pace();

  get size(): number {
    return this.#pace.size;
  }

  add({ start, end }: Slice, _values: Rows, ms: number): void {
    this.#pace.add(end - start, ms);
  }
}

/**
 * How the chunks of a job are cut where it runs in the caller's thread; undefined where they are
 * short as they are, for each cut copies a list of items.
 */
export function timeSlices({ workers, scheduleName, options }: JobPlan): Slicer | undefined {
  const isShort =
    scheduleName === "auto" && options["chunk"] === undefined && options["costs"] === undefined;
  return workers > 0 || isShort ? undefined : new TimeSlices();
}
