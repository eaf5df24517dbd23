import { type Grain, grainOf } from "./grain.ts";
import { type NodeRow, nodeGrid, nodeRow } from "./nodes.ts";
import type { SampleBand, SampleSpec } from "./sample-spec.ts";
import { COVER_LEVEL_BITS, DEEP_SEA, GRAIN_PEAK, SEA_LEVELS, SHORE_LEVEL_BITS } from "./scale.ts";

/**
 * Calls `visit` with the levels of each row of `band`, from top to bottom. A level, 0 to 4,095,
 * says where a pixel stands in the raster's order: open sea lowest, then the shore, then sparse
 * and dense vegetation. It depends on nothing but spec, row and column.
 *
 * @param visit `levels` is written anew for each row
 */
export function eachRowOfLevels(
  spec: SampleSpec,
  band: SampleBand,
  visit: (levels: Uint16Array, row: number) => void,
): void {
  const grid = nodeGrid(spec);
  const { step } = grid;
  const grain = grainOf(spec.seed, step);
  const shore = new Int32Array(grid.columns);
  const cover = new Int32Array(grid.columns);
  const levels = new Uint16Array(spec.width);
  let above: NodeRow | undefined;
  let below = nodeRow(grid, Math.floor(band.row / step));
  for (let row = band.row; row < band.row + band.rows; row++) {
    const down = row % step;
    if (above === undefined || down === 0) {
      above = below;
      below = nodeRow(grid, above.index + 1);
    }
    blend(above.shore, below.shore, down, step, shore);
    blend(above.cover, below.cover, down, step, cover);
    rowLevels(step, shore, cover, grainRow(grain, row), levels);
    visit(levels, row);
  }
}

/** `step` times the value that lies `down` of `step` rows below `above`. */
function blend(
  above: Int32Array,
  below: Int32Array,
  down: number,
  step: number,
  into: Int32Array,
): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = (above[i] as number) * (step - down) + (below[i] as number) * down;
  }
}

function grainRow({ period, values }: Grain, row: number): Int32Array {
  const start = (row & (period - 1)) * period;
  return values.subarray(start, start + period);
}

/**
 * One row, cell by cell between neighbouring nodes. Inside a cell, all numbers are whole and
 * `step`² times their unit. Half of the raster is open sea and most of the rest is inland, where
 * one of the two fields decides alone: only cells near the shore look at both.
 */
function rowLevels(
  step: number,
  shore: Int32Array,
  cover: Int32Array,
  grain: Int32Array,
  levels: Uint16Array,
): void {
  const width = levels.length;
  const squareBits = 2 * (31 - Math.clz32(step));
  const coverShift = squareBits + COVER_LEVEL_BITS;
  const shoreShift = squareBits + SHORE_LEVEL_BITS;
  const seaTop = SEA_LEVELS << shoreShift;
  const deep = -DEEP_SEA * step;
  const inland = GRAIN_PEAK * step;
  for (let cell = 0, column = 0; column < width; cell++) {
    let end = Math.min(width, column + step);
    const left = shore[cell] as number;
    const right = shore[cell + 1] as number;
    if (left <= deep && right <= deep) {
      for (; end < width && (shore[cell + 2] as number) <= deep; cell++) {
        end = Math.min(width, end + step);
      }
      levels.fill(0, column, end);
      column = end;
      continue;
    }
    const coverStep = (cover[cell + 1] as number) - (cover[cell] as number);
    let density = (cover[cell] as number) * step;
    let at = column & (grain.length - 1);
    if (left >= inland && right >= inland) {
      for (; column < end; column++, at++, density += coverStep) {
        levels[column] = (density + (grain[at] as number)) >> coverShift;
      }
      continue;
    }
    let height = left * step;
    for (; column < end; column++, at++, density += coverStep, height += right - left) {
      const bump = grain[at] as number;
      const level =
        height + bump < 0 ? (height + bump + seaTop) >> shoreShift : (density + bump) >> coverShift;
      levels[column] = level;
    }
  }
}
