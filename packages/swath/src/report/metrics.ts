import type { GcPause } from "../protocol/messages.ts";
import type { ChunkRecord, Lifetime, Recording } from "./recorder.ts";
import type { Buckets, Efficiency, Stragglers, WorkerFigures } from "./report.ts";

/** How one worker spent the run; all in ms, and they sum to the length of the run. */
interface Shares extends Buckets {
  readonly read: number;
  readonly items: number;
  readonly chunks: number;
  readonly lastEnd: number;
  readonly bytesRead: number;
}

/**
 * Divides `workers · wall` worker-seconds among the buckets. Every one goes to exactly one:
 * `starve` takes what is left of a worker's time, so the sum holds by construction.
 */
export function bucketsOf(recording: Recording, workers: number): Buckets {
  const shares = sharesOf(recording, workers);
  const total = (key: keyof Buckets) => seconds(shares.reduce((sum, share) => sum + share[key], 0));
  return {
    start: total("start"),
    tail: total("tail"),
    starve: total("starve"),
    transfer: total("transfer"),
    gc: total("gc"),
    useful: total("useful"),
  };
}

/**
 * The factors of parallel efficiency: each is the share of the worker-seconds before it that
 * its bucket left over. The product equals `useful / (workers · wall)`.
 *
 * @see the POP Centre of Excellence's multiplicative efficiency model, of which `parallel` is
 * the parallel efficiency
 */
export function efficiencyOf(buckets: Buckets): Efficiency {
  const { start, tail, starve, transfer, gc, useful } = buckets;
  const afterTransfer = gc + useful;
  const afterStarve = transfer + afterTransfer;
  const afterTail = starve + afterStarve;
  const afterStart = tail + afterTail;
  const all = start + afterStart;
  return {
    parallel: share(useful, all),
    start: share(afterStart, all),
    balance: share(afterTail, afterStart),
    dispatch: share(afterStarve, afterTail),
    transfer: share(afterTransfer, afterStarve),
    gc: share(useful, afterTransfer),
  };
}

/** Useful time over all time spent on moving data, in workers and in the caller's thread. */
export function ratioOf(recording: Recording, buckets: Buckets): number | null {
  const driver = seconds(recording.driverEncode + recording.driverDecode);
  const moving = buckets.transfer + driver;
  return moving === 0 ? null : buckets.useful / moving;
}

export function stragglersOf(recording: Recording, workers: number): Stragglers {
  const shares = sharesOf(recording, workers);
  const ends = shares.filter((s) => s.chunks > 0).map((s) => s.lastEnd - recording.begin);
  const useful = shares.map((s) => s.useful);
  const mean = useful.reduce((a, b) => a + b, 0) / workers;
  return {
    firstDone: seconds(Math.min(...ends, recording.end - recording.begin)),
    lastDone: seconds(Math.max(...ends, 0)),
    idle: seconds(shares.reduce((sum, s) => sum + s.tail, 0)),
    imbalance: mean === 0 ? 1 : Math.max(...useful) / mean,
  };
}

export function perWorkerOf(recording: Recording, workers: number): readonly WorkerFigures[] {
  return sharesOf(recording, workers).map((s, worker) => ({
    worker,
    ready: readyAt(recording, worker),
    chunks: s.chunks,
    items: s.items,
    useful: seconds(s.useful),
    read: seconds(s.read),
    transfer: seconds(s.transfer),
    gc: seconds(s.gc),
    idle: seconds(s.starve + s.tail),
    bytesOut: Math.round(recording.bytesBy.get(worker)?.out ?? 0),
    bytesIn: Math.round(recording.bytesBy.get(worker)?.in ?? 0),
    bytesRead: s.bytesRead,
    ...machineOf(recording, worker),
  }));
}

/** What is absent where nobody told it. */
function machineOf(
  { usage, starting, heapUsed }: Recording,
  worker: number,
): Pick<WorkerFigures, "starting" | "cpu" | "runQueue" | "heapUsed"> {
  const used = usage.get(worker);
  const started = starting.get(worker);
  const heap = heapUsed.get(worker);
  return {
    ...(started === undefined ? {} : { starting: seconds(started) }),
    ...(used === undefined ? {} : { cpu: seconds(used.cpu), runQueue: seconds(used.runQueue) }),
    ...(heap === undefined ? {} : { heapUsed: heap }),
  };
}

function readyAt({ begin, lifetimes }: Recording, worker: number): number | null {
  const first = lifetimes.find((life) => life.worker === worker);
  return first === undefined ? null : seconds(first.from - begin);
}

function sharesOf(recording: Recording, workers: number): readonly Shares[] {
  return Array.from({ length: workers }, (_, worker) =>
    shareOf(
      recording,
      recording.chunks.filter((chunk) => chunk.worker === worker),
      recording.lifetimes.filter((life) => life.worker === worker),
      recording.gc.get(worker) ?? [],
    ),
  );
}

function shareOf(
  { begin, end }: Recording,
  chunks: readonly ChunkRecord[],
  lifetimes: readonly Lifetime[],
  pauses: readonly GcPause[],
): Shares {
  const run = sum(chunks, (c) => c.run);
  const encode = sum(chunks, (c) => c.encode);
  const read = sum(chunks, (c) => c.read);
  const gc = Math.min(gcDuring(chunks, pauses), run + encode);
  // Results are encoded while the chunk runs: pauses fall on both, by their length.
  const gcInRun = run === 0 ? 0 : (gc * run) / (run + encode);
  const transfer = read + sum(chunks, (c) => c.decode) + encode - (gc - gcInRun);
  const useful = run - gcInRun;
  const alive = sum(lifetimes, (l) => Math.max(0, Math.min(l.to, end) - Math.max(l.from, begin)));
  const last = lifetimes.at(-1);
  const lastEnd = Math.max(begin, ...chunks.slice(-1).map((c) => c.end));
  const idleFrom = last === undefined ? end : Math.max(lastEnd, last.from);
  const tail = last !== undefined && last.to >= end ? Math.max(0, end - idleFrom) : 0;
  return {
    start: end - begin - alive,
    tail,
    starve: alive - tail - transfer - gc - useful,
    transfer,
    gc,
    useful,
    read,
    lastEnd,
    bytesRead: sum(chunks, (c) => c.bytesRead),
    items: sum(chunks, (c) => c.endItem - c.startItem),
    chunks: chunks.length,
  };
}

/** Both lists are in order of time. */
export function gcDuring(chunks: readonly ChunkRecord[], pauses: readonly GcPause[]): number {
  let total = 0;
  let at = 0;
  for (const pause of pauses) {
    const pauseEnd = pause.begin + pause.duration;
    while (at < chunks.length && (chunks[at] as ChunkRecord).end <= pause.begin) at++;
    const chunk = chunks[at];
    if (chunk === undefined) break;
    total += Math.max(0, Math.min(pauseEnd, chunk.end) - Math.max(pause.begin, chunk.begin));
  }
  return total;
}

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of list) total += value(item);
  return total;
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 1 : part / whole;
}

function seconds(milliseconds: number): number {
  return milliseconds / 1_000;
}
