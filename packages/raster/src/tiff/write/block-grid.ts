import { InvalidOptionError } from "swath/worker";
import type { CreationOptions } from "./creation-options.ts";

/** How an image is cut into blocks. */
export interface BlockGrid {
  readonly layout: "strips" | "tiles";
  /** Columns of a block; the image's width for strips. */
  readonly blockWidth: number;
  /** Rows of a block; the last strip may hold fewer, tiles are padded. */
  readonly blockHeight: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Blocks in the file: of all planes for `band` interleave. */
  readonly blockCount: number;
  /** Samples per pixel within a block: 1 for `band` interleave. */
  readonly samplesPerPixel: number;
  /** Bytes of one row of a block. */
  readonly rowBytes: number;
  /** Bytes of a full block before compression. */
  readonly blockBytes: number;
}

/** Tile edge that most readers and writers choose; a tile of bytes is 64 KiB. */
const TILE_EDGE_PX = 256;
/** Rows of a strip are chosen to hold about this much: enough for deflate and one read. */
const STRIP_BYTES = 256 * 1024;
/** libtiff holds the size of a block in a signed 32-bit integer. */
const MAX_BLOCK_BYTES = 2 ** 31 - 1;
/** 12 bytes of table a block: 0.8 GB of tables, which are held in memory once. */
const MAX_BLOCKS = 2 ** 26;

/** Size of an image, as far as its blocks are concerned. */
export interface GridImage {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly bytesPerSample: number;
}

/**
 * Cuts an image into tiles (256 x 256 unless told otherwise) or strips.
 *
 * @throws InvalidOptionError for blocks of 2 GiB or more, or more than 67 million of them
 */
export function blockGrid(image: GridImage, options: CreationOptions): BlockGrid {
  const samplesPerPixel = options.interleave === "band" ? 1 : image.bands;
  const pixelBytes = samplesPerPixel * image.bytesPerSample;
  const { blockWidth, blockHeight } = options.tiled
    ? tileShape(options)
    : stripShape(image, pixelBytes, options);
  const blocksAcross = Math.ceil(image.width / blockWidth);
  const blocksDown = Math.ceil(image.height / blockHeight);
  const planes = options.interleave === "band" ? image.bands : 1;
  const grid: BlockGrid = {
    layout: options.tiled ? "tiles" : "strips",
    blockWidth,
    blockHeight,
    blocksAcross,
    blocksDown,
    blockCount: blocksAcross * blocksDown * planes,
    samplesPerPixel,
    rowBytes: blockWidth * pixelBytes,
    blockBytes: blockWidth * blockHeight * pixelBytes,
  };
  assertFeasible(grid);
  return grid;
}

function tileShape(options: CreationOptions) {
  return {
    blockWidth: options.blockXSize ?? TILE_EDGE_PX,
    blockHeight: options.blockYSize ?? TILE_EDGE_PX,
  };
}

function stripShape(image: GridImage, pixelBytes: number, options: CreationOptions) {
  if (options.blockXSize !== undefined && options.blockXSize !== image.width) {
    const expected = `absent with TILED=NO: strips are as wide as the image (${image.width})`;
    throw new InvalidOptionError("BLOCKXSIZE", expected, options.blockXSize);
  }
  const rows = options.blockYSize ?? Math.floor(STRIP_BYTES / (image.width * pixelBytes));
  return {
    blockWidth: image.width,
    blockHeight: Math.min(image.height, Math.max(1, rows)),
  };
}

function assertFeasible(grid: BlockGrid): void {
  if (grid.blockBytes > MAX_BLOCK_BYTES) {
    const size = `${grid.blockWidth} x ${grid.blockHeight} pixels, ${grid.blockBytes} bytes`;
    const expected = `small enough for blocks of at most ${MAX_BLOCK_BYTES} bytes`;
    throw new InvalidOptionError("BLOCKXSIZE x BLOCKYSIZE", expected, size);
  }
  if (grid.blockCount > MAX_BLOCKS) {
    const expected = `large enough for at most ${MAX_BLOCKS} blocks`;
    throw new InvalidOptionError("BLOCKXSIZE x BLOCKYSIZE", expected, grid.blockCount);
  }
}
