/**
 * Seeded noise from integer hashes and `+ - * /` on doubles only: every step is exactly rounded,
 * so that all machines get the same bits. (`Math.sin` and its like differ between engines.)
 */

/** Octaves of noise added up. */
export interface FractalShape {
  /** Width of the first octave's cells; each further octave's are half as wide. */
  readonly cell: number;
  readonly octaves: number;
  /** Largest amount of the first octave; its standard deviation is 0.18 of it. */
  readonly strength: number;
  /** Strength of each further octave compared with the one before. */
  readonly gain: number;
}

/** Points side by side: point `i` lies at (`x` + `i` · `spacing`, `y`). */
export interface PointRow {
  readonly x: number;
  readonly spacing: number;
  readonly y: number;
}

/** A well-mixed 32-bit number for a lattice point. */
export function latticeHash(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4_eb2d) ^ Math.imul(y, 0x1656_67b1) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b_3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a_2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Adds fractal noise at the points `start` to `end` - 1 to the same places of `sums`. */
export function addFractalNoise(
  sums: Float64Array,
  range: readonly [start: number, end: number],
  points: PointRow,
  seed: number,
  shape: FractalShape,
): void {
  let strength = shape.strength;
  let frequency = 1 / shape.cell;
  for (let octave = 0; octave < shape.octaves; octave++) {
    const { x, spacing, y } = points;
    const scaled = { x: x * frequency, spacing: spacing * frequency, y: y * frequency };
    addGradientNoise(sums, range, scaled, (seed + octave * 0x9e37_79b9) | 0, strength);
    strength *= shape.gain;
    frequency *= 2;
  }
}

/**
 * Gradient noise with cells of size 1. A cell's four corners are hashed once for all points in it.
 *
 * @see Ken Perlin, "Improving Noise", SIGGRAPH 2002; gradients here are any vector of the square.
 */
function addGradientNoise(
  sums: Float64Array,
  [start, end]: readonly [start: number, end: number],
  { x, spacing, y }: PointRow,
  seed: number,
  strength: number,
): void {
  const row = Math.floor(y);
  const fy = y - row;
  const sy = fade(fy);
  let column = Number.NaN;
  // At a corner's row, noise is `offset + slope · dx`; left and right corners, blended down.
  let leftOffset = 0;
  let leftSlope = 0;
  let rightOffset = 0;
  let rightSlope = 0;
  for (let i = start; i < end; i++) {
    const px = x + i * spacing;
    const cell = Math.floor(px);
    if (cell !== column) {
      column = cell;
      const a = latticeHash(cell, row, seed);
      const b = latticeHash(cell + 1, row, seed);
      const c = latticeHash(cell, row + 1, seed);
      const d = latticeHash(cell + 1, row + 1, seed);
      leftSlope = mix(slopeX(a), slopeX(c), sy);
      leftOffset = mix(slopeY(a) * fy, slopeY(c) * (fy - 1), sy);
      rightSlope = mix(slopeX(b), slopeX(d), sy);
      rightOffset = mix(slopeY(b) * fy, slopeY(d) * (fy - 1), sy);
    }
    const fx = px - cell;
    const left = leftOffset + leftSlope * fx;
    const right = rightOffset + rightSlope * (fx - 1);
    sums[i] = (sums[i] as number) + strength * mix(left, right, fade(fx));
  }
}

/** A slope of -1 to 1 from the lower half of a hash. */
function slopeX(hash: number): number {
  return (hash & 0xffff) * (2 / 65_535) - 1;
}

/** A slope of -1 to 1 from the upper half of a hash. */
function slopeY(hash: number): number {
  return (hash >>> 16) * (2 / 65_535) - 1;
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** Perlin's quintic: 0 to 1 with no slope and no curvature at either end. */
function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}
