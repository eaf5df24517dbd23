import type { Buckets, Efficiency } from "../record.ts";
import { type LiveJob, type LiveUpdate, WORKER_SUMS } from "./messages.ts";

/** Workers that a snapshot names one by one: those of a machine, in a few kilobytes. */
const MAX_WORKERS = 64;
/** Samples of memory in a snapshot; older ones are thinned out. */
const MAX_SAMPLES = 240;

/** Memory over time, in as many samples as fit. */
export class MemorySeries {
  #at: number[] = [];
  #resident: number[] = [];
  #peak = 0;

  add(at: number, resident: number): void {
    // Times of one job go up.
    if (at < (this.#at.at(-1) ?? 0)) return;
    this.#at.push(Math.round(at * 1e3) / 1e3);
    this.#resident.push(resident);
    this.#peak = Math.max(this.#peak, resident);
    if (this.#at.length <= MAX_SAMPLES) return;
    const everySecond = (_: number, i: number) => i % 2 === 0;
    this.#at = this.#at.filter(everySecond);
    this.#resident = this.#resident.filter(everySecond);
  }

  get memory(): object {
    return {
      peakResident: this.#peak,
      samples: { at: this.#at, resident: this.#resident },
    };
  }
}

/** What is known of a job before it has done anything. */
export function emptyRecord({ task, workers, schedule, startedAt }: LiveJob): object {
  return { schema: "swath.report/1", executor: "threads", task, workers, schedule, startedAt };
}

/**
 * The record of a run so far, without spans: worker-seconds up to the end of each worker's last
 * chunk, for nothing is known yet of what runs. Of pauses for garbage collection nothing is known
 * either; they are in what they interrupted.
 */
export function liveRecord(job: LiveJob, update: LiveUpdate, memory: object): object {
  const { progress, sums, chunks, driverEncode, driverDecode, bytesOut, bytesIn, exact } = update;
  const workers = workersOf(sums, progress.elapsed);
  const buckets = bucketsOf(workers);
  const total = (key: "decode" | "encode") => workers.reduce((sum, worker) => sum + worker[key], 0);
  const moving = buckets.transfer + driverEncode + driverDecode;
  return {
    ...emptyRecord(job),
    wall: progress.elapsed,
    items: progress.done - progress.resumed,
    buckets,
    efficiency: efficiencyOf(buckets),
    ratio: moving === 0 ? null : buckets.useful / moving,
    serialization: {
      bytesOut,
      bytesIn,
      exact,
      workerDecode: total("decode"),
      workerEncode: total("encode"),
      driverEncode,
      driverDecode,
    },
    memory,
    chunks: { count: chunks, lost: 0 },
    ...(workers.length > MAX_WORKERS ? {} : { perWorker: workers.map(figuresOf) }),
  };
}

interface WorkerTimes {
  readonly ready: number;
  readonly until: number;
  readonly chunks: number;
  readonly items: number;
  readonly decode: number;
  readonly read: number;
  readonly run: number;
  readonly encode: number;
}

/** Seconds. */
function workersOf(sums: Float64Array, elapsed: number): readonly WorkerTimes[] {
  const width = WORKER_SUMS.length;
  return Array.from({ length: sums.length / width }, (_, worker) => {
    const [ready, until, chunks, items, decode, read, run, encode] = sums.subarray(
      worker * width,
      (worker + 1) * width,
    ) as unknown as readonly [number, number, number, number, number, number, number, number];
    const readyAt = Number.isNaN(ready) ? elapsed : Math.min(ready / 1e3, elapsed);
    return {
      ready: readyAt,
      until: Math.max(readyAt, until / 1e3),
      chunks,
      items,
      decode: decode / 1e3,
      read: read / 1e3,
      run: run / 1e3,
      encode: encode / 1e3,
    };
  });
}

function bucketsOf(workers: readonly WorkerTimes[]): Buckets {
  const buckets = { start: 0, tail: 0, starve: 0, transfer: 0, gc: 0, useful: 0 };
  for (const worker of workers) {
    const transfer = worker.decode + worker.read + worker.encode;
    buckets.start += worker.ready;
    buckets.transfer += transfer;
    buckets.useful += worker.run;
    buckets.starve += Math.max(0, worker.until - worker.ready - transfer - worker.run);
  }
  return buckets;
}

/** As in a report: each factor is the share that its bucket left over of what was there before. */
function efficiencyOf({ start, tail, starve, transfer, gc, useful }: Buckets): Efficiency {
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 1);
  const afterTransfer = gc + useful;
  const afterStarve = transfer + afterTransfer;
  const afterTail = starve + afterStarve;
  const afterStart = tail + afterTail;
  return {
    parallel: share(useful, start + afterStart),
    start: share(afterStart, start + afterStart),
    balance: share(afterTail, afterStart),
    dispatch: share(afterStarve, afterTail),
    transfer: share(afterTransfer, afterStarve),
    gc: share(useful, afterTransfer),
  };
}

function figuresOf(
  { ready, until, chunks, items, decode, read, run, encode }: WorkerTimes,
  worker: number,
) {
  const milli = (seconds: number) => Math.round(seconds * 1e6) / 1e6;
  return {
    worker,
    chunks,
    items,
    useful: milli(run),
    read: milli(read),
    transfer: milli(decode + read + encode),
    idle: milli(Math.max(0, until - ready - decode - read - run - encode)),
  };
}
