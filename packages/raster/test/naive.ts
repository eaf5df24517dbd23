import type { Pixels } from "../src/dtype.ts";

/** What the plain loop counts. */
export interface NaiveCounts {
  readonly nodata: number;
  readonly classes: Readonly<Record<string, number>>;
}

/**
 * Counts classes pixel by pixel.
 *
 * @param classOf undefined for a pixel without a class
 */
export function naiveCounts(
  pixels: Pixels,
  nodata: number | undefined,
  classOf: (value: number) => number | undefined,
): NaiveCounts {
  const classes: Record<string, number> = {};
  let missing = 0;
  for (const value of pixels) {
    const isMissing = value === nodata || (Number.isNaN(nodata) && Number.isNaN(value));
    const found = isMissing ? undefined : classOf(value);
    if (found === undefined) missing++;
    else classes[found] = (classes[found] ?? 0) + 1;
  }
  return { nodata: missing, classes };
}

/** Class `i` holds `breaks[i-1] <= value < breaks[i]`; NaN has none. */
export function breaksClass(breaks: readonly number[]): (value: number) => number | undefined {
  return (value) => (Number.isNaN(value) ? undefined : breaks.filter((cut) => cut <= value).length);
}

/** Counts as `classify` names them for breaks: every class, also those that do not occur. */
export function breaksCounts(
  pixels: Pixels,
  nodata: number | undefined,
  breaks: readonly number[],
): NaiveCounts {
  const none = Object.fromEntries(Array.from({ length: breaks.length + 1 }, (_, i) => [i, 0]));
  const counts = naiveCounts(pixels, nodata, breaksClass(breaks));
  return { ...counts, classes: { ...none, ...counts.classes } };
}

/** The fire-risk class of the published raster. */
export function riskOf(value: number): number {
  if (value <= 0 || Number.isNaN(value)) return 0;
  if (value > 400) return 3;
  return value > 150 ? 2 : 1;
}
