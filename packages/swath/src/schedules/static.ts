import type { Schedule, ScheduleRequest } from "./schedule.ts";

/**
 * Static schedule: what each worker runs is settled before the first item starts.
 * Without `chunk` every worker gets one contiguous share, the shares differing by at most one
 * item; with it, chunks of that size go round the workers in turn.
 *
 * No coordination and the same assignment every time, but a slow share keeps all others waiting.
 *
 * @see OpenMP 5.2, section 11.5.3, `schedule(static[, chunk])`
 */
export function staticSchedule({ itemCount, workers, chunk }: ScheduleRequest): Schedule {
  const rounds = new Float64Array(workers);
  function next(worker: number) {
    const round = rounds[worker] ?? 0;
    if (chunk === undefined && round > 0) return undefined;
    const start =
      chunk === undefined
        ? Math.floor((worker * itemCount) / workers)
        : (round * workers + worker) * chunk;
    const end =
      chunk === undefined
        ? Math.floor(((worker + 1) * itemCount) / workers)
        : Math.min(itemCount, start + chunk);
    if (start >= end) return undefined;
    rounds[worker] = round + 1;
    return { start, end };
  }
  return { inOrder: false, pinned: true, next };
}
