import { assertInteger, InvalidOptionError } from "swath/worker";
import { BYTES_PER_PIXEL } from "../dtype.ts";
import type { TiffImage } from "../tiff/image.ts";
import type { Rectangle } from "../tiff/window.ts";

/**
 * Decoded bytes of a window by default: a few milliseconds of work, so that handing it out
 * costs nothing, and few enough to keep a worker's memory small.
 */
export const WINDOW_BYTES = 8 * 1024 * 1024;

/** Windows as plain data: they are numbered row by row and worked out from their number. */
export interface WindowGrid {
  /** What is cut. */
  readonly area: Rectangle;
  /** Columns and rows of a window; the last ones may be smaller. */
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
}

/** How an area is cut; see {@link cutWindows}. */
export interface CutOptions {
  /** Rows of a window, over all columns. */
  readonly rows?: number | undefined;
  /** Only this part of the raster. @default all of it */
  readonly rect?: Rectangle | undefined;
  /** Decoded bytes of a window that is cut by whole blocks. @default 8 MiB */
  readonly bytes?: number | undefined;
}

/**
 * Cuts a raster into windows: by whole blocks, so that no block is read twice, or by rows.
 *
 * @throws InvalidOptionError if the rectangle sticks out of the raster or is empty
 */
export function cutWindows(image: TiffImage, options: CutOptions): WindowGrid {
  const { rows, bytes = WINDOW_BYTES } = options;
  const area = options.rect ?? { row: 0, col: 0, width: image.width, height: image.height };
  assertInside(image, area);
  if (rows !== undefined) {
    assertInteger("rows", rows, { min: 1 });
    return grid(area, area.width, Math.min(rows, area.height));
  }
  assertInteger("bytes", bytes, { min: 1 });
  const size = blockAlignedSize(image, bytes);
  return grid(area, Math.min(size.width, area.width), Math.min(size.height, area.height));
}

/** The part of the raster that window `index` shows. */
export function windowRect({ area, width, height, across }: WindowGrid, index: number): Rectangle {
  const row = Math.floor(index / across) * height;
  const col = (index % across) * width;
  return {
    row: area.row + row,
    col: area.col + col,
    width: Math.min(width, area.width - col),
    height: Math.min(height, area.height - row),
  };
}

function grid(area: Rectangle, width: number, height: number): WindowGrid {
  const across = Math.ceil(area.width / width);
  return { area, width, height, across, down: Math.ceil(area.height / height) };
}

/** Strips: whole strips on top of each other. Tiles: part of a row of tiles, or several rows. */
function blockAlignedSize(image: TiffImage, bytes: number) {
  const { blockWidth, blockHeight, blocksAcross, dtype } = image;
  const blockBytes = blockWidth * blockHeight * BYTES_PER_PIXEL[dtype];
  const blocks = Math.max(1, Math.floor(bytes / blockBytes));
  if (blocks < blocksAcross) return { width: blocks * blockWidth, height: blockHeight };
  return { width: image.width, height: Math.floor(blocks / blocksAcross) * blockHeight };
}

function assertInside(image: TiffImage, { row, col, width, height }: Rectangle): void {
  assertInteger("rect.row", row, { min: 0, max: image.height - 1 });
  assertInteger("rect.col", col, { min: 0, max: image.width - 1 });
  assertInteger("rect.width", width, { min: 1 });
  assertInteger("rect.height", height, { min: 1 });
  if (row + height <= image.height && col + width <= image.width) return;
  const expected = `inside the raster of ${image.width} x ${image.height} pixels`;
  throw new InvalidOptionError("rect", expected, { row, col, width, height });
}
