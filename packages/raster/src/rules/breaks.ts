import type { MappingRange } from "./rules.ts";

/**
 * The ranges that breaks stand for: class `i` holds `breaks[i - 1] <= value < breaks[i]`,
 * class 0 all below the first, the last class all from the last on, infinities included.
 */
export function breaksRanges(breaks: readonly number[]): readonly MappingRange[] {
  const bounds = [Number.NEGATIVE_INFINITY, ...breaks, Number.POSITIVE_INFINITY];
  return Array.from({ length: breaks.length + 1 }, (_, i) => ({
    min: bounds[i] as number,
    max: bounds[i + 1] as number,
    minIncluded: true,
    maxIncluded: i === breaks.length,
    to: i,
  }));
}
