import { type BlockTables, blockBytes, storedRows } from "./block-tables.ts";
import type { TiffImage } from "./image.ts";

/**
 * Uncompressed strips above this are handed out as several: a whole image in one strip
 * (RowsPerStrip absent) could otherwise be read by one worker only.
 */
const CHOP_ABOVE_BYTES = 1024 * 1024;

/** About the size of a piece after chopping: as a tile of 256 x 512 16-bit pixels. */
const CHOPPED_STRIP_BYTES = 256 * 1024;

/**
 * Cut large uncompressed strips into smaller ones of equal height. Others stay as they are,
 * and so do strips whose height has no suitable divisor and those that the file does not hold.
 *
 * GDAL's libtiff does the same for images of one strip (TIFF_STRIPCHOP).
 */
export function chopStrips(image: TiffImage): TiffImage {
  if (image.layout !== "strips" || image.compression !== 1) return image;
  const bytes = blockBytes(image);
  if (bytes <= CHOP_ABOVE_BYTES) return image;
  const rowBytes = bytes / image.blockHeight;
  const target = Math.max(1, Math.floor(CHOPPED_STRIP_BYTES / rowBytes));
  const rows = image.blocksDown === 1 ? target : largestDivisor(image.blockHeight, target);
  if (rows >= image.blockHeight || rows * 2 < target || !liesInFile(image, rowBytes)) return image;
  const blocksDown = Math.ceil(image.height / rows);
  return { ...image, blockHeight: rows, blocksDown, ...choppedTables(image, rows, rowBytes) };
}

/**
 * Bounds the tables made here by what the file holds; sparse and cut-off strips stay whole. The
 * byte count of an only strip is no evidence: programs are known to write nonsense there.
 */
function liesInFile(image: TiffImage, rowBytes: number): boolean {
  return image.blockOffsets.every((offset, i) => {
    const rows = storedRows(image, i % image.blocksDown);
    const held = image.blockByteCounts[i] ?? 0;
    if (image.blocksDown > 1 && held < rows * rowBytes) return false;
    return offset > 0 && offset + rows * rowBytes <= image.fileSize;
  });
}

function largestDivisor(value: number, atMost: number): number {
  for (let divisor = atMost; divisor > 1; divisor--) if (value % divisor === 0) return divisor;
  return 1;
}

function choppedTables(image: TiffImage, rows: number, rowBytes: number): BlockTables {
  const strips = image.blocksDown;
  const planes = image.blockOffsets.length / strips;
  const chopped = Math.ceil(image.height / rows);
  const blockOffsets = new Float64Array(new SharedArrayBuffer(chopped * planes * 8));
  const blockByteCounts = new Float64Array(new SharedArrayBuffer(chopped * planes * 8));
  for (let plane = 0, to = 0; plane < planes; plane++) {
    for (let strip = 0; strip < strips; strip++) {
      const from = plane * strips + strip;
      const stored = storedRows(image, strip);
      const offset = image.blockOffsets[from] ?? 0;
      for (let row = 0; row < stored; row += rows, to++) {
        blockOffsets[to] = offset + row * rowBytes;
        blockByteCounts[to] = Math.min(rows, stored - row) * rowBytes;
      }
    }
  }
  return { blockOffsets, blockByteCounts };
}
