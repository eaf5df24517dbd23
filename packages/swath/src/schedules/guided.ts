import { fairShare } from "./fair-share.ts";
import { inOrderSchedule } from "./in-order.ts";
import type { Schedule, ScheduleRequest } from "./schedule.ts";

/**
 * Guided self-scheduling: each worker that asks gets `ceil(remaining / (2 · workers))` items,
 * but at least `chunk` (default 1). Chunks start large, so that few are handed out, and shrink,
 * so that all workers end together. What will wait behind another chunk is cut by what will
 * remain when it starts ({@link fairShare}).
 *
 * @example
 * const schedule = guidedSchedule({ itemCount: 10, workers: 1 }); // 5, 3, 1, 1
 *
 * @see Polychronopoulos & Kuck, "Guided Self-Scheduling", IEEE Trans. Computers C-36(12),
 * 1987; the divisor 2 is libomp's
 */
export function guidedSchedule({ itemCount, workers, chunk = 1 }: ScheduleRequest): Schedule {
  return inOrderSchedule(itemCount, (remaining, ahead) =>
    Math.max(chunk, Math.ceil(fairShare(remaining, ahead, workers))),
  );
}
