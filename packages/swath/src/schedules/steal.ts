import type { Chunk, Schedule, ScheduleRequest } from "./schedule.ts";

/** A worker takes this share of its own range at a time; the rest stays open to thieves. */
const OWN_SHARE = 1 / 8;

/**
 * Range stealing: every worker starts with a contiguous share of its own and takes an eighth
 * of what is left of it at a time, from the front. A worker whose share is used up takes the
 * back half of the longest share that is left.
 *
 * Neighbouring items stay with one worker, and moves are rare: O(workers · log items) steals.
 * `chunk` (default 1) is the smallest piece that is taken at a time.
 *
 * @see Blumofe & Leiserson, "Scheduling Multithreaded Computations by Work Stealing",
 * J. ACM 46(5), 1999; ranges instead of deques as in LLVM's `static_steal`
 */
export function stealSchedule({ itemCount, workers, chunk = 1 }: ScheduleRequest): Schedule {
  const shares = Array.from({ length: workers }, (_, worker) => ({
    start: Math.floor((worker * itemCount) / workers),
    end: Math.floor(((worker + 1) * itemCount) / workers),
  }));

  function next(worker: number): Chunk | undefined {
    const own = shares[worker];
    if (own === undefined) return undefined;
    if (own.start >= own.end && !steal(own)) return undefined;
    const { start } = own;
    const size = Math.max(chunk, Math.floor((own.end - start) * OWN_SHARE));
    own.start = Math.min(own.end, start + size);
    return { start, end: own.start };
  }

  function steal(thief: { start: number; end: number }): boolean {
    const victim = shares.reduce((best, s) => (s.end - s.start > best.end - best.start ? s : best));
    const left = victim.end - victim.start;
    if (left <= 0) return false;
    const middle =
      left <= chunk ? victim.start : victim.end - Math.max(chunk, Math.floor(left / 2));
    thief.start = Math.max(victim.start, middle);
    thief.end = victim.end;
    victim.end = thief.start;
    return true;
  }

  return { inOrder: false, next };
}
