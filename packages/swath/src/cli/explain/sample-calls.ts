import type { JobCall, Report } from "../../tooling.ts";
import { startCall } from "../../tooling.ts";

/** What a sample of a loop's items cost. Times in seconds. */
export interface SampleCosts {
  /** Items that were run. */
  readonly items: number;
  /** Of one item in one thread, alone: mean and standard deviation. */
  readonly alone: number;
  readonly deviation: number;
  /** The longest. */
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

/** Time for which the items of a sample should last in one thread, in seconds. */
const SAMPLE_S = 0.5;
/** Items with which the first, rough measurement is made. */
const FIRST_ITEMS = 4;
/** More items tell little more: the error of the mean is a sixteenth of the spread. */
const MAX_ITEMS = 256;

/**
 * Runs a few items, spread over the whole loop: first in the caller's thread, then on the workers
 * that the loop would have. They are run for their cost alone, and more than once.
 *
 * @param total items, or blocks of a fold
 */
export async function sampleCalls(
  call: JobCall,
  total: number,
  workers: number,
): Promise<SampleCosts> {
  const inPlace = (sample: number) => run(sampled(call, { workers: 0, timeout: undefined }), sample);
  const first = await inPlace(Math.min(total, FIRST_ITEMS));
  const rough = first.buckets.useful / Math.max(1, first.chunks.count);
  const wanted = Math.min(MAX_ITEMS, Math.max(FIRST_ITEMS, Math.floor(SAMPLE_S / rough)));
  const items = Math.min(total, Number.isFinite(wanted) ? wanted : MAX_ITEMS);
  const serial = await inPlace(items);
  const times = serial.spans.run;
  const mean = serial.buckets.useful / items;
  const costs = { items, alone: mean, deviation: deviationOf(times), longest: Math.max(...times) };
  if (workers === 0) {
    const nothing = { workerMove: 0, callerMove: 0, start: 0 };
    return { ...costs, ...nothing, together: mean, workers };
  }
  const parallel = await run(sampled(call, { workers }), items);
  const { serialization: moved, buckets } = parallel;
  return {
    ...costs,
    together: buckets.useful / items,
    workerMove: buckets.transfer / items,
    callerMove: (moved.driverEncode + moved.driverDecode) / items,
    start: Math.max(0, ...parallel.perWorker.map(({ ready }) => ready ?? 0)),
    workers: parallel.workers,
  };
}

/** The call with workers of its own, item by item, and nothing of it kept. */
function sampled(call: JobCall, own: JobCall["options"]): JobCall {
  const { into: _, ...request } = call.request;
  const plain = { inline: "never", schedule: "dynamic", chunk: 1, journal: undefined } as const;
  return { ...call, request, options: { ...call.options, ...plain, ...own } };
}

/** @throws whatever the sample failed with */
async function run(call: JobCall, sample: number): Promise<Report> {
  const job = startCall({ ...call, sample });
  job.consume("none");
  for await (const _ of job.parts());
  return job.report;
}

function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
