import { coastDistance, shoreNear } from "./coast-distance.ts";
import { addFractalNoise, type FractalShape, type PointRow } from "./noise.ts";

/** Ground covered by the raster, in kilometres; the units of the outline. */
export const EXTENT_KM = { width: 4_010, height: 3_837 } as const;

/**
 * {@link Landscape.shore} ends at ± this, in kilometres: beyond the reach of the coast's noise.
 */
export const SHORE_LIMIT_KM = 28;

/** How far from the outline's shore the coast's noise matters. */
const SHORE_REACH_KM = 2 * SHORE_LIMIT_KM;

/** A row of points of the landscape. */
export interface Landscape {
  /** How far each point lies inland, in kilometres; sea where it is below 0. */
  readonly shore: Float64Array;
  /** Density of vegetation, about -5 (bare) to 6 (forest); 0 far out at sea. */
  readonly cover: Float64Array;
}

/** Shifts the coast by 5 km on average and hardly ever by 20, with bays down to 6 km. */
const COAST_NOISE: FractalShape = { cell: 100, octaves: 5, strength: 22, gain: 0.6 };
/**
 * Moves the coast out to sea, so that all strips have a little more land than their quota: the
 * barest of it becomes class 0, and no sea is needed to make up for missing land.
 */
const COAST_OFFSET_KM = 0.7;

/** Vegetation in patches from 600 km across down to 9 km. */
const COVER_NOISE: FractalShape = { cell: 600, octaves: 7, strength: 1.6, gain: 0.62 };

/** Bare land such as salt lakes: where this noise exceeds its limit, the cover sinks. */
const BARE_NOISE: FractalShape = { cell: 130, octaves: 4, strength: 1, gain: 0.55 };
const BARE_LIMIT = 0.4;
const BARE_DEPTH = 15;

/**
 * Mean cover by kilometres from the north. Fitted by trial, over several seeds, so that the
 * class borders of neighbouring strips fall at nearly the same cover: it hides the strips' seams.
 */
const COVER_BY_KM: readonly (readonly [km: number, cover: number])[] = [
  [0, -2.6],
  [959, -0.75],
  [1_918, -0.65],
  [2_150, -0.45],
  [2_398, 0.3],
  [2_878, 0.55],
  [3_080, 1.6],
  [3_350, 2.9],
  [3_837, 4.6],
];
/** The east is greener than the west: cover gained across the whole width. */
const COVER_EASTWARD = 0.8;

/** Computes `count` points of the landscape; coordinates are those of the outline. */
export function landscapeRow(points: PointRow, count: number, seed: number): Landscape {
  const shore = shoreRow(points, count, seed);
  const cover = new Float64Array(count);
  const bareness = new Float64Array(count);
  const mean = meanCover(points.y) - COVER_EASTWARD / 2;
  const eastward = COVER_EASTWARD / EXTENT_KM.width;
  for (const range of runsWhere(count, (i) => (shore[i] as number) > -SHORE_LIMIT_KM)) {
    addFractalNoise(cover, range, points, seed ^ 0x0c0e_4ed0, COVER_NOISE);
    addFractalNoise(bareness, range, points, seed ^ 0x0ba4_e000, BARE_NOISE);
    for (let i = range[0]; i < range[1]; i++) {
      const climate = mean + eastward * (points.x + i * points.spacing);
      const sunk = BARE_DEPTH * Math.max(0, (bareness[i] as number) - BARE_LIMIT);
      cover[i] = (cover[i] as number) + climate - sunk;
    }
  }
  return { shore, cover };
}

function shoreRow(points: PointRow, count: number, seed: number): Float64Array {
  const shore = distanceRow(points, count);
  for (const range of runsWhere(count, (i) => Math.abs(shore[i] as number) < SHORE_REACH_KM)) {
    addFractalNoise(shore, range, points, seed ^ 0x0c0a_57ed, COAST_NOISE);
  }
  return shore.map((height) =>
    Math.min(SHORE_LIMIT_KM, Math.max(-SHORE_LIMIT_KM, height + COAST_OFFSET_KM)),
  );
}

/** Distances from the outline's shore, exact where they are within the reach of noise. */
function distanceRow({ x, spacing, y }: PointRow, count: number): Float64Array {
  const distances = new Float64Array(count);
  const edges = shoreNear(y, SHORE_REACH_KM);
  for (let i = 0; i < count; ) {
    const distance = coastDistance(edges, x + i * spacing, y);
    // It changes by at most a kilometre per kilometre: if this point is far from the shore, so
    // are the next ones, and on the same side of it.
    const spare = Math.abs(distance) - SHORE_REACH_KM;
    const end = Math.min(count, i + Math.max(1, Math.ceil(spare / spacing)));
    distances.fill(distance, i, end);
    i = end;
  }
  return distances;
}

/** The maximal ranges of 0 to `count` - 1 where `test` holds. */
function runsWhere(count: number, test: (index: number) => boolean): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    if (!test(i)) continue;
    const start = i;
    while (i < count && test(i)) i++;
    runs.push([start, i]);
  }
  return runs;
}

/** The piecewise linear {@link COVER_BY_KM}. */
function meanCover(y: number): number {
  let [fromKm, fromCover] = COVER_BY_KM[0] as readonly [number, number];
  for (const [km, cover] of COVER_BY_KM) {
    if (y < km) return fromCover + ((cover - fromCover) * (y - fromKm)) / (km - fromKm);
    [fromKm, fromCover] = [km, cover];
  }
  return fromCover;
}
