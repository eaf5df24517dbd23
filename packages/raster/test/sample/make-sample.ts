import { bandHistogram } from "../../src/sample/band-histogram.ts";
import { fillBand } from "../../src/sample/fill-band.ts";
import { planSample, type SamplePlan } from "../../src/sample/plan-sample.ts";
import { bandsOf, type SampleSpec } from "../../src/sample/sample-spec.ts";

/** Both passes in one thread, for rasters that fit in memory. */
export function makeSample(spec: SampleSpec): Int16Array {
  return fillAll(planOf(spec));
}

/** The first pass and the plan. */
export function planOf(spec: SampleSpec): SamplePlan {
  return planSample(
    spec,
    bandsOf(spec).map((band) => bandHistogram(spec, band)),
  );
}

/** The second pass; `order` are indices of bands. */
export function fillAll(
  plan: SamplePlan,
  order: readonly number[] = plan.bands.map((_, index) => index),
): Int16Array {
  const { width, height } = plan.spec;
  const pixels = new Int16Array(width * height);
  for (const index of order) {
    const { row, rows } = plan.bands[index]!;
    fillBand(plan, index, pixels.subarray(row * width, (row + rows) * width));
  }
  return pixels;
}

/** The published rule. */
export function classOf(value: number): 0 | 1 | 2 | 3 {
  if (value <= 0 || Number.isNaN(value)) return 0;
  if (value > 400) return 3;
  return value > 150 ? 2 : 1;
}
