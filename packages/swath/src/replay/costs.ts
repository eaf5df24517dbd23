import { type CostCurve, costCurve } from "./cost-curve.ts";
import type { RecordedChunk, RecordedRun } from "./recorded-run.ts";
import { workClock } from "./work-clock.ts";

/**
 * What a run's work costs by itself: in seconds of a machine that nothing else uses. Ranges are of
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
  /** Of the driver's thread, in all: busy seconds beyond what is known and the least of `dispatch`. */
  readonly unexplained: number;
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

/** The first so many seconds of a worker's chunks may hold its compilation, and more while items … */
const WARMING_S = 20e-3;
/** … take no more than this share of what the very first took, … */
const FALLEN_TO = 0.5;
/** … if the very first takes so many times what later ones of its length take, … */
const COLD_FACTOR = 5;
/** … as far as they take so many times that, … */
const TEPID_FACTOR = 2;
/** … and no longer than this, which is how long it goes on at most; … */
const MAX_WARM_UP_S = 60e-3;
/** … or than this, where later ones take longer, too. */
const MAX_DOUBTFUL_S = 10e-3;

/** Takes a recorded run apart into what each index and each chunk cost. */
export function costsOf(run: RecordedRun): Costs {
  const { unit, chunks, input, results } = run;
  const indexCount = Math.ceil(run.items / unit);
  const whole = run.sampledFrom?.seconds;
  const count = run.sampledFrom?.count ?? (chunks.length || 1);
  const coding = run.driverEncode + run.driverDecode;
  const busy = run.driverBusy ?? coding + count * DISPATCH_S;
  const starting = run.driverStarting ?? Math.min(...run.ready, busy);
  const clock = workClock(run, busy - starting);
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
  const curve = (part: "compute" | "decode" | "encode", measured?: number) => {
    const ranges = parts.map((each) => each[part]);
    return costCurve(ranges, indexCount, measured);
  };
  const [sendApart, receiveApart] = [
    apart(run.driverEncode, input?.copied ?? 0),
    apart(run.driverDecode, results?.copied ?? 0),
  ];
  const perIndex = (seconds: number) =>
    indexCount === 0 ? 0 : (clock.driverSpeed * Math.max(0, seconds)) / indexCount;
  const other = Math.max(0, busy - coding - starting);
  const unknown = clock.driverSpeed * other;
  const dispatch = Math.min(MAX_DISPATCH_S, Math.max(DISPATCH_S, unknown / count));
  const received = run.driverDecode - count * receiveApart;
  const isPacked = results !== undefined && results.packed > (results.copied + results.moved) / 2;
  return {
    indexCount,
    compute: curve("compute", whole === undefined ? undefined : clock.workerSpeed * whole),
    decode: curve("decode"),
    encode: curve("encode"),
    warmUp: clock.workerSpeed * warmUpOf(run),
    perChunk: clock.workerSpeed * (perDecode + perEncode + perRest),
    send: perIndex(run.driverEncode - count * sendApart),
    receive: isPacked ? 0 : perIndex(received),
    make: isPacked ? perIndex(received) : 0,
    dispatch: dispatch + clock.driverSpeed * (sendApart + receiveApart),
    beside: Math.max(0, unknown - count * dispatch),
    unexplained: Math.max(0, other - count * DISPATCH_S),
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

/**
 * The mean over the workers. What begins so is a job's compilation only as long as it is short, and
 * if it is over when a worker goes on: else the first items are dearer than the others.
 */
function warmUpOf({ chunks, ready, sampledFrom }: RecordedRun): number {
  if (sampledFrom !== undefined) return 0;
  const sorted = [...chunks].sort((a, b) => a.begin - b.begin);
  const afterwards = perItem(splitWhile(sorted, (_, spent) => spent < WARMING_S).late);
  if (afterwards === undefined) return 0;
  const firsts = new Map<number, number>();
  for (const chunk of sorted)
    if (!firsts.has(chunk.worker)) firsts.set(chunk.worker, costOf(chunk));
  const { early, late } = splitWhile(sorted, (chunk, spent) => {
    if (spent < WARMING_S) return true;
    const hasFallen = costOf(chunk) <= FALLEN_TO * (firsts.get(chunk.worker) ?? 0);
    return spent < MAX_WARM_UP_S && hasFallen && costOf(chunk) > TEPID_FACTOR * afterwards;
  });
  const usual = perItem(late) ?? afterwards;
  const excessOf = (factor: number) => (chunk: RecordedChunk) => {
    const expected = usual * (chunk.end - chunk.start);
    const taken = chunk.done - chunk.begin;
    return taken > factor * expected ? taken - expected : 0;
  };
  const begins = early[0] !== undefined && excessOf(COLD_FACTOR)(early[0]) > 0;
  if (!begins) return 0;
  const next = [...ready.keys()].map((worker) => late.find((chunk) => chunk.worker === worker));
  const isOver = next.every((chunk) => chunk === undefined || excessOf(TEPID_FACTOR)(chunk) === 0);
  const factor = isOver ? TEPID_FACTOR : COLD_FACTOR;
  const excess = early.reduce((sum, chunk) => sum + excessOf(factor)(chunk), 0);
  return Math.min(isOver ? MAX_WARM_UP_S : MAX_DOUBTFUL_S, excess / ready.length);
}

/**
 * Each worker's chunks, the first of which are early for as long as that holds of a chunk and of what
 * the worker's chunks before it took.
 */
function splitWhile(
  sorted: readonly RecordedChunk[],
  isEarly: (chunk: RecordedChunk, spent: number) => boolean,
) {
  const early: RecordedChunk[] = [];
  const late: RecordedChunk[] = [];
  const spentBy = new Map<number, number>();
  const done = new Set<number>();
  for (const chunk of sorted) {
    const { worker } = chunk;
    const spent = spentBy.get(worker) ?? 0;
    spentBy.set(worker, spent + chunk.done - chunk.begin);
    if (!done.has(worker) && isEarly(chunk, spent)) early.push(chunk);
    else {
      done.add(worker);
      late.push(chunk);
    }
  }
  return { early, late };
}

/** Seconds that an item of a chunk took. */
function costOf({ start, end, begin, done }: RecordedChunk): number {
  return (done - begin) / Math.max(1, end - start);
}

/** The same in the mean of chunks; undefined without items. */
function perItem(chunks: readonly RecordedChunk[]): number | undefined {
  const items = chunks.reduce((sum, { start, end }) => sum + end - start, 0);
  if (items === 0) return undefined;
  return chunks.reduce((sum, { begin, done }) => sum + done - begin, 0) / items;
}
