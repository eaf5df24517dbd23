import type { Report } from "../../index.ts";
import type { CallTools, ItemSample, JobCall } from "../../plugin.ts";

/** What a sample of a loop's items cost. Times in seconds. */
export interface SampleCosts {
  /** Items that were run, in so many groups of neighbours. */
  readonly items: number;
  readonly groups: number;
  /** Of one item in one thread: mean, and standard deviation of the groups' means. */
  readonly alone: number;
  readonly deviation: number;
  /** The longest group. */
  readonly longest: number;
  /** Of one item in a worker while all of them work. */
  readonly together: number;
  /** To move one item and its result: in a worker, and in the caller's thread. */
  readonly workerMove: number;
  readonly callerMove: number;
  /** Until the last worker was ready. */
  readonly start: number;
  readonly workers: number;
}

/** Time for which a sample should last in one thread, in seconds. */
const SAMPLE_S = 0.5;
/** Time after which code is compiled, in seconds. */
const WARM_UP_S = 0.1;
/** Items with which the first, rough measurement is made. */
const FIRST_ITEMS = 4;
/** Places that are looked at: the error of the mean is an eighth of the spread between them. */
const MAX_GROUPS = 64;
/** Longer groups tell little more: what a message costs is shared by enough items. */
const MAX_EACH = 256;

/**
 * Runs some items, spread over the whole loop: in the caller's thread until they are compiled,
 * and once more to be measured, then on the workers that the loop would have. They are run for
 * their cost alone.
 *
 * @param total items of the loop
 * @throws whatever a sampled item throws
 */
export async function sampleCalls(
  call: JobCall,
  { run }: CallTools,
  { total, workers }: { readonly total: number; readonly workers: number },
): Promise<SampleCosts> {
  const inPlace = sampled(call, { workers: 0, timeout: undefined });
  const rough = alone(await run({ ...inPlace, sample: sampleFor(FIRST_ITEMS, total) }));
  const warm = alone(await run({ ...inPlace, sample: sampleFor(WARM_UP_S / rough, total) }));
  const sample = sampleFor(SAMPLE_S / warm, total);
  const { groups, each } = sample;
  const items = groups * each;
  const serial = await run({ ...inPlace, sample });
  const times = serial.spans.run;
  const costs = {
    items,
    groups,
    alone: alone(serial),
    deviation: deviationOf(times.map((seconds) => seconds / each)),
    longest: Math.max(0, ...times),
  };
  if (workers === 0) {
    const nothing = { workerMove: 0, callerMove: 0, start: 0 };
    return { ...costs, ...nothing, together: costs.alone, workers };
  }
  const parallel = await run({ ...sampled(call, { workers }), sample });
  const { serialization: moved } = parallel;
  return {
    ...costs,
    ...inWorkers(parallel, groups),
    callerMove: (moved.driverEncode + moved.driverDecode) / items,
    start: Math.max(0, ...parallel.perWorker.map(({ ready }) => ready ?? 0)),
    workers: parallel.workers,
  };
}

/** @param wanted items, if there are as many; also Infinity */
function sampleFor(wanted: number, total: number): ItemSample {
  const items = Math.max(1, Math.min(total, FIRST_ITEMS, MAX_GROUPS * MAX_EACH));
  const count = Math.min(total, Math.max(items, Math.floor(wanted) || 0));
  const groups = Math.min(count, MAX_GROUPS);
  return { groups, each: Math.min(MAX_EACH, Math.floor(count / groups)) };
}

/** The call with workers of its own, a group at a time, and nothing of it kept. */
function sampled(call: JobCall, own: JobCall["options"]): JobCall {
  const { into: _, ...rest } = call.request;
  // A fold of single items, so that a sample counts items there too.
  const request = rest.mode === "fold" ? { ...rest, block: 1 } : rest;
  const plain = { inline: "never", schedule: "dynamic", chunk: MAX_CHUNK } as const;
  const options = { ...call.options, ...plain, journal: undefined, ...own };
  return { ...call, request, options };
}

/** As large as any loop: the gaps between the groups cut it. */
const MAX_CHUNK = Number.MAX_SAFE_INTEGER;

/** Seconds of an item in the caller's thread. */
function alone({ buckets, items }: Report): number {
  return buckets.useful / items;
}

/** Without each worker's first group, in which it compiles, where it has had others. */
function inWorkers(
  { spans }: Report,
  groups: number,
): Pick<SampleCosts, "together" | "workerMove"> {
  const seen = new Set<number>();
  const isSettled = spans.worker.map((worker) => seen.size === seen.add(worker).size);
  const counted = isSettled.filter(Boolean).length * 2 > groups ? isSettled : isSettled.fill(true);
  let items = 0;
  let useful = 0;
  let moved = 0;
  counted.forEach((counts, i) => {
    if (!counts) return;
    items += (spans.end[i] as number) - (spans.start[i] as number);
    useful += spans.run[i] as number;
    moved += (spans.decode[i] as number) + (spans.read[i] as number) + (spans.encode[i] as number);
  });
  return { together: useful / items, workerMove: moved / items };
}

function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
