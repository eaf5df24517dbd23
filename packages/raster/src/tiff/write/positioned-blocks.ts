import { closeSync, openSync } from "node:fs";
import { InvalidOptionError } from "swath/worker";
import { BYTES_PER_PIXEL } from "../../dtype.ts";
import { writeFailure, writeFully } from "../../write-fully.ts";
import { swapBytes } from "../byte-order.ts";
import { blockByteLength, blockPosition } from "./block-place.ts";
import type { TiffOutputPlan } from "./plan.ts";

/**
 * A worker's hand on the file of a `TiffWriter` that was opened with positioned blocks: each
 * worker writes its own blocks, in any order, without asking anybody. Two that write the same
 * block write the same bytes, so work that is handed out again does no harm.
 *
 * Open until `close()` or disposal.
 */
export class PositionedBlocks implements Disposable {
  readonly #plan: TiffOutputPlan;
  #fd: number | undefined;

  /**
   * @param temporaryPath of the writer
   * @throws RasterWriteError where it cannot be opened
   */
  constructor(plan: TiffOutputPlan, temporaryPath: string) {
    this.#plan = plan;
    try {
      this.#fd = openSync(temporaryPath, "r+");
    } catch (error) {
      throw writeFailure(plan.path, error);
    }
  }

  /**
   * Writes one block.
   *
   * @param pixels the whole block in little-endian order, padding included; not changed
   * @throws RasterWriteError when the disk is full; the writer is then to be aborted
   */
  write(blockIndex: number, pixels: Uint8Array): void {
    const plan = this.#plan;
    const expected = blockByteLength(plan, blockIndex);
    if (pixels.length !== expected) {
      throw new InvalidOptionError(
        "pixels",
        `the ${expected} bytes of block ${blockIndex}`,
        pixels,
      );
    }
    this.writeRows(blockIndex, 0, pixels);
  }

  /**
   * Writes some rows of a block.
   *
   * @param firstRow row of the block, from 0
   * @param pixels whole rows in little-endian order, padding included; not changed
   * @throws RasterWriteError when the disk is full; the writer is then to be aborted
   */
  writeRows(blockIndex: number, firstRow: number, pixels: Uint8Array): void {
    const plan = this.#plan;
    const start = firstRow * plan.rowBytes;
    const room = blockByteLength(plan, blockIndex) - start;
    if (pixels.length > room || pixels.length % plan.rowBytes !== 0) {
      throw new InvalidOptionError("pixels", `whole rows, at most ${room} bytes`, pixels);
    }
    const bytes = plan.byteOrder === "little" ? pixels : inBigEndian(plan, pixels);
    try {
      if (this.#fd === undefined) throw new Error("it was closed in this worker before");
      writeFully(this.#fd, bytes, blockPosition(plan, blockIndex) + start);
    } catch (error) {
      throw writeFailure(plan.path, error);
    }
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function inBigEndian(plan: TiffOutputPlan, pixels: Uint8Array): Uint8Array {
  const bytes = pixels.slice();
  swapBytes(bytes, BYTES_PER_PIXEL[plan.dtype]);
  return bytes;
}
