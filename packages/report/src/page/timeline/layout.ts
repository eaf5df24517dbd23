import type { LanePlace } from "./lane-painter.ts";

/** CSS pixels: the lanes' names on the left, the axis on top, the space between lanes. */
export const GUTTER = 44;
export const AXIS = 24;
const GAP = 3;
/** Lanes that are shown at once; more are scrolled to. */
export const MAX_LANES = 64;

/** CSS pixels of a lane, less the more there are. */
export function laneHeightOf(lanes: number): number {
  if (lanes <= 12) return 24;
  if (lanes <= 32) return 15;
  return 9;
}

export function heightOf(lanes: number): number {
  return AXIS + Math.min(lanes, MAX_LANES) * (laneHeightOf(lanes) + GAP);
}

/** Places below the axis in device pixels. */
export function placesOf(lanes: number, ratio: number): readonly LanePlace[] {
  const height = laneHeightOf(lanes);
  return Array.from({ length: Math.min(lanes, MAX_LANES) }, (_, i) => ({
    top: Math.round(i * (height + GAP) * ratio),
    height: Math.round(height * ratio),
  }));
}

/** The shown lane at `y` CSS pixels from the top of the canvas. */
export function laneAt(y: number, lanes: number): number {
  return Math.floor((y - AXIS) / (laneHeightOf(lanes) + GAP));
}
