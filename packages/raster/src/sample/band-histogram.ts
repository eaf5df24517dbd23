import { eachRowOfLevels } from "./levels.ts";
import type { SampleBand, SampleSpec } from "./sample-spec.ts";
import { LEVELS } from "./scale.ts";

/**
 * First pass: how many pixels of a band stand at each of the 4,096 levels. Depends on nothing
 * but its arguments, so bands may be counted anywhere and in any order.
 */
export function bandHistogram(spec: SampleSpec, band: SampleBand): Uint32Array {
  const counts = new Uint32Array(LEVELS);
  let openSea = 0;
  eachRowOfLevels(spec, band, (levels) => {
    openSea += countLevels(levels, counts);
  });
  counts[0] = openSea;
  return counts;
}

/**
 * Adds all levels but 0 to `counts`, and returns how many are 0: open sea, half of the raster,
 * is counted in a register. (Nothing may stand behind the loop: it is optimised while it runs,
 * and code that has never run by then would throw the optimised version away on each call.)
 */
function countLevels(levels: Uint16Array, counts: Uint32Array): number {
  let openSea = 0;
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i] as number;
    if (level === 0) openSea++;
    else counts[level] = (counts[level] as number) + 1;
  }
  return openSea;
}
