import type { ChunkRecord, Recording } from "./recorder.ts";

/** Chunks that a record names one by one: about 8 MB of JSON. */
const MAX_SPANS = 100_000;
/** Of a longer run this share of the spans are the longest ones, the others an even sample. */
const LONGEST_SHARE = 0.01;

/**
 * Chunks one by one, column by column, in the order in which they began. Times are in seconds,
 * rounded to microseconds; `begin` is counted from the start of the job.
 */
export interface Spans {
  /** Chunks that ran, exactly. */
  readonly count: number;
  /** Chunks named here: all of them, or the longest and a sample of the others. */
  readonly recorded: number;
  readonly worker: readonly number[];
  /** First item, and one past the last. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** When the worker took the chunk up, and for how long it had it. */
  readonly begin: readonly number[];
  readonly duration: readonly number[];
  /** Parts of that time. What is left of it went into garbage collection and pauses. */
  readonly decode: readonly number[];
  readonly read: readonly number[];
  readonly run: readonly number[];
  readonly encode: readonly number[];
}

/** The spans of a run; at most `limit` of them. */
export function spansOf(recording: Recording, limit = MAX_SPANS): Spans {
  const { chunks } = recording;
  const named = [...sampleOf(chunks, limit)].sort((a, b) => a.begin - b.begin);
  const times = (value: (chunk: ChunkRecord) => number) => named.map((c) => seconds(value(c)));
  return {
    count: chunks.length,
    recorded: named.length,
    worker: named.map(({ worker }) => worker),
    start: named.map(({ startItem }) => startItem),
    end: named.map(({ endItem }) => endItem),
    begin: times(({ begin }) => begin - recording.begin),
    duration: times(({ begin, end }) => end - begin),
    decode: times(({ decode }) => decode),
    read: times(({ read }) => read),
    run: times(({ run }) => run),
    encode: times(({ encode }) => encode),
  };
}

function sampleOf(chunks: readonly ChunkRecord[], limit: number): readonly ChunkRecord[] {
  if (chunks.length <= limit) return chunks;
  const longestFirst = [...chunks].sort((a, b) => b.end - b.begin - (a.end - a.begin));
  const longest = longestFirst.slice(0, Math.floor(limit * LONGEST_SHARE));
  const others = longestFirst.slice(longest.length);
  const room = limit - longest.length;
  const even = Array.from({ length: room }, (_, i) => {
    return others[Math.floor((i * others.length) / room)] as ChunkRecord;
  });
  return [...longest, ...even];
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1e3) / 1e6;
}
