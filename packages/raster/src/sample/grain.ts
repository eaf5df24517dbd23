import { latticeHash } from "./noise.ts";
import { GRAIN_PEAK } from "./scale.ts";

/** Detail finer than the nodes: a square of noise that is repeated over the whole raster. */
export interface Grain {
  /** Columns and rows of the square, in pixels; a power of two. */
  readonly period: number;
  /** Row-major, in step² × units; at most {@link GRAIN_PEAK} units. */
  readonly values: Int32Array;
}

/** 512 pixels are 51 km at full size: too far apart, and too faint, for the eye to find. */
const PERIOD = 512;
/** Strength of each octave compared with the one twice as wide. */
const GAIN = 0.6;

let latest: { readonly seed: number; readonly step: number; readonly grain: Grain } | undefined;

/**
 * The grain of a raster whose nodes lie `step` pixels apart: octaves of value noise with cells
 * of `step` pixels, half of it … down to 2. Flat where `step` is 1.
 *
 * The latest result is kept: it takes as long as some bands, and all bands of a raster share it.
 */
export function grainOf(seed: number, step: number): Grain {
  if (latest?.seed !== seed || latest.step !== step) {
    latest = { seed, step, grain: makeGrain(seed, step) };
  }
  return latest.grain;
}

function makeGrain(seed: number, step: number): Grain {
  if (step === 1) return { period: 1, values: new Int32Array(1) };
  const sums = new Float64Array(PERIOD * PERIOD);
  // The geometric series of all octaves sums to the peak.
  let strength = GRAIN_PEAK * step * step * (1 - GAIN);
  for (let cell = step; cell >= 2; cell /= 2) {
    addOctave(sums, cell, strength, seed ^ Math.imul(cell, 0x85eb_ca6b));
    strength *= GAIN;
  }
  return { period: PERIOD, values: Int32Array.from(sums, Math.trunc) };
}

/** Adds smooth value noise within ±`strength` that wraps around at the square's edges. */
function addOctave(sums: Float64Array, cell: number, strength: number, seed: number): void {
  const cells = PERIOD / cell;
  const corner = (column: number, row: number) =>
    latticeHash(column & (cells - 1), row & (cells - 1), seed) / 2_147_483_648 - 1;
  for (let row = 0; row < PERIOD; row++) {
    const cellRow = Math.floor(row / cell);
    const fy = smooth((row % cell) / cell);
    for (let cellColumn = 0; cellColumn < cells; cellColumn++) {
      const left = mix(corner(cellColumn, cellRow), corner(cellColumn, cellRow + 1), fy);
      const right = mix(corner(cellColumn + 1, cellRow), corner(cellColumn + 1, cellRow + 1), fy);
      const start = row * PERIOD + cellColumn * cell;
      for (let i = 0; i < cell; i++) {
        sums[start + i] =
          (sums[start + i] as number) + strength * mix(left, right, smooth(i / cell));
      }
    }
  }
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
