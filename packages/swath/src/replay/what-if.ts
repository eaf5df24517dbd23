import { SCHEDULES, type ScheduleName } from "../schedules/registry.ts";
import type { Change } from "./change.ts";
import { routesFrom } from "./moving.ts";
import { recordedRunOf, SHORTEST_S } from "./recorded-run.ts";
import { type Prediction, replayer } from "./replay.ts";
import type { RunRecord } from "./run-record.ts";

/** Answers what a run would have taken with something changed, from its record alone. */
export interface WhatIf {
  /** What the replay of the run itself misses by: 0.05 is 5 % too long. */
  readonly error: number;
  /** Schedules and input routes that it can answer for. */
  readonly schedules: readonly ScheduleName[];
  readonly routes: readonly NonNullable<Change["route"]>[];
  /**
   * Wall seconds, and times as fast as one thread (null where the record does not say how long
   * one would take).
   */
  predict(change: Change): Prediction & { readonly speedup: number | null };
}

/** The replay of a record; undefined where it says too little of the run. */
export function whatIf(record: RunRecord): WhatIf | undefined {
  const run = recordedRunOf(record);
  if (run === undefined || run.wall < SHORTEST_S) return undefined;
  const predict = replayer(run);
  const serial = serialSeconds(record);
  return {
    error: predict().wall / run.wall - 1,
    schedules: Object.keys(SCHEDULES) as ScheduleName[],
    routes: routesFrom(run.input),
    predict: (change) => {
      const prediction = predict(change);
      const { wall } = prediction;
      return { ...prediction, speedup: serial === undefined || wall <= 0 ? null : serial / wall };
    },
  };
}

/**
 * What the same items take one thread: as measured where that was done; else what they took in
 * the workers together, with what was read.
 */
export function serialSeconds({
  wall,
  speedup,
  buckets,
  perWorker = [],
  computeScaling,
}: RunRecord): number | undefined {
  if (wall !== undefined && speedup !== undefined) return speedup * wall;
  if (buckets === undefined) return undefined;
  const read = perWorker.reduce((sum, worker) => sum + (worker.read ?? 0), 0);
  return (buckets.useful + buckets.gc + read) * (computeScaling?.value ?? 1);
}
