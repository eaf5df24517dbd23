import type { GcPause } from "../protocol/messages.ts";
import { gcDuring } from "./metrics.ts";
import type { ChunkRecord, Recording } from "./recorder.ts";
import type { ComputeScaling } from "./report.ts";

/** Fewer chunks than these say nothing about their spread. */
const MIN_CHUNKS = 4;
/** The first chunks of a worker are slower by the compilation of the task. */
const WARM_CHUNKS = 2;
/** Chunks on either side, by index, with which one that ran alone is compared. */
const NEIGHBOURS = 4;
const RESAMPLES = 400;
/** Share of the resamples below the interval, and above it. */
const OUTSIDE = 0.05;

/** A chunk that ran alone, in ms: what it took, and what it would have taken beside others. */
interface Pair {
  /** The stretch that it was in. */
  readonly stretch: number;
  readonly alone: number;
  readonly beside: number;
  readonly items: number;
}

/**
 * Compute scaling out of the stretches in which one worker ran alone: what its chunks took there,
 * over what the same number of items took just before and after them, by index, while all workers
 * ran. Undefined where too few chunks ran alone. The interval is the percentile bootstrap over the
 * stretches, from a fixed seed, for chunks of one stretch are alike; of a single stretch over its chunks.
 *
 * @see Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13
 */
export function computeScalingOf(
  recording: Recording,
  workers: number,
): ComputeScaling | undefined {
  if (workers === 1) {
    const items = recording.chunks.reduce((sum, chunk) => sum + itemsOf(chunk), 0);
    return { value: 1, low: 1, high: 1, items };
  }
  const pairs = pairsOf(recording);
  if (pairs.length < MIN_CHUNKS) return undefined;
  const random = seeded(pairs.length);
  const stretches = [...new Set(pairs.map(({ stretch }) => stretch))].map((stretch) =>
    pairs.filter((pair) => pair.stretch === stretch),
  );
  const units = stretches.length > 1 ? stretches : pairs.map((pair) => [pair]);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    ratioOf(units.flatMap(() => units[Math.floor(random() * units.length)] as readonly Pair[])),
  ).sort((a, b) => a - b);
  const at = (share: number) => resampled[Math.round(share * (RESAMPLES - 1))] as number;
  const value = ratioOf(pairs);
  return {
    value,
    low: Math.min(value, at(OUTSIDE)),
    high: Math.max(value, at(1 - OUTSIDE)),
    items: pairs.reduce((sum, { items }) => sum + items, 0),
  };
}

function ratioOf(pairs: readonly Pair[]): number {
  const [alone, beside] = pairs.reduce(([a, b], pair) => [a + pair.alone, b + pair.beside], [0, 0]);
  return alone / beside;
}

function pairsOf({ chunks, gc, stretches }: Recording): readonly Pair[] {
  const alone: { readonly chunk: ChunkRecord; readonly stretch: number }[] = [];
  const beside: ChunkRecord[] = [];
  const seen = new Map<number, number>();
  const useful = (chunk: ChunkRecord) => usefulOf(chunk, gc.get(chunk.worker) ?? []);
  for (const chunk of chunks) {
    const before = seen.get(chunk.worker) ?? 0;
    seen.set(chunk.worker, before + 1);
    const stretch = stretches.findIndex(({ worker, from, to }) => {
      return worker === chunk.worker && chunk.begin >= from && chunk.end <= to;
    });
    const isMixed = stretches.some(({ asked, to }) => chunk.begin < to && chunk.end > asked);
    if (stretch >= 0) alone.push({ chunk, stretch });
    else if (!isMixed && before >= WARM_CHUNKS) beside.push(chunk);
  }
  beside.sort((a, b) => a.startItem - b.startItem);
  return alone.flatMap(({ chunk, stretch }) => {
    const near = neighboursOf(chunk, beside);
    const items = near.reduce((sum, other) => sum + itemsOf(other), 0);
    if (items === 0) return [];
    const perItem = near.reduce((sum, other) => sum + useful(other), 0) / items;
    const own = itemsOf(chunk);
    return [{ stretch, alone: useful(chunk), beside: perItem * own, items: own }];
  });
}

function neighboursOf(
  { startItem }: ChunkRecord,
  sorted: readonly ChunkRecord[],
): readonly ChunkRecord[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as ChunkRecord).startItem < startItem) low = middle + 1;
    else high = middle;
  }
  return sorted.slice(Math.max(0, low - NEIGHBOURS), low + NEIGHBOURS);
}

function usefulOf(chunk: ChunkRecord, pauses: readonly GcPause[]): number {
  return Math.max(0, chunk.run - Math.min(chunk.run, gcDuring([chunk], pauses)));
}

function itemsOf({ startItem, endItem }: ChunkRecord): number {
  return endItem - startItem;
}

/** Numbers from 0 to 1 that are the same in every run. The generator is Tommy Ettinger's mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word ^= word + Math.imul(word ^ (word >>> 7), 61 | word);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
