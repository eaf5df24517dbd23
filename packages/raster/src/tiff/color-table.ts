import type { DType } from "../dtype.ts";
import type { TagReader } from "./tag-reader.ts";
import { TAG } from "./tags.ts";

/** Photometric interpretation of images whose pixels are indices into a colour table. */
const PALETTE = 3;

/**
 * The colour table (tag 320) as 0xRRGGBB per pixel value.
 *
 * The file holds all reds, then all greens, then all blues, of 16 bits each. Some writers
 * put 8-bit values there: a table that stays below 256 is taken as such, as in GDAL.
 */
export function readColorTable(
  tags: TagReader,
  photometric: number,
  dtype: DType,
): Uint32Array | undefined {
  if (photometric !== PALETTE || (dtype !== "uint8" && dtype !== "uint16")) return undefined;
  const values = tags.numbers(TAG.ColorMap);
  if (values === undefined || values.length === 0 || values.length % 3 !== 0) return undefined;
  const size = values.length / 3;
  const shift = values.some((value) => value > 255) ? 8 : 0;
  const part = (index: number): number => (values[index] ?? 0) >>> shift;
  return Uint32Array.from(
    { length: size },
    (_, i) => (part(i) << 16) | (part(size + i) << 8) | part(2 * size + i),
  );
}
