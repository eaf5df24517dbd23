import { SHORE_LIMIT_KM } from "./landscape.ts";

/**
 * The whole-number scale that levels are read from. Both of its fields are 16-bit numbers at the
 * nodes, so that `step`² times their value stays within 31 bits for steps up to 128.
 */

/** Number of levels: with a 32-bit count for each, the bands of a full-size raster fit 7 MB. */
export const LEVELS = 4_096;
/** Levels 0 to 255 are sea, all above are land. */
export const SEA_LEVELS = 256;

/** Units of a kilometre of height above the shore. */
export const SHORE_PER_KM = 1_024;
/** 2 to this power units of shore height make a level. */
export const SHORE_LEVEL_BITS = 7;
/**
 * This far below the shore, in units, is open sea. With {@link GRAIN_PEAK} more it still is less
 * than the levels below the shore hold: 256 × 128.
 */
export const DEEP_SEA = SHORE_LIMIT_KM * SHORE_PER_KM;

/** 2 to this power units of cover make a level. */
export const COVER_LEVEL_BITS = 4;
/** Largest amount that the grain adds to, or takes from, either field, in units. */
export const GRAIN_PEAK = 2_048;
/** Lowest and highest cover of a node: with the grain added they stay within the land levels. */
export const COVER_RANGE = [
  (SEA_LEVELS << COVER_LEVEL_BITS) + GRAIN_PEAK,
  (LEVELS << COVER_LEVEL_BITS) - 1 - GRAIN_PEAK,
] as const;
