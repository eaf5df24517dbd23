import { InvalidOptionError } from "../errors.ts";
import type { Chunk, Schedule, ScheduleRequest } from "./schedule.ts";

/** An item above this share of one worker's fair cost is heavy: it is handed out alone, early. */
const HEAVY_SHARE = 1 / 50;
/** Smallest chunk as a share of one worker's fair cost: what the last to finish may be late. */
const SMALLEST_SHARE = 1 / 500;

/**
 * Longest processing time first, for known costs: the heavy items one by one in descending
 * order of cost, then the rest in index order, each chunk a `1 / (2 · workers)` share of the
 * *cost* that remains. An item waits behind another only if both will be over before the rest.
 *
 * `chunk` (default 1) is the smallest number of items of a chunk of the rest. Costs that are
 * not positive, finite numbers count as nothing; if none is positive, all items are alike.
 *
 * @throws InvalidOptionError without `costs`, or where their number is not the items'
 * @see Graham, "Bounds on Multiprocessing Timing Anomalies", SIAM J. Appl. Math. 17(2), 1969
 */
export function balancedSchedule(request: ScheduleRequest): Schedule {
  const { itemCount, workers, costs, chunk = 1 } = request;
  if (costs === undefined || costs.length !== itemCount) {
    const given = costs === undefined ? undefined : costs.length;
    throw new InvalidOptionError("costs", `one cost for each of the ${itemCount} items`, given);
  }
  const known = sum(costs, 0, itemCount) > 0 ? costs : new Uint8Array(itemCount).fill(1);
  const total = sum(known, 0, itemCount);
  const heavy = heavyItems(known, (total / workers) * HEAVY_SHARE);
  const isHeavy = new Set(heavy);
  const smallest = (total / workers) * SMALLEST_SHARE;
  let remaining = heavy.reduce((rest, index) => rest - costAt(known, index), total);
  let remainingHeavy = total - remaining;
  let nextHeavy = 0;
  let cursor = 0;
  /** Cost that each worker has been given. */
  const given = new Float64Array(workers);

  function next(worker: number, _limit: number, ahead?: Chunk): Chunk | undefined {
    const chunk = chunkFor(worker, ahead);
    if (chunk === undefined) return undefined;
    given[worker] = (given[worker] ?? 0) + sum(known, chunk.start, chunk.end);
    return chunk;
  }

  function chunkFor(worker: number, ahead: Chunk | undefined): Chunk | undefined {
    const before = ahead === undefined ? 0 : sum(known, ahead.start, ahead.end);
    const index = heavy[nextHeavy];
    if (index !== undefined && (ahead === undefined || isOverInTime(before, index))) {
      nextHeavy++;
      remainingHeavy -= costAt(known, index);
      return { start: index, end: index + 1 };
    }
    while (isHeavy.has(cursor)) cursor++;
    if (cursor >= itemCount) return undefined;
    const share = (remaining - takenBefore(worker, before)) / (2 * workers);
    return lightChunk(Math.max(smallest, share));
  }

  /**
   * What the others will take of what remains while a worker does what it has `before`: one that
   * has been given more than this one is busy with that for so long.
   */
  function takenBefore(worker: number, before: number): number {
    const own = given[worker] ?? 0;
    return given.reduce((taken, cost) => {
      return taken + Math.min(before, Math.max(0, own - cost));
    }, 0);
  }

  function isOverInTime(before: number, index: number): boolean {
    return workers * (before + costAt(known, index)) <= remaining + remainingHeavy;
  }

  function lightChunk(target: number): Chunk {
    const start = cursor;
    let cost = 0;
    while (cursor < itemCount && !isHeavy.has(cursor)) {
      const itemCost = costAt(known, cursor);
      if (cursor - start >= chunk && cost + itemCost / 2 > target) break;
      cost += itemCost;
      cursor++;
    }
    remaining -= cost;
    return { start, end: cursor };
  }

  return { inOrder: false, next };
}

function heavyItems(costs: ArrayLike<number>, threshold: number): readonly number[] {
  const heavy: number[] = [];
  for (let i = 0; i < costs.length; i++) if (costAt(costs, i) > threshold) heavy.push(i);
  return heavy.sort((a, b) => costAt(costs, b) - costAt(costs, a) || a - b);
}

function sum(costs: ArrayLike<number>, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += costAt(costs, i);
  return total;
}

/** A cost that is not a positive, finite number counts as nothing. */
function costAt(costs: ArrayLike<number>, index: number): number {
  const cost = costs[index];
  return cost !== undefined && cost > 0 && cost < Infinity ? cost : 0;
}
