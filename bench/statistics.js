import { seededRandom } from "./random.js";

/** Quantile `q` in [0, 1] of some numbers, linear between neighbours; NaN of none. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  if (sorted.length === 0) return Number.NaN;
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** The middle of some numbers. */
export function median(values) {
  return quantile(values, 0.5);
}

/** Median and spread: what a table shows of one cell. */
export function summarize(values) {
  return {
    samples: values.length,
    median: median(values),
    min: quantile(values, 0),
    max: quantile(values, 1),
    q1: quantile(values, 0.25),
    q3: quantile(values, 0.75),
  };
}

/** Resamples for the confidence interval: more change its ends by less than 1 %. */
const RESAMPLES = 2000;

/**
 * Median of per-round ratios with a 95 % bootstrap interval. Ratios within a round cancel what
 * disturbed the whole round, which ratios of medians do not.
 *
 * @param {readonly number[]} ratios one per round
 */
export function summarizeRatios(ratios) {
  const random = seededRandom(1);
  const medians = Array.from({ length: ratios.length === 0 ? 0 : RESAMPLES }, () =>
    median(ratios.map(() => ratios[Math.floor(random() * ratios.length)])),
  );
  return {
    ...summarize(ratios),
    low95: quantile(medians, 0.025),
    high95: quantile(medians, 0.975),
  };
}
