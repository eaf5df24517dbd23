import { now } from "../protocol/clock.ts";

/** Times that this thread looks at the clock for each chunk: two for sending, two for receiving. */
const DRIVER_READINGS = 4;
/** And a worker: taking it up, decoding, its items, encoding. */
const WORKER_READINGS = 8;
/** For each item that a worker reads, two before and two after. */
const ITEM_READINGS = 2;
/** Booking a chunk costs about as much as so many readings. */
const BOOKING = 4;
const READINGS = 2_000;

/** Of what the cost of measuring is made up. */
export interface MeasuredWork {
  readonly workers: number;
  readonly chunks: number;
  /** Items that workers read one by one, each with a clock of its own. */
  readonly readItems: number;
  /** Seconds. */
  readonly wall: number;
  /** What was timed itself, in ms: of this thread, and of all workers together. */
  readonly timed: { readonly driver: number; readonly workers: number };
}

/**
 * What measuring cost. What takes long (sampling, `/proc`) was timed; what is too short for that is
 * counted, and costs what a reading of the clock costs here.
 */
export function overheadOf(
  work: MeasuredWork,
  reading = readingCost(),
): {
  readonly seconds: number;
  readonly share: number;
} {
  const { workers, chunks, readItems, wall, timed } = work;
  const driver = timed.driver + chunks * (DRIVER_READINGS + BOOKING) * reading;
  const inWorkers =
    timed.workers + (chunks * WORKER_READINGS + readItems * ITEM_READINGS) * reading;
  const share = wall === 0 ? 0 : (driver + inWorkers / workers) / 1e3 / wall;
  return { seconds: (driver + inWorkers) / 1e3, share };
}

let measured: number | undefined;

/** Milliseconds of one reading of the clock, measured once. */
function readingCost(): number {
  if (measured !== undefined) return measured;
  const begin = now();
  for (let i = 0; i < READINGS; i++) now();
  measured = (now() - begin) / READINGS;
  return measured;
}
