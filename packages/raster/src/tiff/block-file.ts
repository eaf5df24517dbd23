import { closeSync } from "node:fs";
import { type Pixels, pixelView } from "../dtype.ts";
import { RasterFileError } from "../errors.ts";
import type { Arena } from "./arena.ts";
import { type Block, type BlockSizes, blockSizes } from "./block.ts";
import { openForReading, readFully } from "./file-bytes.ts";
import type { TiffImage } from "./image.ts";
import type { Rectangle } from "./window.ts";

/** Blocks in the arena start at multiples of this: whole SIMD registers. */
const ALIGNMENT_BYTES = 16;

/**
 * Most bytes that are filled for a sparse block at a time, as nothing in the file bounds its
 * size: stays in a core's cache for the loop over the pixels.
 */
const SPARSE_PIECE_BYTES = 1024 * 1024;

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

  /** @throws RasterFileError where it cannot be opened, or is not the file that `image` is of */
  constructor(image: TiffImage, arena: Arena) {
    this.image = image;
    this.sizes = blockSizes(image);
    this.arena = arena;
    this.#fd = openUnchanged(image);
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
  block(index: number, byteOffset: number, rows: number): Block {
    const { stride, samples } = this.sizes;
    const place = this.#place(index, rows);
    const pixels = this.#pixels(byteOffset, stride * place.height);
    return { index, ...place, stride, samples, byteOffset, pixels, sparse: false };
  }

  /** What a visitor gets: `count` whole tiles of one row of tiles, from `index` on. */
  tiles(index: number, byteOffset: number, count: number): Block {
    const { row, col, width, height: tileHeight } = this.#place(index, this.image.blockHeight);
    const { stride, samples } = this.sizes;
    const height = count * tileHeight;
    const pixels = this.#pixels(byteOffset, stride * height);
    const shape = { row, col, width, height, stride, samples, tileHeight };
    return { index, ...shape, byteOffset, pixels, sparse: false };
  }

  /** Visit a sparse block piece by piece; each is filled at {@link start}. */
  visitSparse(index: number, visit: (block: Block) => void): void {
    const { image, start } = this;
    const { samples, bytesEach } = this.sizes;
    const whole = this.#place(index, image.blockHeight);
    const pixelsAtOnce = Math.max(1, Math.floor(SPARSE_PIECE_BYTES / (samples * bytesEach)));
    const cols = Math.min(image.blockWidth, pixelsAtOnce);
    const rows = Math.min(whole.height, Math.floor(pixelsAtOnce / cols));
    const stride = cols * samples;
    this.ensure(rows * stride * bytesEach);
    for (let down = 0; down < whole.height; down += rows) {
      for (let across = 0; across < whole.width; across += cols) {
        const row = whole.row + down;
        const col = whole.col + across;
        const width = Math.min(cols, whole.width - across);
        const height = Math.min(rows, whole.height - down);
        // Anew for each piece: a visitor may have changed the pixels.
        const pixels = this.#pixels(start, stride * height).fill(image.nodata ?? 0);
        const shape = { row, col, width, height, stride, samples };
        visit({ index, ...shape, byteOffset: start, pixels, sparse: true });
      }
    }
  }

  /** The part of a block, `rows` rows from its first on, that lies inside the image. */
  #place(index: number, rows: number): Rectangle {
    const { image } = this;
    const row = Math.floor(index / image.blocksAcross) * image.blockHeight;
    const col = (index % image.blocksAcross) * image.blockWidth;
    const width = Math.min(image.blockWidth, image.width - col);
    return { row, col, width, height: Math.min(rows, image.height - row) };
  }

  #pixels(byteOffset: number, length: number): Pixels {
    return pixelView(this.image.dtype, this.arena.buffer, byteOffset, length);
  }
}

/** Block tables of one file say nothing about another that took its name. */
function openUnchanged({ path, fileSize, fileIdentity }: TiffImage): number {
  const { fd, size, identity } = openForReading(path);
  const { inode, modifiedMs } = fileIdentity;
  if (size === fileSize && identity.inode === inode && identity.modifiedMs === modifiedMs) {
    return fd;
  }
  closeSync(fd);
  throw new RasterFileError({ path }, "it has changed since it was opened. Open it again");
}

/** The next multiple of the alignment. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
