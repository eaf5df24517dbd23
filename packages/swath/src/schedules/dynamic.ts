import { inOrderSchedule } from "./in-order.ts";
import type { Schedule, ScheduleRequest } from "./schedule.ts";

/** Chunks per worker where no size is given: as many as mpire hands out. */
const CHUNKS_PER_WORKER = 64;

/**
 * Dynamic schedule: chunks of one size, from the front, each to the next worker that asks.
 *
 * `chunk` defaults to a 64th of a worker's fair share, and to 1 where the length is not known.
 *
 * @see OpenMP 5.2, section 11.5.3, `schedule(dynamic, chunk)`
 */
export function dynamicSchedule({ itemCount, workers, chunk }: ScheduleRequest): Schedule {
  const fair = Number.isFinite(itemCount)
    ? Math.ceil(itemCount / (CHUNKS_PER_WORKER * workers))
    : 1;
  const size = chunk ?? Math.max(1, fair);
  return inOrderSchedule(itemCount, () => size);
}
