import { EXTENT_KM, landscapeRow } from "./landscape.ts";
import type { SampleSpec } from "./sample-spec.ts";
import { COVER_RANGE, SHORE_PER_KM } from "./scale.ts";

/** Where the landscape is computed; between these nodes it is interpolated. */
export interface NodeGrid {
  /** Pixels between nodes, across and down; a power of two up to 128. */
  readonly step: number;
  /** Nodes of a row: the last one lies at or beyond the raster's last column. */
  readonly columns: number;
  /** Kilometres per pixel. */
  readonly kmAcross: number;
  readonly kmDown: number;
  readonly seed: number;
}

/** The nodes of one row, in the units of a level's fields. */
export interface NodeRow {
  /** It lies at pixel row `index` × `step`. */
  readonly index: number;
  readonly shore: Int32Array;
  readonly cover: Int32Array;
}

/**
 * Fewest nodes along the shorter side, unless there are fewer pixels: 2 to 4 km apart, they
 * carry every bay of the outline, and cost a tenth of the pixels between them.
 */
const MIN_NODES = 1_000;
/** Beyond it, products with step² would not fit in 31 bits. */
const MAX_STEP = 128;

/** Cover at the lowest land level and at the highest; what lies outside is cut off. */
const BAREST = -5;
const DENSEST = 6.5;
const UNITS_PER_COVER = (COVER_RANGE[1] - COVER_RANGE[0]) / (DENSEST - BAREST);

/** The grid of a raster; as dense on the ground at every size that has enough pixels. */
export function nodeGrid(spec: SampleSpec): NodeGrid {
  const side = Math.min(spec.width, spec.height);
  let step = 1;
  while (step < MAX_STEP && side >= 2 * step * MIN_NODES) step *= 2;
  return {
    step,
    columns: Math.ceil(spec.width / step) + 1,
    kmAcross: EXTENT_KM.width / spec.width,
    kmDown: EXTENT_KM.height / spec.height,
    seed: spec.seed,
  };
}

/** Computes the nodes at pixel row `index` × `step`. */
export function nodeRow(grid: NodeGrid, index: number): NodeRow {
  const points = {
    x: 0.5 * grid.kmAcross,
    spacing: grid.step * grid.kmAcross,
    y: (index * grid.step + 0.5) * grid.kmDown,
  };
  const { shore, cover } = landscapeRow(points, grid.columns, grid.seed);
  const row = { index, shore: new Int32Array(grid.columns), cover: new Int32Array(grid.columns) };
  for (let i = 0; i < grid.columns; i++) {
    row.shore[i] = Math.round((shore[i] as number) * SHORE_PER_KM);
    row.cover[i] = coverUnits(cover[i] as number);
  }
  return row;
}

function coverUnits(cover: number): number {
  const units = COVER_RANGE[0] + Math.round((cover - BAREST) * UNITS_PER_COVER);
  return Math.min(COVER_RANGE[1], Math.max(COVER_RANGE[0], units));
}
