import type { RunRecord } from "../record.ts";

/** How an answer is judged; `none` where nothing was recorded. */
export type Grade = "good" | "watch" | "poor" | "none";

/** The field's rule of thumb: above 5 : 1 parallelism pays, below 2 : 1 the loop may win. */
const RATIO_PAYS = 5;
const RATIO_DOUBTFUL = 2;
/** The POP Centre of Excellence calls efficiencies from 0.8 acceptable. */
const FACTOR_GOOD = 0.8;
const FACTOR_POOR = 0.6;
/** Shares of the worker-seconds that moving data may take. */
const MOVING_GOOD = 0.05;
const MOVING_POOR = 0.2;
/** Shares of the peak that copies of one broadcast beyond the first may take. */
const COPIES_GOOD = 0.1;
const COPIES_POOR = 0.5;

export function gradeOfRatio({ ratio }: RunRecord): Grade {
  if (ratio === undefined) return "none";
  if (ratio === null) return "good";
  return ratio > RATIO_PAYS ? "good" : ratio < RATIO_DOUBTFUL ? "poor" : "watch";
}

/** By the share of the worker-seconds that decoding and encoding took in workers and caller. */
export function gradeOfSerialization(record: RunRecord): Grade {
  const { wall, workers } = record;
  const seconds = serializationSeconds(record);
  if (seconds === undefined || wall === undefined || !(wall > 0)) return "none";
  const share = seconds / (wall * Math.max(1, workers ?? 1));
  return share < MOVING_GOOD ? "good" : share > MOVING_POOR ? "poor" : "watch";
}

/** By the factor of efficiency that waiting at the end leaves over. */
export function gradeOfStragglers({ efficiency }: RunRecord): Grade {
  const balance = efficiency?.balance;
  if (balance === undefined) return "none";
  return balance >= FACTOR_GOOD ? "good" : balance < FACTOR_POOR ? "poor" : "watch";
}

/** By the share of the peak that copies of what each worker gets once take, beyond the first. */
export function gradeOfMemory({ memory, routes, workers }: RunRecord): Grade {
  const broadcast = routes?.["broadcast"];
  const copied = typeof broadcast === "object" ? broadcast["copied"] : undefined;
  const peak = memory?.peakResident;
  if (typeof copied !== "number" || peak === undefined || !(peak > 0)) return "none";
  const share = (copied * (1 - 1 / Math.max(1, workers ?? 1))) / peak;
  return share < COPIES_GOOD ? "good" : share > COPIES_POOR ? "poor" : "watch";
}

/** Decoding and encoding on both sides; undefined unless all four were recorded. */
export function serializationSeconds({ serialization }: RunRecord): number | undefined {
  const { workerDecode, workerEncode, driverDecode, driverEncode } = serialization ?? {};
  if (workerDecode === undefined || workerEncode === undefined) return undefined;
  if (driverDecode === undefined || driverEncode === undefined) return undefined;
  return workerDecode + workerEncode + driverDecode + driverEncode;
}
