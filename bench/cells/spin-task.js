import { task } from "swath";
import { burn } from "../burn.js";

/**
 * An item that lasts `microseconds` by the clock: the same under any load, so that what differs
 * between schedules is the schedule.
 */
export const spin = task(import.meta, function spin(microseconds) {
  const end = performance.now() + microseconds / 1000;
  // The clock's readings are garbage that would have to be collected: one a microsecond will do.
  while (performance.now() < end) burn(200);
  return microseconds;
});
