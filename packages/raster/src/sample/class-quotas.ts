import { type SampleSpec, stripRows } from "./sample-spec.ts";

/** Fire-risk classes of a pixel: 0 none, 1 low, 2 medium, 3 high. */
export const CLASSES = 4;

/**
 * Pixels per strip and class of the published 40,100 × 38,370 raster. The article prints
 * 22,527,734 for the last count of strip 2, which overshoots the strip by 20,275,000; with
 * 2,252,734 every strip sums exactly.
 */
const PUBLISHED_COUNTS: readonly (readonly number[])[] = [
  [276_294_417, 107_717_378, 627_405, 0],
  [61_927_634, 308_118_204, 14_593_362, 0],
  [88_161_207, 133_008_630, 161_216_629, 2_252_734],
  [343_338_964, 213_748, 13_342_362, 27_824_326],
];

/**
 * How many pixels of each class each strip holds: the published counts at full size, and in
 * proportion at any other (largest remainder, the lower class first where remainders tie).
 *
 * @returns four strips of four counts; the counts of a strip sum to its pixels
 */
export function classQuotas(spec: SampleSpec): Float64Array[] {
  return stripRows(spec.height).map(([start, end], strip) =>
    apportion(PUBLISHED_COUNTS[strip] ?? [], (end - start) * spec.width),
  );
}

/** Divides `pixels` in the ratio of `weights`. In whole numbers: the products exceed 2^53. */
function apportion(weights: readonly number[], pixels: number): Float64Array {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  const products = weights.map((weight) => BigInt(weight) * BigInt(pixels));
  const quotas = Float64Array.from(products, (product) => Number(product / total));
  const left = pixels - quotas.reduce((sum, quota) => sum + quota, 0);
  products
    .map((product, index) => ({ index, remainder: product % total }))
    .sort((a, b) => (a.remainder === b.remainder ? 0 : a.remainder > b.remainder ? -1 : 1))
    .slice(0, left)
    .forEach(({ index }) => {
      quotas[index] = (quotas[index] as number) + 1;
    });
  return quotas;
}
