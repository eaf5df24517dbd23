import type { Pixels } from "../dtype.ts";

/** Count, extremes, sum and spread of the valid pixels of a part of a band. */
export interface Moments {
  readonly valid: number;
  /** Pixels that are nodata or NaN. */
  readonly nodata: number;
  /** Infinity where nothing is valid. */
  readonly min: number;
  readonly max: number;
  /** Exact for integer types while it stays below 2^53. */
  readonly sum: number;
  readonly mean: number;
  /** Sum of squared differences from the mean. */
  readonly squares: number;
}

/** The moments of no pixels: neutral for {@link mergeMoments}. */
export const NO_MOMENTS: Moments = {
  valid: 0,
  nodata: 0,
  min: Infinity,
  max: -Infinity,
  sum: 0,
  mean: 0,
  squares: 0,
};

/** The moments of `count` pixels, `pixels[from]`, `pixels[from + step]`, … */
export function momentsOf(
  pixels: Pixels,
  nodata: number | undefined,
  from: number,
  step: number,
  count: number,
): Moments {
  let valid = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let shifted = 0;
  let shiftedSquares = 0;
  // Differences from a pixel of the row stay small, so that their squares keep their digits.
  let shift = 0;
  const end = from + count * step;
  for (let at = from; at < end; at += step) {
    const value = pixels[at] as number;
    if (value === nodata || value !== value) continue;
    if (valid === 0) shift = value;
    valid++;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    const difference = value - shift;
    shifted += difference;
    shiftedSquares += difference * difference;
  }
  if (valid === 0) return { ...NO_MOMENTS, nodata: count };
  const squares = Math.max(0, shiftedSquares - (shifted * shifted) / valid);
  return { valid, nodata: count - valid, min, max, sum, mean: shift + shifted / valid, squares };
}

/**
 * The moments of two parts together.
 *
 * @see Chan, Golub & LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
 * Variances", 1979
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const nodata = a.nodata + b.nodata;
  if (a.valid === 0) return { ...b, nodata };
  if (b.valid === 0) return { ...a, nodata };
  const valid = a.valid + b.valid;
  const difference = b.mean - a.mean;
  return {
    valid,
    nodata,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: a.sum + b.sum,
    mean: a.mean + (difference * b.valid) / valid,
    squares: a.squares + b.squares + (difference * difference * a.valid * b.valid) / valid,
  };
}
