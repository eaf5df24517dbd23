import { assertInteger, InvalidOptionError } from "swath/worker";
import type { ClassPalette } from "./class-palette.ts";
import { encodePng } from "./encode-png.ts";

/**
 * Sizes of a raster and of its small picture; plain data that crosses to workers. Pixel
 * (x, y) of the picture shows the raster's pixel under its centre.
 */
export interface QuickLookGeometry {
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle in pixels: of the raster for blocks, of the picture for patches. */
export interface PixelRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a picture that one block of the raster gives. */
export interface QuickLookPatch extends PixelRect {
  /** Row by row without padding. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** Longest edge of a picture, in pixels: fills a screen, and stays far below 1 MB. */
const MAX_EDGE_PX = 1024;

/**
 * The size of a raster's picture: in proportion, at least 1 pixel, never larger than the raster.
 *
 * @param maxEdge longest edge of the picture, in pixels. @default 1024
 * @example
 * quickLookSize(40_100, 38_370); // width 1024, height 980
 */
export function quickLookSize(
  sourceWidth: number,
  sourceHeight: number,
  maxEdge: number = MAX_EDGE_PX,
): QuickLookGeometry {
  assertInteger("width", sourceWidth, { min: 1, max: 2 ** 31 - 1 });
  assertInteger("height", sourceHeight, { min: 1, max: 2 ** 31 - 1 });
  assertInteger("maxEdge", maxEdge, { min: 1, max: 16_384 });
  const longest = Math.max(sourceWidth, sourceHeight);
  const scaled = (edge: number) => {
    if (longest <= maxEdge) return edge;
    return Math.max(1, Math.floor((2 * edge * maxEdge + longest) / (2 * longest)));
  };
  return { sourceWidth, sourceHeight, width: scaled(sourceWidth), height: scaled(sourceHeight) };
}

/**
 * The picture's pixels whose centres lie in a block. Blocks that cover the raster without
 * overlap give every pixel of the picture exactly once.
 *
 * @param block the pixels of the raster that `classes` holds, padding left out
 * @param classes one byte a pixel
 * @param stride bytes from one row of `classes` to the next, padding included
 * @returns undefined where no centre lies in the block
 */
export function sampleBlock(
  block: PixelRect,
  classes: Uint8Array,
  stride: number,
  look: QuickLookGeometry,
): QuickLookPatch | undefined {
  const columns = centresIn(block.x, block.x + block.width, look.sourceWidth, look.width);
  const rows = centresIn(block.y, block.y + block.height, look.sourceHeight, look.height);
  const width = columns.end - columns.start;
  const height = rows.end - rows.start;
  if (width <= 0 || height <= 0) return undefined;
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const sourceRow = centreOf(rows.start + row, look.sourceHeight, look.height) - block.y;
    for (let column = 0; column < width; column++) {
      const sourceColumn = centreOf(columns.start + column, look.sourceWidth, look.width) - block.x;
      pixels[row * width + column] = classes[sourceRow * stride + sourceColumn] as number;
    }
  }
  return { x: columns.start, y: rows.start, width, height, pixels };
}

/**
 * A raster's small picture, put together from patches in any order.
 *
 * @example
 * const look = new QuickLook(quickLookSize(width, height));
 * for (const patch of patches) look.place(patch);
 * await writeFileAtomic("risk.png", look.toPng(classPalette(6)));
 */
export class QuickLook {
  readonly geometry: QuickLookGeometry;
  /** One class a pixel, row by row; 0 where no patch was placed. */
  readonly pixels: Uint8Array<ArrayBuffer>;

  constructor(geometry: QuickLookGeometry) {
    this.geometry = geometry;
    this.pixels = new Uint8Array(geometry.width * geometry.height);
  }

  /** Puts a patch where it belongs; the same one twice does no harm. */
  place(patch: QuickLookPatch): void {
    const { x, y, width, height, pixels } = patch;
    const { geometry } = this;
    if (x < 0 || y < 0 || x + width > geometry.width || y + height > geometry.height) {
      const expected = `within ${geometry.width} x ${geometry.height}`;
      throw new InvalidOptionError("patch", expected, { x, y, width, height });
    }
    for (let row = 0; row < height; row++) {
      const from = pixels.subarray(row * width, (row + 1) * width);
      this.pixels.set(from, (y + row) * geometry.width + x);
    }
  }

  /** The picture as a PNG file with one colour per class. */
  toPng({ colors, alpha }: ClassPalette): Uint8Array<ArrayBuffer> {
    const { width, height } = this.geometry;
    const { pixels } = this;
    return encodePng({ kind: "indexed", width, height, pixels, palette: colors, alpha });
  }
}

/** The raster's column (or row) under the centre of the picture's. Exact: all below 2^53. */
function centreOf(index: number, sourceEdge: number, edge: number): number {
  return Math.floor(((2 * index + 1) * sourceEdge) / (2 * edge));
}

/** The picture's columns (or rows) whose centres lie in `[from, to)` of the raster. */
function centresIn(from: number, to: number, sourceEdge: number, edge: number) {
  return {
    start: firstCentreFrom(from, sourceEdge, edge),
    end: firstCentreFrom(to, sourceEdge, edge),
  };
}

/** `centreOf(i) >= position` exactly where `(2 i + 1) sourceEdge >= 2 edge position`. */
function firstCentreFrom(position: number, sourceEdge: number, edge: number): number {
  return Math.max(0, Math.ceil((2 * edge * position - sourceEdge) / (2 * sourceEdge)));
}
