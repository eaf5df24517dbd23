import { balancedSchedule } from "./balanced.ts";
import { fairShare } from "./fair-share.ts";
import { inOrderSchedule, type Size } from "./in-order.ts";
import type { Chunk, Schedule, ScheduleRequest } from "./schedule.ts";

/**
 * Least work in a chunk: handing one out costs the driver 5–10 µs once V8 has compiled what does
 * it, and 100–300 µs before, which is when short jobs run.
 */
const MIN_CHUNK_US = 100;
/** Once there is more to lose by many small chunks than by a last one that is long, so much, … */
const MAX_MIN_CHUNK_US = 1_000;
/** … but no more than this share of what the job has taken each worker, … */
const MIN_CHUNK_SHARE = 0.005;
/** … nor than so many fair shares: what is left may be dearer than what is known. */
const MIN_CHUNK_FAIR = 1.5;
/** Most work in a chunk: keeps progress, cancelling and the last chunk's wait short. */
const MAX_CHUNK_US = 50_000;
/** Least work that waits behind another chunk: a message to the driver and the answer take it. */
const COVER_US = 100;
/** Of what a chunk takes its worker, so much is for taking it up and sending its results. */
const CHUNK_COST_US = 30;
/** While costs are unknown a chunk may be this many times the largest that has come back. */
const GROWTH = 4;
/**
 * The same where chunks can be divided later: each costs some 0.1 ms as long as V8 has not compiled
 * what hands them out, so that a few must do for a short job.
 */
const GROWTH_DIVISIBLE = 64;
/** What a worker may spend on a chunk of unknown cost before it gives the rest back. */
const PROBE_US = 300;
/** Least items of such a chunk: a clock is read so seldom that a few trivial ones tell nothing. */
const PROBE_ITEMS = 32;
/** A probe is this part of a fair share: an item in it that takes long keeps the others waiting. */
const PROBE_PART = 4;
/** A worker's first chunk counts once it has so much work that the JIT's share of it is small. */
const WARM_US = 1_000;
/** Weight that older costs keep when a new one comes in. */
const OLDER_WEIGHT = 0.7;

/**
 * The default. With known costs it is {@link balancedSchedule}. Otherwise guided self-scheduling
 * whose smallest and largest chunk follow the measured cost of an item: `remaining / (2 · workers)`
 * items, but 0.1 to 50 ms of work by what items have cost, and enough behind a running chunk to cover
 * the way to the driver and back. In a job that has gone on for long, chunks end at 0.5 % of what it
 * has taken each worker, up to 1 ms, unless that is much more than guided self-scheduling gives.
 *
 * Until the first costs are in, workers that give back (`givesBack`) get an eighth of what a
 * fair share would be, and 0.3 ms for it. Others, and all workers of a stream whose results wait
 * within a window, begin with single items, and chunks grow fourfold. A worker's first chunk is
 * not counted unless it was long, for it runs before the JIT has compiled the function.
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

  // Who gives `chunk` wants no smaller ones.
  const mayProbe = request.givesBack === true && request.chunk === undefined && !isDivisible;
  const growth = isDivisible ? GROWTH_DIVISIBLE : GROWTH;
  const warm = new Set<number>();
  const asking = new Set<number>();
  const measured = { us: 0, items: 0 };
  /** Work of all chunks that are done. */
  let doneUs = 0;
  let largestDone = 0;

  function size(remaining: number, ahead: number, worker: number, isBounded: boolean): Size {
    const probes = mayProbe && !isBounded;
    asking.add(worker);
    const sharers = isDivisible && asking.size === 1 ? 1 : workers;
    const fair = Math.ceil(fairShare(remaining, ahead, sharers));
    const isUnknown = measured.items === 0;
    if (isUnknown && probes) return probe(fair);
    const shown = probes ? Infinity : Math.max(1, largestDone * growth);
    if (isUnknown) return Math.max(chunk, Math.min(fair, shown));
    const usPerItem = measured.us / measured.items;
    const least = Math.max(
      Math.ceil(MIN_CHUNK_US / usPerItem),
      Math.ceil(Math.min(longTermLeastUs() / usPerItem, MIN_CHUNK_FAIR * fair)),
      cover(remaining, ahead, usPerItem),
    );
    const most = Math.max(1, Math.floor(MAX_CHUNK_US / usPerItem));
    return Math.max(chunk, Math.min(Math.max(fair, least), most, shown));
  }

  function probe(fair: number): Size {
    const few = Math.min(PROBE_ITEMS, Math.ceil(itemCount / workers));
    return { items: Math.max(chunk, few, Math.ceil(fair / PROBE_PART)), budget: PROBE_US };
  }

  function longTermLeastUs(): number {
    return Math.min((MIN_CHUNK_SHARE * doneUs) / workers, MAX_MIN_CHUNK_US);
  }

  function cover(remaining: number, ahead: number, usPerItem: number): number {
    if (ahead === 0) return 0;
    return Math.ceil(Math.min(COVER_US / usPerItem, fairShare(remaining, 0, workers)));
  }

  function observe({ start, end }: Chunk, worker: number, microseconds: number): void {
    const items = end - start;
    largestDone = Math.max(largestDone, items);
    doneUs += microseconds;
    const isFirst = !warm.has(worker);
    warm.add(worker);
    if (isFirst && microseconds < WARM_US) return;
    const us = Math.max(microseconds - CHUNK_COST_US, microseconds / 10, items * 1e-3);
    measured.us = OLDER_WEIGHT * measured.us + us;
    measured.items = OLDER_WEIGHT * measured.items + items;
  }

  return inOrderSchedule(itemCount, size, observe);
}
