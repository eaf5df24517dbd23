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
