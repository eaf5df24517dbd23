/** A bar of a histogram: values from `from` up to `to`. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Bars of a factor of ten: 1, 1.58, 2.51, 3.98, 6.31. */
const BARS_PER_DECADE = 5;
const MAX_BARS = 60;

/**
 * Values over 0 in bars of equal width on a logarithmic scale. Every value over 0 is in exactly one
 * bar; `zeros` are those that are not.
 */
export function logHistogram(values: Float64Array): {
  readonly bars: readonly Bar[];
  readonly zeros: number;
} {
  let min = Infinity;
  let max = 0;
  let zeros = 0;
  for (const value of values) {
    if (!(value > 0)) zeros++;
    else {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (max === 0) return { bars: [], zeros };
  let perDecade = BARS_PER_DECADE;
  while (Math.log10(max / min) * perDecade > MAX_BARS) perDecade /= 2;
  const first = Math.floor(Math.log10(min) * perDecade);
  const barOf = (value: number) => Math.floor(Math.log10(value) * perDecade) - first;
  const counts = new Array<number>(barOf(max) + 1).fill(0);
  for (const value of values)
    if (value > 0) counts[barOf(value)] = (counts[barOf(value)] as number) + 1;
  const edge = (bar: number) => 10 ** ((first + bar) / perDecade);
  return {
    bars: counts.map((count, i) => ({ from: edge(i), to: edge(i + 1), count })),
    zeros,
  };
}
