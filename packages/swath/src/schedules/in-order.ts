import type { Chunk, Schedule } from "./schedule.ts";

/** How long a chunk should be: items, or items with the budget that they have. */
export type Size = number | { readonly items: number; readonly budget: number };

/**
 * A schedule that walks the items once from the front and asks `size` how long the next chunk
 * should be.
 *
 * @param size items of the next chunk, at least 1, given how many remain and how many the
 *   worker has yet to finish before them, which worker asks, and whether results are bounded
 */
export function inOrderSchedule(
  itemCount: number,
  size: (remaining: number, ahead: number, worker: number, isBounded: boolean) => Size,
  observe?: Schedule["observe"],
): Schedule {
  let cursor = 0;

  function sized(
    { start, end: stop }: Chunk,
    worker: number,
    remaining: number,
    ahead?: Chunk,
    isBounded = false,
  ): Chunk {
    const before = ahead === undefined ? 0 : ahead.end - ahead.start;
    const wanted = size(remaining, before, worker, isBounded);
    if (typeof wanted === "number") return { start, end: Math.min(stop, start + wanted) };
    return { start, end: Math.min(stop, start + wanted.items), budget: wanted.budget };
  }

  function next(
    worker: number,
    limit: number,
    ahead?: Chunk,
    isBounded?: boolean,
  ): Chunk | undefined {
    const stop = Math.min(limit, itemCount);
    if (cursor >= stop) return undefined;
    const open = { start: cursor, end: stop };
    const chunk = sized(open, worker, itemCount - cursor, ahead, isBounded);
    cursor = chunk.end;
    return chunk;
  }

  return {
    inOrder: true,
    next,
    again: sized,
    ...(observe === undefined ? {} : { observe }),
  };
}
