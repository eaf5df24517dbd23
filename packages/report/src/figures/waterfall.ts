import type { Buckets, RunRecord } from "../record.ts";

/** A step from the ideal speed-up down to what was had; all in workers. */
export interface WaterfallStep {
  readonly key: keyof Buckets | "ideal" | "computeScaling" | "got";
  readonly label: string;
  /** What the factor of efficiency is called that this loss makes. */
  readonly factor?: "start" | "balance" | "dispatch" | "transfer" | "gc";
  readonly from: number;
  readonly to: number;
}

/** Nothing ends sooner; a time below it is damage. */
const MIN_WALL_S = 1e-9;

const LOSSES = [
  { key: "start", label: "starting workers", factor: "start" },
  { key: "tail", label: "waiting at the end", factor: "balance" },
  { key: "starve", label: "waiting for work", factor: "dispatch" },
  { key: "transfer", label: "moving data", factor: "transfer" },
  { key: "gc", label: "garbage collection", factor: "gc" },
] as const;

/**
 * The way from `workers` to the speed-up: each bucket's worker-seconds ÷ wall are workers that it
 * kept from useful work, so the steps add up. Without `computeScaling` it ends at the workers that
 * were busy with useful work. Empty where a record does not say.
 */
export function waterfallOf(record: RunRecord): readonly WaterfallStep[] {
  const { buckets, wall, computeScaling, speedup } = record;
  if (buckets === undefined || wall === undefined || !(wall > MIN_WALL_S)) return [];
  const all = Object.values(buckets as unknown as Record<string, number>).reduce((a, b) => a + b);
  let at = all / wall;
  const steps: WaterfallStep[] = [{ key: "ideal", label: "workers", from: 0, to: at }];
  for (const { key, label, factor } of LOSSES) {
    const to = at - buckets[key] / wall;
    steps.push({ key, label, factor, from: at, to });
    at = to;
  }
  const scaling = computeScaling?.value ?? scalingOf(speedup, at);
  if (scaling === undefined) {
    return [...steps, { key: "got", label: "busy with useful work", from: 0, to: at }];
  }
  const to = at * scaling;
  const label = "slower side by side than alone";
  steps.push({ key: "computeScaling", label, from: at, to });
  return [...steps, { key: "got", label: "as fast as one thread", from: 0, to }];
}

function scalingOf(speedup: number | undefined, busy: number): number | undefined {
  return speedup === undefined || !(busy > 0) ? undefined : speedup / busy;
}
