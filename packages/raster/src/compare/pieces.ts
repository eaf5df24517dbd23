import { assertInteger } from "swath/worker";

/** Horizontal strips into which the raster is cut, as in the published programs. */
export const STRIPS = 4;
/** Rows of each strip at the small scale. */
export const SMALL_ROWS = 1_000;

/** How much of each strip is worked on. */
export type Scale = "small" | "full";

/** Rows of the raster that one item is. */
export interface Piece {
  /** The strip that it belongs to, from 0. */
  readonly strip: number;
  /** First row, counted from the top of the raster. */
  readonly row: number;
  readonly rows: number;
}

/**
 * The strips of a raster of `height` rows: equal, the last with what is left over. At the small
 * scale the first rows of each.
 *
 * @example
 * stripsOf(38_370, "full").map(({ rows }) => rows); // [9592, 9592, 9592, 9594]
 */
export function stripsOf(height: number, scale: Scale): readonly Piece[] {
  assertInteger("height", height, { min: STRIPS });
  const each = Math.floor(height / STRIPS);
  return Array.from({ length: STRIPS }, (_, strip) => {
    const row = strip * each;
    const all = strip === STRIPS - 1 ? height - row : each;
    return { strip, row, rows: scale === "small" ? Math.min(SMALL_ROWS, all) : all };
  });
}

/**
 * Cuts each strip into pieces of equal height, `count` in all; fewer where strips have fewer rows.
 *
 * @param count a multiple of the number of strips
 */
export function cutPieces(strips: readonly Piece[], count: number): readonly Piece[] {
  return strips.flatMap(({ strip, row, rows }) => {
    const parts = Math.min(rows, count / strips.length);
    const edge = (part: number) => row + Math.floor((part * rows) / parts);
    return Array.from({ length: parts }, (_, part) => {
      return { strip, row: edge(part), rows: edge(part + 1) - edge(part) };
    });
  });
}
