import type { Chunk, Schedule } from "./schedule.ts";

/**
 * A schedule that walks the items once from the front and asks `size` how long the next chunk
 * should be.
 *
 * @param size items of the next chunk, at least 1, given how many remain
 */
export function inOrderSchedule(
  itemCount: number,
  size: (remaining: number) => number,
  observe?: Schedule["observe"],
): Schedule {
  let cursor = 0;
  function next(_worker: number, limit: number): Chunk | undefined {
    const stop = Math.min(limit, itemCount);
    if (cursor >= stop) return undefined;
    const start = cursor;
    cursor = Math.min(stop, start + size(itemCount - start));
    return { start, end: cursor };
  }
  return observe === undefined ? { inOrder: true, next } : { inOrder: true, next, observe };
}
