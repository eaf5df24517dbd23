import type { GcPauses, Spans } from "../record.ts";

/** What a worker does in a chunk, in this order. */
export const PHASES = ["decode", "read", "run", "encode"] as const;
export type Phase = (typeof PHASES)[number];

/** Spans in order of their begin, each of which has some phases, one after the other. */
export interface Track {
  /** Rows of the record's columns. */
  readonly rows: Uint32Array;
  readonly begin: Float64Array;
  /**
   * For each phase, the seconds spent in it before span `i`: one entry more than there are spans,
   * so that the seconds of any stretch are a difference.
   */
  readonly before: readonly Float64Array[];
}

/** What one worker did: its chunks, whose phases are {@link PHASES}. */
export interface Lane extends Track {
  readonly worker: number;
  /** Its pauses of garbage collection, of one phase. */
  readonly pauses: Track | undefined;
}

/** Sorts spans and pauses into lanes, in order of the worker's number. */
export function lanesOf(spans: Spans, gc?: GcPauses): readonly Lane[] {
  const pauses = gc === undefined ? undefined : rowsByWorker(gc.worker);
  const phases = PHASES.map((phase) => spans[phase]);
  const lanes = Array.from(rowsByWorker(spans.worker), ([worker, rows]) => {
    const own = pauses?.get(worker);
    return {
      worker,
      ...trackOf(rows, spans.begin, phases),
      pauses: own && gc && trackOf(own, gc.begin, [gc.duration]),
    };
  });
  return lanes.toSorted((a, b) => a.worker - b.worker);
}

function rowsByWorker(workers: Float64Array): ReadonlyMap<number, Uint32Array> {
  const counts = new Map<number, number>();
  for (const worker of workers) counts.set(worker, (counts.get(worker) ?? 0) + 1);
  const rows = new Map(Array.from(counts, ([worker, n]) => [worker, new Uint32Array(n)] as const));
  const filled = new Map<number, number>();
  for (let row = 0; row < workers.length; row++) {
    const worker = workers[row] as number;
    const at = filled.get(worker) ?? 0;
    (rows.get(worker) as Uint32Array)[at] = row;
    filled.set(worker, at + 1);
  }
  return rows;
}

function trackOf(rows: Uint32Array, begins: Float64Array, phases: readonly Float64Array[]): Track {
  // As a page's spans come, they are in order already.
  const ordered = rows.every((row, i) => {
    const last = rows[i - 1];
    return last === undefined || (begins[last] as number) <= (begins[row] as number);
  });
  if (!ordered) rows.sort((a, b) => (begins[a] as number) - (begins[b] as number) || a - b);
  const begin = Float64Array.from(rows, (row) => begins[row] as number);
  const before = phases.map((column) => {
    const sums = new Float64Array(rows.length + 1);
    for (let i = 0; i < rows.length; i++) {
      sums[i + 1] = (sums[i] as number) + (column[rows[i] as number] as number);
    }
    return sums;
  });
  return { rows, begin, before };
}

/** Spans of a track that begin at or before `time`, searched from a count that is not too high. */
export function beganBy({ begin }: Track, time: number, from = 0): number {
  let low = from;
  let high = begin.length;
  // The answer for the next pixel is near that for the last.
  for (let step = 1; low + step < high; step *= 2) {
    if ((begin[low + step] as number) > time) high = low + step;
    else low += step;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((begin[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Writes the seconds that had been spent in each phase up to `time` to `out`. Exact at any
 * scale, and no slower for more spans than a search. Returns where to search from for a later time.
 */
export function secondsBy(track: Track, time: number, from: number, out: Float64Array): number {
  const began = beganBy(track, time, from);
  const last = began - 1;
  let left = last < 0 ? 0 : time - (track.begin[last] as number);
  for (let p = 0; p < track.before.length; p++) {
    const sums = track.before[p] as Float64Array;
    if (last < 0) {
      out[p] = 0;
      continue;
    }
    const before = sums[last] as number;
    const duration = (sums[began] as number) - before;
    const part = left < duration ? left : duration;
    out[p] = before + part;
    left -= part;
  }
  return Math.max(0, last);
}

/** Where a span of a track ends. */
export function endOf(track: Track, i: number): number {
  let end = track.begin[i] as number;
  for (const sums of track.before) end += (sums[i + 1] as number) - (sums[i] as number);
  return end;
}
