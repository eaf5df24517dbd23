import type { Pixels } from "../dtype.ts";

/** Pixels of one band as rows, with their place in the raster. */
export interface RasterWindow {
  /** Place of the first pixel in the raster; the halo lies outside of it. */
  readonly row: number;
  readonly col: number;
  /** Pixels without the halo. */
  readonly width: number;
  readonly height: number;
  /** Pixels around the window on every side. */
  readonly halo: number;
  /** Pixels from one row of `data` to the next: `width + 2 · halo`. */
  readonly stride: number;
  /**
   * `(height + 2 · halo) · stride` pixels, the halo included; beyond the raster's edge it holds
   * nodata, or 0 where there is none. Good until the task returns: the next window reuses it.
   */
  readonly data: Pixels;
  readonly nodata: number | undefined;
}

/**
 * The pixel at `row`, `col` of the window; from `-halo` to `height + halo - 1` and
 * `width + halo - 1`.
 */
export function pixelAt(window: RasterWindow, row: number, col: number): number {
  const { halo, stride, data } = window;
  return data[(row + halo) * stride + col + halo] as number;
}
