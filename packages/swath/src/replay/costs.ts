import { type CostCurve, costCurve } from "./cost-curve.ts";
import type { RecordedChunk, RecordedRun } from "./recorded-run.ts";
import { workClock } from "./work-clock.ts";

/**
 * What a run's work costs by itself: in seconds of a core that nothing else uses. Ranges are of
 * indices.
 */
export interface Costs {
  readonly indexCount: number;
  /** Of a worker: all but moving data. */
  readonly compute: CostCurve;
  /** Of a worker, for input and for results. */
  readonly decode: CostCurve;
  readonly encode: CostCurve;
  /** Of a worker, once: what its first chunks took beyond what they would have taken later. */
  readonly warmUp: number;
  /** Of a worker, for each chunk whatever is in it. */
  readonly perChunk: number;
  /** Of the driver's thread, for each index. */
  readonly send: number;
  readonly receive: number;
  /** Of the driver's thread, for each index, once it has handed out more work: making values. */
  readonly make: number;
  /** Of the driver's thread, for each chunk whatever is in it. */
  readonly dispatch: number;
  /** Of the driver's thread, in all: what it did that is none of these. */
  readonly beside: number;
  /** Of the driver's known work, what receiving results and making values is: 0 to 1. */
  readonly resultsShare: number;
}

/** What handing out one chunk costs the driver's thread at least, … */
const DISPATCH_S = 8e-6;
/** … and at most: what it did beside belongs to no chunk. */
const MAX_DISPATCH_S = 60e-6;
/** Structured clone of small objects: bytes a second, of the slower side. */
const CLONE_BYTES_PER_S = 150e6;
/** What a chunk costs apart from its bytes is at most this, on either side. */
const MAX_PER_CHUNK_S = 50e-6;

/** The first so many seconds of a worker's chunks may hold its compilation, … */
const WARMING_S = 20e-3;
/** … as far as they take so many times what others of their length take, … */
const COLD_FACTOR = 5;
/** … which is no longer than this. */
const MAX_WARM_UP_S = 10e-3;

/** Takes a recorded run apart into what each index and each chunk cost. */
export function costsOf(run: RecordedRun): Costs {
  const { unit, chunks, input, results } = run;
  const indexCount = Math.ceil(run.items / unit);
  const count = run.sampledFrom?.count ?? (chunks.length || 1);
  const coding = run.driverEncode + run.driverDecode;
  const busy = run.driverBusy ?? coding + count * DISPATCH_S;
  const clock = workClock(run, busy);
  const apart = (seconds: number, bytes: number) =>
    Math.min(MAX_PER_CHUNK_S, Math.max(0, seconds - bytes / CLONE_BYTES_PER_S) / count);
  const total = (part: "decode" | "encode") =>
    chunks.reduce((sum, chunk) => sum + (chunk[part] ?? 0), 0) * (count / (chunks.length || 1));
  const [decoded, encoded] = [total("decode"), total("encode")];
  const perDecode = apart(decoded, input?.copied ?? 0);
  const perEncode = apart(encoded, results?.copied ?? 0);
  // What is left for the items, whatever chunk they came in.
  const decodeShare = 1 - (count * perDecode) / (decoded || 1);
  const encodeShare = 1 - (count * perEncode) / (encoded || 1);
  const perRest = restOf(run);
  const parts = chunks.map(({ start, end, begin, done, decode = 0, encode = 0 }) => {
    const range = { start: Math.floor(start / unit), end: Math.ceil(end / unit) };
    const speed = done > begin ? clock.between(begin, done) / (done - begin) : 1;
    return {
      compute: { ...range, cost: speed * Math.max(0, done - begin - decode - encode - perRest) },
      decode: { ...range, cost: speed * decode * decodeShare },
      encode: { ...range, cost: speed * encode * encodeShare },
    };
  });
  const curve = (part: "compute" | "decode" | "encode", whole?: number) => {
    const ranges = parts.map((each) => each[part]);
    return costCurve(ranges, indexCount, whole);
  };
  const [sendApart, receiveApart] = [
    apart(run.driverEncode, input?.copied ?? 0),
    apart(run.driverDecode, results?.copied ?? 0),
  ];
  const perIndex = (seconds: number) =>
    indexCount === 0 ? 0 : (clock.driverSpeed * Math.max(0, seconds)) / indexCount;
  const unknown = clock.driverSpeed * Math.max(0, busy - coding - Math.min(...run.ready, busy));
  const dispatch = Math.min(MAX_DISPATCH_S, Math.max(DISPATCH_S, unknown / count));
  const received = run.driverDecode - count * receiveApart;
  const isPacked = results !== undefined && results.packed > (results.copied + results.moved) / 2;
  return {
    indexCount,
    compute: curve("compute", run.sampledFrom?.seconds),
    decode: curve("decode"),
    encode: curve("encode"),
    warmUp: warmUpOf(run),
    perChunk: perDecode + perEncode + perRest,
    send: perIndex(run.driverEncode - count * sendApart),
    receive: isPacked ? 0 : perIndex(received),
    make: isPacked ? perIndex(received) : 0,
    dispatch: dispatch + clock.driverSpeed * (sendApart + receiveApart),
    beside: Math.max(0, unknown - count * dispatch),
    resultsShare: received / (coding + count * dispatch),
  };
}

/**
 * What is left of a chunk's time beside its parts, in the median: taking it up, and the clock's
 * readings. Pauses for garbage collection are left, too, and belong to the items.
 */
function restOf({ chunks }: RecordedRun): number {
  const rests = chunks.flatMap(({ begin, done, parts }) =>
    parts === undefined ? [] : [Math.max(0, done - begin - parts)],
  );
  return Math.min(MAX_PER_CHUNK_S, rests.sort((a, b) => a - b)[rests.length >> 1] ?? 0);
}

/** The mean over the workers. */
function warmUpOf({ chunks, ready, sampledFrom }: RecordedRun): number {
  if (sampledFrom !== undefined) return 0;
  const early: RecordedChunk[] = [];
  const spent = new Map<number, number>();
  let [items, seconds] = [0, 0];
  for (const chunk of [...chunks].sort((a, b) => a.begin - b.begin)) {
    const before = spent.get(chunk.worker) ?? 0;
    const length = chunk.done - chunk.begin;
    spent.set(chunk.worker, before + length);
    if (before < WARMING_S) early.push(chunk);
    else {
      items += chunk.end - chunk.start;
      seconds += length;
    }
  }
  if (items === 0) return 0;
  const excesses = early.map(({ start, end, begin, done }) => {
    const usual = (seconds / items) * (end - start);
    return done - begin > COLD_FACTOR * usual ? done - begin - usual : 0;
  });
  // A long item among the first ones is no compilation: that begins with the very first.
  if (excesses[0] === 0) return 0;
  const excess = excesses.reduce((sum, each) => sum + each, 0);
  return Math.min(MAX_WARM_UP_S, excess / ready.length);
}
