import { balancedSchedule } from "./balanced.ts";
import { fairShare } from "./fair-share.ts";
import { inOrderSchedule } from "./in-order.ts";
import type { Chunk, Schedule, ScheduleRequest } from "./schedule.ts";

/** Least work in a chunk: handing one out costs the driver 5–10 µs, of which half overlaps. */
const MIN_CHUNK_US = 20;
/** Most work in a chunk: keeps progress, cancelling and the last chunk's wait short. */
const MAX_CHUNK_US = 50_000;
/** Least work that waits behind another chunk: a message to the driver and the answer take it. */
const COVER_US = 100;
/** While costs are unknown a chunk may be this many times the largest that has come back. */
const GROWTH = 4;
/**
 * The same where chunks can be divided later: each costs some 0.1 ms as long as V8 has not compiled
 * what hands them out, so that a few must do for a short job.
 */
const GROWTH_DIVISIBLE = 64;
/** Weight of the newest cost in the running mean. */
const NEWEST_WEIGHT = 0.3;

/**
 * The default. With known costs it is {@link balancedSchedule}. Otherwise guided self-scheduling
 * whose smallest and largest chunk follow the measured cost of an item: `remaining / (2 · workers)`
 * items, but 20 µs to 50 ms of work, and enough behind a running chunk to cover the way to the
 * driver and back. It begins with single items and grows fourfold until the
 * first costs are in; a worker's first chunk is not counted, for it runs before the JIT has
 * compiled the function.
 *
 * `chunk` is the smallest number of items of a chunk (default 1).
 *
 * Where chunks can be divided later (`isDivisible`), the first worker gets large ones for as long
 * as it is alone.
 *
 * Works without a known length too: chunks are then bounded by the 50 ms alone.
 */
export function autoSchedule(request: ScheduleRequest): Schedule {
  const { itemCount, workers, costs, chunk = 1, isDivisible = false } = request;
  if (costs !== undefined && costs.length === itemCount) return balancedSchedule(request);

  const growth = isDivisible ? GROWTH_DIVISIBLE : GROWTH;
  const warm = new Set<number>();
  const asking = new Set<number>();
  let usPerItem: number | undefined;
  let largestDone = 0;

  function size(remaining: number, ahead: number, worker: number): number {
    asking.add(worker);
    const shown = Math.max(1, largestDone * growth);
    const sharers = isDivisible && asking.size === 1 ? 1 : workers;
    const fair = Math.ceil(fairShare(remaining, ahead, sharers));
    if (usPerItem === undefined) return Math.max(chunk, Math.min(fair, shown));
    const least = Math.max(Math.ceil(MIN_CHUNK_US / usPerItem), cover(remaining, ahead, usPerItem));
    const most = Math.max(1, Math.floor(MAX_CHUNK_US / usPerItem));
    return Math.max(chunk, Math.min(Math.max(fair, least), most, shown));
  }

  function cover(remaining: number, ahead: number, usPerItem: number): number {
    if (ahead === 0) return 0;
    return Math.ceil(Math.min(COVER_US / usPerItem, fairShare(remaining, 0, workers)));
  }

  function observe({ start, end }: Chunk, worker: number, microseconds: number): void {
    const items = end - start;
    largestDone = Math.max(largestDone, items);
    if (!warm.has(worker)) {
      warm.add(worker);
      return;
    }
    const cost = Math.max(microseconds / items, 1e-3);
    usPerItem = usPerItem === undefined ? cost : usPerItem + NEWEST_WEIGHT * (cost - usPerItem);
  }

  return inOrderSchedule(itemCount, size, observe);
}
