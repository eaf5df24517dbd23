import { RasterFileError } from "../errors.ts";
import { type BlockSizes, blockName, decodedBytes } from "./block.ts";
import type { TiffImage } from "./image.ts";

/**
 * Bytes between two blocks that are read along rather than skipped: the leader and trailer
 * around the tiles of a COG, alignment to a page.
 */
const MAX_GAP_BYTES = 4096;

/**
 * An encoded block may be this many times as long as its pixels (LZW and LERC can grow), plus
 * a header. A hostile count could otherwise claim the whole file for one block.
 */
const MAX_EXPANSION = 4;
const MAX_HEADER_BYTES = 1024 * 1024;

/** The first 8 bytes of a TIFF are its header. */
const HEADER_BYTES = 8;

/**
 * Some consecutive blocks of a plane in the order in which they lie in the file, so that
 * neighbours can be read at once. A position in the queue is not a block's number.
 */
export class BlockQueue {
  readonly length: number;
  readonly #image: TiffImage;
  readonly #sizes: BlockSizes;
  /** Where this plane starts in the tables. */
  readonly #plane: number;
  readonly #first: number;
  /** Block numbers by position; undefined where the file's order is theirs. */
  readonly #order: Float64Array | undefined;

  constructor(image: TiffImage, sizes: BlockSizes, first: number, count: number, band: number) {
    this.#image = image;
    this.#sizes = sizes;
    this.#plane = image.interleave === "band" ? band * sizes.perPlane : 0;
    this.#first = first;
    this.length = count;
    this.#order = fileOrder(image.blockOffsets, this.#plane + first, count);
  }

  /** The block's number within its plane. */
  index(position: number): number {
    return this.#first + (this.#order?.[position] ?? position);
  }

  offset(position: number): number {
    return this.#image.blockOffsets[this.#plane + this.index(position)] ?? 0;
  }

  /** Whether the file holds no bytes for the block. */
  isSparse(position: number): boolean {
    const count = this.#image.blockByteCounts[this.#plane + this.index(position)] ?? 0;
    return count === 0 && (this.#image.compression !== 1 || this.offset(position) === 0);
  }

  /**
   * Bytes to read for a block that is not sparse.
   *
   * @throws RasterFileError where it lies outside the file, or its byte count cannot be right
   */
  bytes(position: number): number {
    const image = this.#image;
    const index = this.index(position);
    const offset = this.offset(position);
    const count = image.blockByteCounts[this.#plane + index] ?? 0;
    const decoded = decodedBytes(image, this.#sizes, index);
    const bytes = image.compression === 1 ? this.#plainBytes(position, count, decoded) : count;
    if (offset < HEADER_BYTES || offset + bytes > image.fileSize) {
      this.fail(
        position,
        `takes ${bytes} bytes, but the file ends at ${image.fileSize}: it is truncated or corrupt`,
      );
    }
    if (bytes > MAX_EXPANSION * decoded + MAX_HEADER_BYTES) {
      this.fail(position, `claims ${bytes} encoded bytes for ${decoded} bytes of pixels`);
    }
    return bytes;
  }

  /**
   * One past the last position that can be read together with `position`: not overlapping,
   * nearly adjoining, at most `pieceBytes` from end to end.
   */
  runEnd(position: number, pieceBytes: number): number {
    const start = this.offset(position);
    let stop = start + this.bytes(position);
    let end = position + 1;
    for (; end < this.length && !this.isSparse(end); end++) {
      const offset = this.offset(end);
      if (offset < stop || offset - stop > MAX_GAP_BYTES) break;
      const next = offset + this.bytes(end);
      if (next - start > pieceBytes) break;
      stop = next;
    }
    return end;
  }

  /** @throws RasterFileError always, naming the block and its place */
  fail(position: number, reason: string, cause?: unknown): never {
    throw new RasterFileError(
      { path: this.#image.path, offset: this.offset(position) },
      `${blockName(this.#image, this.index(position))} ${reason}`,
      cause === undefined ? {} : { cause },
    );
  }

  /**
   * Uncompressed pixels take what they take. A larger count is cut off; a smaller one is
   * right only where programs are known to write nonsense: 0, or an image of one strip.
   */
  #plainBytes(position: number, count: number, decoded: number): number {
    const { layout, blocksDown } = this.#image;
    const isKnownNonsense = layout === "strips" && (count === 0 || blocksDown === 1);
    if (count < decoded && !isKnownNonsense) {
      this.fail(position, `holds ${count} of the ${decoded} bytes of its pixels`);
    }
    return decoded;
  }
}

/** Numbers 0 to count - 1 sorted by file position; undefined where they are sorted already. */
function fileOrder(offsets: Float64Array, from: number, count: number): Float64Array | undefined {
  let last = 0;
  for (let i = from; i < from + count; i++) {
    const offset = offsets[i] ?? 0;
    if (offset === 0) continue;
    if (offset < last) {
      const order = Float64Array.from({ length: count }, (_, at) => at);
      return order.sort((a, b) => (offsets[from + a] ?? 0) - (offsets[from + b] ?? 0) || a - b);
    }
    last = offset;
  }
  return undefined;
}
