/** Points of a distribution. */
export interface Quantiles {
  readonly min: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
  readonly max: number;
  readonly sum: number;
}

/**
 * Quantiles by linear interpolation between the two nearest ranks (type 7 of Hyndman & Fan, 1996);
 * undefined for no values.
 */
export function quantilesOf(values: Float64Array): Quantiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted();
  const at = (q: number) => quantileOf(sorted, q);
  let sum = 0;
  for (const value of values) sum += value;
  return {
    min: at(0),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    max: at(1),
    sum,
  };
}

function quantileOf(sorted: Float64Array, q: number): number {
  const rank = (sorted.length - 1) * q;
  const low = Math.floor(rank);
  const below = sorted[low] as number;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return below + (above - below) * (rank - low);
}
