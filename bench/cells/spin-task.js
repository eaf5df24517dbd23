import { task } from "swath";

/**
 * An item that lasts `microseconds` by the clock: the same under any load, so that what differs
 * between schedules is the schedule.
 */
export const spin = task(import.meta, function spin(microseconds) {
  const end = performance.now() + microseconds / 1000;
  while (performance.now() < end);
  return microseconds;
});
