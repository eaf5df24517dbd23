import type { Chunk, Schedule } from "./schedule.ts";

/**
 * A schedule that walks the items once from the front and asks `size` how long the next chunk
 * should be.
 *
 * @param size items of the next chunk, at least 1, given how many remain and how many the
 *   worker has yet to finish before them, and which worker asks
 */
export function inOrderSchedule(
  itemCount: number,
  size: (remaining: number, ahead: number, worker: number) => number,
  observe?: Schedule["observe"],
): Schedule {
  let cursor = 0;
  function next(worker: number, limit: number, ahead?: Chunk): Chunk | undefined {
    const stop = Math.min(limit, itemCount);
    if (cursor >= stop) return undefined;
    const start = cursor;
    const before = ahead === undefined ? 0 : ahead.end - ahead.start;
    cursor = Math.min(stop, start + size(itemCount - start, before, worker));
    return { start, end: cursor };
  }
  return observe === undefined ? { inOrder: true, next } : { inOrder: true, next, observe };
}
