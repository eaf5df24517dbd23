import { BYTES_PER_PIXEL, type Pixels } from "../dtype.ts";
import { storedRows } from "./block-tables.ts";
import type { TiffImage } from "./image.ts";

/**
 * A decoded block, several strips or tiles that lie behind each other, or a part of a sparse block. Its
 * pixels stay where they are, in the arena: they are good until the visitor returns.
 */
export interface Block {
  /** Number of the (first) block, row-major within its plane. */
  readonly index: number;
  /** Image position of its first pixel. */
  readonly row: number;
  readonly col: number;
  /** The part inside the image; padding is left out. Of several tiles: of one, and of all. */
  readonly width: number;
  readonly height: number;
  /** Samples from one row to the next, padding included. */
  readonly stride: number;
  /** Samples per pixel: all bands for `pixel` interleave, 1 for `band`. */
  readonly samples: number;
  /**
   * Rows of each of several neighbouring tiles that lie behind each other, where the visitor
   * asked for them: each begins at {@link row} again, {@link width} further right.
   */
  readonly tileHeight?: number;
  /**
   * Of the first sample in the arena's buffer. Aligned to 16 bytes, or, in the middle of a
   * piece of the file that is used in place, to a sample.
   */
  readonly byteOffset: number;
  /** `stride * height` samples from `byteOffset` on. */
  readonly pixels: Pixels;
  /** The file holds no such block: all samples are nodata, or 0 where there is none. */
  readonly sparse: boolean;
}

/** Sizes that follow from an image's layout, worked out once. */
export interface BlockSizes {
  /** Samples per pixel in a block. */
  readonly samples: number;
  readonly bytesEach: 1 | 2 | 4 | 8;
  /** Samples in a row of a block, padding included. */
  readonly stride: number;
  readonly rowBytes: number;
  readonly blockBytes: number;
  /** Blocks in a plane. */
  readonly perPlane: number;
}

/** @see BlockSizes */
export function blockSizes(image: TiffImage): BlockSizes {
  const samples = image.interleave === "pixel" ? image.bands : 1;
  const bytesEach = BYTES_PER_PIXEL[image.dtype];
  const stride = image.blockWidth * samples;
  const rowBytes = stride * bytesEach;
  return {
    samples,
    bytesEach,
    stride,
    rowBytes,
    blockBytes: rowBytes * image.blockHeight,
    perPlane: image.blocksAcross * image.blocksDown,
  };
}

/** Bytes that block `index` of a plane decodes to: a last strip is short, tiles never are. */
export function decodedBytes(image: TiffImage, sizes: BlockSizes, index: number): number {
  return storedRows(image, Math.floor(index / image.blocksAcross)) * sizes.rowBytes;
}

/** "block 17 (row 3, column 2 of the blocks)", for messages. */
export function blockName(image: TiffImage, index: number): string {
  const down = Math.floor(index / image.blocksAcross);
  return `block ${index} (row ${down}, column ${index % image.blocksAcross} of the blocks)`;
}
