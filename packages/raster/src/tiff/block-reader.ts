import { assertInteger, InvalidOptionError } from "swath/worker";
import type { Pixels } from "../dtype.ts";
import { type Arena, heapArena } from "./arena.ts";
import type { Block } from "./block.ts";
import { BlockFile } from "./block-file.ts";
import { BlockQueue } from "./block-queue.ts";
import type { Decoder } from "./codecs/codec.ts";
import { prepareCodec } from "./codecs/prepare-codec.ts";
import type { TiffImage } from "./image.ts";
import { PackedBlocks } from "./packed-blocks.ts";
import { visitPlain } from "./plain-blocks.ts";
import { blocksOf, copyShared, insideOf, type Rectangle } from "./window.ts";

/**
 * Bytes of neighbouring blocks that are read at once: from the page cache, reads into a
 * reused buffer of 256 KiB to 1 MiB run at 8 to 9 GB/s, and the piece stays in a core's
 * cache for the loop over its pixels.
 */
const PIECE_BYTES = 1024 * 1024;

/** Options of {@link BlockReader.open}. */
export interface BlockReaderOptions {
  /** Where decoded pixels go. @default memory of its own */
  readonly arena?: Arena;
  /** Most bytes read at once, unless a block alone is larger. @default 1 MiB */
  readonly pieceBytes?: number;
}

/** Options of {@link BlockReader.forEachBlock}. */
export interface VisitOptions {
  /**
   * Whether neighbouring tiles of an uncompressed image may be visited as one block where they
   * lie behind each other, for visitors to whom it does not matter where in the image a
   * pixel lies; see {@link Block.tileHeight}. Such a block may be longer than
   * {@link BlockReader.maxBlockBytes}: as long as a piece. @default false
   */
  readonly joinTiles?: boolean;
}

/**
 * Reads the pixels of one image, block by block, with a file descriptor and buffers of its
 * own: one per worker. It reads synchronously and blocks its thread; only JPEG and WebP
 * blocks, whose library answers by promise, make it return one; await it before the next call.
 *
 * @example
 * using reader = await BlockReader.open(openTiff("elevation.tif").image);
 * await reader.forEachBlock(0, reader.blocks, 0, ({ pixels, width, height, stride }) => { … });
 */
export class BlockReader implements Disposable {
  readonly image: TiffImage;
  readonly #file: BlockFile;
  readonly #decoder: Decoder;
  readonly #packed: PackedBlocks;
  readonly #pieceBytes: number;

  /**
   * @throws RasterFileError where the file cannot be opened
   * @throws RasterUnsupportedError where its codec needs a package that is not installed
   */
  static async open(image: TiffImage, options: BlockReaderOptions = {}): Promise<BlockReader> {
    const { arena = heapArena(), pieceBytes = PIECE_BYTES } = options;
    assertInteger("pieceBytes", pieceBytes, { min: 1 });
    const decoder = await prepareCodec(image);
    return new BlockReader(new BlockFile(image, arena), decoder, pieceBytes);
  }

  private constructor(file: BlockFile, decoder: Decoder, pieceBytes: number) {
    this.image = file.image;
    this.#file = file;
    this.#decoder = decoder;
    this.#pieceBytes = pieceBytes;
    this.#packed = new PackedBlocks(file, pieceBytes);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  /** Blocks in a plane. */
  get blocks(): number {
    return this.#file.sizes.perPlane;
  }

  /**
   * Most bytes of pixels that a visited block can have: of a block, or of a piece where
   * adjoining strips are visited as one. Without {@link VisitOptions.joinTiles}.
   */
  get maxBlockBytes(): number {
    const { blockBytes } = this.#file.sizes;
    const joins = this.image.layout === "strips" && this.image.compression === 1;
    return joins ? Math.max(blockBytes, this.#pieceBytes) : blockBytes;
  }

  /** Bytes read from the file so far. */
  get bytesRead(): number {
    return this.#file.bytesRead;
  }

  /** Microseconds spent reading from the file so far. */
  get readMicros(): number {
    return this.#file.readMicros;
  }

  /** Microseconds spent decoding so far: decompressing, swapping bytes, undoing predictors. */
  get decodeMicros(): number {
    return this.#file.decodeMicros;
  }

  /**
   * Visit `count` blocks from number `first` on, row-major in the plane of `band` (0-based;
   * without meaning for `pixel` interleave, where a block holds all bands). They come in the
   * order in which they lie in the file.
   *
   * A block and its pixels are good until `visit` returns; `visit` may change the pixels, but
   * neither touch the rest of the arena nor make it grow.
   *
   * @throws RasterFileError where a block is truncated or corrupt: at once, or as a rejection
   *   for JPEG and WebP
   */
  forEachBlock(
    first: number,
    count: number,
    band: number,
    visit: (block: Block) => void,
    { joinTiles = false }: VisitOptions = {},
  ): void | Promise<void> {
    assertInteger("first", first, { min: 0, max: this.blocks });
    assertInteger("count", count, { min: 0, max: this.blocks - first });
    this.#assertBand(band);
    const queue = new BlockQueue(this.image, this.#file.sizes, first, count, band);
    if (this.image.compression === 1) {
      return visitPlain(this.#file, queue, { pieceBytes: this.#pieceBytes, joinTiles }, visit);
    }
    if (this.#decoder.kind === "sync") return this.#packed.visit(queue, this.#decoder, visit);
    return this.#packed.visitAsync(queue, this.#decoder, visit);
  }

  /**
   * Read a rectangle of one band (0-based) as rows.
   *
   * @param into `rect.width * rect.height` pixels of the image's type
   * @param fill for pixels outside the image. @default the image's nodata, else 0
   */
  readWindow(
    rect: Rectangle,
    band: number,
    into: Pixels,
    fill: number = this.image.nodata ?? 0,
  ): void | Promise<void> {
    this.#assertBand(band);
    if (into.length !== rect.width * rect.height) {
      const pixels = rect.width * rect.height;
      throw new InvalidOptionError("into.length", `${pixels}, as the rectangle has`, into.length);
    }
    const inside = insideOf(this.image, rect);
    if (inside.width < rect.width || inside.height < rect.height) into.fill(fill);
    const sample = this.image.interleave === "pixel" ? band : 0;
    const visit = (block: Block): void => copyShared(block, sample, rect, into);
    let waiting: Promise<void> | undefined;
    for (const { first, count } of blocksOf(this.image, inside)) {
      const read = (): void | Promise<void> => this.forEachBlock(first, count, band, visit);
      if (waiting === undefined) waiting = read() ?? undefined;
      else waiting = waiting.then(read);
    }
    return waiting;
  }

  #assertBand(band: number): void {
    assertInteger("band", band, { min: 0, max: this.image.bands - 1 });
  }
}
