import { isSwathError, messageOf } from "swath/worker";
import { type Block, decodedBytes } from "./block.ts";
import type { BlockFile } from "./block-file.ts";
import type { BlockQueue } from "./block-queue.ts";
import { HOST_ORDER, swapBytes } from "./byte-order.ts";
import type { AsyncDecoder, Decoder, SyncDecoder } from "./codecs/codec.ts";
import { undoFloatingPoint, undoHorizontal } from "./predictor.ts";

type Visit = (block: Block) => void;

/**
 * Visits compressed blocks: neighbours are read at once into one reused buffer, and each is
 * decoded into the same place of the arena.
 */
export class PackedBlocks {
  readonly #file: BlockFile;
  readonly #pieceBytes: number;
  #encoded: Uint8Array = new Uint8Array(0);
  #runStart = 0;
  /** Scratch of one row, for predictor 3. */
  readonly #row: Uint8Array;

  constructor(file: BlockFile, pieceBytes: number) {
    this.#file = file;
    this.#pieceBytes = pieceBytes;
    this.#row = new Uint8Array(file.image.predictor === 3 ? file.sizes.rowBytes : 0);
  }

  visit(queue: BlockQueue, decoder: SyncDecoder, visit: Visit): void {
    for (let at = 0, end = 0; at < queue.length; at++) {
      if (queue.isSparse(at)) {
        this.#file.visitSparse(queue.index(at), visit);
        continue;
      }
      if (at >= end) end = this.#readRun(queue, at);
      const encoded = this.#encodedBlock(queue, at);
      const into = this.#target(queue, at);
      const began = performance.now();
      try {
        decoder.decode(encoded, into);
      } catch (cause) {
        blockFailed(queue, at, cause);
      }
      this.#finish(decoder, into);
      this.#file.decodeMicros += (performance.now() - began) * 1000;
      visit(this.#block(queue, at));
    }
  }

  async visitAsync(queue: BlockQueue, decoder: AsyncDecoder, visit: Visit): Promise<void> {
    for (let at = 0, end = 0; at < queue.length; at++) {
      if (queue.isSparse(at)) {
        this.#file.visitSparse(queue.index(at), visit);
        continue;
      }
      if (at >= end) end = this.#readRun(queue, at);
      const encoded = this.#encodedBlock(queue, at);
      const into = this.#target(queue, at);
      const began = performance.now();
      try {
        await decoder.decode(encoded, into);
      } catch (cause) {
        blockFailed(queue, at, cause);
      }
      this.#finish(decoder, into);
      this.#file.decodeMicros += (performance.now() - began) * 1000;
      visit(this.#block(queue, at));
    }
  }

  /** Read the blocks that can be read with `at`. @returns one past the last of them */
  #readRun(queue: BlockQueue, at: number): number {
    this.#file.ensure(this.#file.sizes.blockBytes);
    const end = queue.runEnd(at, this.#pieceBytes);
    this.#runStart = queue.offset(at);
    const bytes = queue.offset(end - 1) + queue.bytes(end - 1) - this.#runStart;
    if (this.#encoded.length < bytes) {
      this.#encoded = new Uint8Array(Math.max(bytes, this.#pieceBytes));
    }
    this.#file.read(this.#runStart, this.#encoded, 0, bytes);
    return end;
  }

  #encodedBlock(queue: BlockQueue, at: number): Uint8Array {
    const start = queue.offset(at) - this.#runStart;
    return this.#encoded.subarray(start, start + queue.bytes(at));
  }

  #target(queue: BlockQueue, at: number): Uint8Array {
    const { image, sizes, arena, start } = this.#file;
    return new Uint8Array(arena.buffer, start, decodedBytes(image, sizes, queue.index(at)));
  }

  #finish(decoder: Decoder, bytes: Uint8Array): void {
    if (decoder.order === "native") return;
    const { image, sizes } = this.#file;
    const { bytesEach, stride, samples } = sizes;
    if (image.predictor === 3 && (bytesEach === 4 || bytesEach === 8)) {
      undoFloatingPoint(bytes, bytesEach, stride, samples, this.#row);
      return;
    }
    if (image.byteOrder !== HOST_ORDER) swapBytes(bytes, bytesEach);
    if (image.predictor === 2) undoHorizontal(bytes, bytesEach, stride, samples);
  }

  #block(queue: BlockQueue, at: number): Block {
    const { image, start } = this.#file;
    return this.#file.block(queue.index(at), start, image.blockHeight);
  }
}

/** Tell where a codec failed; what says so itself goes through. */
function blockFailed(queue: BlockQueue, at: number, cause: unknown): never {
  if (isSwathError(cause)) throw cause;
  queue.fail(at, `cannot be decoded: ${messageOf(cause)}`, cause);
}
