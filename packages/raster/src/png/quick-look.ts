import { assertInteger, InvalidOptionError } from "swath/worker";
import type { ClassPalette } from "./class-palette.ts";
import { encodePng } from "./encode-png.ts";
import type { QuickLookGeometry, QuickLookPatch } from "./sample-block.ts";

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
