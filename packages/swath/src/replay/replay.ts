import { SCHEDULES, type ScheduleName } from "../schedules/registry.ts";
import { costCurve } from "./cost-curve.ts";
import { type VirtualOutcome, virtualRun } from "./virtual-run.ts";

/** A run as a replay needs it. Times are in seconds since the job started. */
export interface RecordedRun {
  readonly schedule: ScheduleName;
  /** The `chunk` option, in items. */
  readonly chunk?: number | undefined;
  readonly items: number;
  /** Items of an index: 1, or the length of a block of a fold. */
  readonly unit: number;
  readonly wall: number;
  /** When each worker had loaded the task. */
  readonly ready: readonly number[];
  readonly chunks: readonly RecordedChunk[];
  /** What the caller's thread spent on sending, and on receiving, in all. */
  readonly driverEncode: number;
  readonly driverDecode: number;
}

/** A chunk of a {@link RecordedRun}. */
export interface RecordedChunk {
  readonly worker: number;
  /** First item, and one past the last. */
  readonly start: number;
  readonly end: number;
  /** When the worker took it up, and when its results had been sent. */
  readonly begin: number;
  readonly done: number;
}

/** What would be different. */
export interface Change {
  readonly workers?: number | undefined;
  readonly schedule?: ScheduleName | undefined;
  /** Items. */
  readonly chunk?: number | undefined;
}

/** What a run would have been. Seconds. */
export interface Prediction {
  readonly wall: number;
  readonly workers: number;
  readonly schedule: ScheduleName;
  readonly chunks: number;
  /** Worker-seconds between a worker's last chunk and the end. */
  readonly tail: number;
  /** Share of the wall time in which the driver's thread was busy with sending and receiving. */
  readonly driverBusy: number;
}

/** Half of a round trip between two threads on a 2-core Linux machine: waking one that sleeps. */
const WAKE_S = 50e-6;
/** A chunk that waited behind another is taken up after this, where nothing was measured. */
const NEXT_S = 5e-6;
/** What handing out one chunk costs the driver's thread beside its items. */
const DISPATCH_S = 8e-6;
/** A pause between chunks that is longer was no mere hand-over: the worker had nothing to do. */
const MAX_NEXT_S = 200e-6;
/** A further worker is ready this much later, where only one was recorded. */
const START_SPACING_S = 1e-3;

/**
 * Replays a recorded run with something changed: the real driver and schedule on a simulated
 * clock, with the costs that were measured. There are as many cores as workers, and an item costs
 * what it did in the recording: what more workers take from each other is not in it.
 *
 * Without a change it should give the recorded wall time: by how much it misses says how far it
 * can be believed.
 */
export function replay(run: RecordedRun, change: Change = {}): Prediction {
  const { workers = run.ready.length, schedule = run.schedule, chunk = run.chunk } = change;
  const indexCount = Math.ceil(run.items / run.unit);
  const work = workOf(run, indexCount);
  const perIndex = (total: number) => (indexCount === 0 ? 0 : total / indexCount);
  const [send, receive] = [perIndex(run.driverEncode), perIndex(run.driverDecode)];
  const outcome = virtualRun({
    indexCount,
    schedule: SCHEDULES[schedule]({
      itemCount: indexCount,
      workers,
      chunk: chunk === undefined ? undefined : Math.ceil(chunk / run.unit),
      costs: schedule === "balanced" ? costsOf(work, indexCount) : undefined,
    }),
    ready: readyTimes(run.ready, workers),
    latencies: { wake: WAKE_S, next: handOver(run.chunks) },
    work: work.between,
    send: (start, end) => DISPATCH_S + send * (end - start),
    receive: (start, end) => receive * (end - start),
  });
  return predictionOf(outcome, { workers, schedule, closing: closingOf(run) });
}

/** How far the replay of the run itself is from what was measured: 0.05 is 5 % too long. */
export function replayError(run: RecordedRun): number {
  return replay(run).wall / run.wall - 1;
}

function workOf({ chunks, unit }: RecordedRun, indexCount: number) {
  const ranges = chunks.map(({ start, end, begin, done }) => ({
    start: Math.floor(start / unit),
    end: Math.ceil(end / unit),
    cost: done - begin,
  }));
  return costCurve(ranges, indexCount);
}

function costsOf(work: ReturnType<typeof workOf>, indexCount: number): Float64Array {
  return Float64Array.from({ length: indexCount }, (_, i) => work.between(i, i + 1));
}

function readyTimes(recorded: readonly number[], workers: number): readonly number[] {
  const sorted = [...recorded].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const last = sorted.at(-1) ?? 0;
  const spacing = sorted.length > 1 ? (last - first) / (sorted.length - 1) : START_SPACING_S;
  return Array.from({ length: workers }, (_, worker) => {
    return sorted[worker] ?? last + spacing * (worker - sorted.length + 1);
  });
}

/** Median of the pauses between chunks of a worker that had the next one waiting. */
function handOver(chunks: readonly RecordedChunk[]): number {
  const last = new Map<number, number>();
  const pauses: number[] = [];
  for (const { worker, begin, done } of [...chunks].sort((a, b) => a.begin - b.begin)) {
    const pause = begin - (last.get(worker) ?? Number.NaN);
    if (pause >= 0 && pause <= MAX_NEXT_S) pauses.push(pause);
    last.set(worker, done);
  }
  return pauses.sort((a, b) => a - b)[pauses.length >> 1] ?? NEXT_S;
}

/** From the driver's hearing of the last chunk to the end of the job. */
function closingOf({ chunks, wall }: RecordedRun): number {
  const last = chunks.reduce((latest, { done }) => Math.max(latest, done), 0);
  return Math.max(0, wall - last - WAKE_S);
}

function predictionOf(
  { end, chunks, lastDone, driverBusy }: VirtualOutcome,
  facts: {
    readonly workers: number;
    readonly schedule: ScheduleName;
    readonly closing: number;
  },
): Prediction {
  const { workers, schedule, closing } = facts;
  const wall = end + closing;
  return {
    wall,
    workers,
    schedule,
    chunks,
    tail: lastDone.reduce((sum, done) => sum + Math.max(0, end - done), 0),
    driverBusy: wall === 0 ? 0 : driverBusy / wall,
  };
}
