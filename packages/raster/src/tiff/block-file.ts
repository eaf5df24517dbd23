import { closeSync } from "node:fs";
import { type Pixels, pixelView } from "../dtype.ts";
import type { Arena } from "./arena.ts";
import { type Block, type BlockSizes, blockSizes } from "./block.ts";
import { openForReading, readFully } from "./file-bytes.ts";
import type { TiffImage } from "./image.ts";

/** Blocks in the arena start at multiples of this: whole SIMD registers. */
const ALIGNMENT_BYTES = 16;

/** An image's open file, the arena its blocks go to, and counters. */
export class BlockFile implements Disposable {
  readonly image: TiffImage;
  readonly sizes: BlockSizes;
  readonly arena: Arena;
  /** Bytes read from the file so far. */
  bytesRead = 0;
  /** Microseconds spent reading so far. */
  readMicros = 0;
  /** Microseconds spent decoding so far: decompressing, swapping bytes, undoing predictors. */
  decodeMicros = 0;
  readonly #fd: number;
  #view: Uint8Array = new Uint8Array(0);

  constructor(image: TiffImage, arena: Arena) {
    this.image = image;
    this.sizes = blockSizes(image);
    this.arena = arena;
    this.#fd = openForReading(image.path);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  /** First aligned byte of the arena. */
  get start(): number {
    return Math.ceil(this.arena.base / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  }

  /** Make the arena hold `bytes` bytes from {@link start} on. */
  ensure(bytes: number): void {
    this.arena.ensure(this.start - this.arena.base + bytes);
  }

  /** The whole arena as bytes; made anew only when its buffer was replaced. */
  arenaBytes(): Uint8Array {
    const { buffer } = this.arena;
    if (this.#view.buffer !== buffer) this.#view = new Uint8Array(buffer);
    return this.#view;
  }

  /** Read a piece of the file. */
  read(offset: number, into: Uint8Array, start: number, bytes: number): void {
    const began = performance.now();
    readFully(this.#fd, { path: this.image.path, offset }, into, start, bytes);
    this.readMicros += (performance.now() - began) * 1000;
    this.bytesRead += bytes;
  }

  /** What a visitor gets: the block `index`, whose pixels lie at `byteOffset` of the arena. */
  block(index: number, byteOffset: number, rows: number, sparse: boolean): Block {
    const { image, sizes } = this;
    const row = Math.floor(index / image.blocksAcross) * image.blockHeight;
    const col = (index % image.blocksAcross) * image.blockWidth;
    const height = Math.min(rows, image.height - row);
    return {
      index,
      row,
      col,
      width: Math.min(image.blockWidth, image.width - col),
      height,
      stride: sizes.stride,
      samples: sizes.samples,
      byteOffset,
      pixels: this.pixels(byteOffset, sizes.stride * height),
      sparse,
    };
  }

  /** A sparse block, filled at `byteOffset`. */
  sparseBlock(index: number, byteOffset: number): Block {
    const block = this.block(index, byteOffset, this.image.blockHeight, true);
    block.pixels.fill(this.image.nodata ?? 0);
    return block;
  }

  pixels(byteOffset: number, length: number): Pixels {
    return pixelView(this.image.dtype, this.arena.buffer, byteOffset, length);
  }
}

/** The next multiple of the alignment. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
