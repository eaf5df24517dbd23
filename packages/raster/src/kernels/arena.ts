import { InvalidOptionError } from "swath/worker";
import { createMemory, MAX_PAGES, PAGE_BYTES, type WasmMemory } from "./wasm-host.ts";

/** Memory of one worker: pixels are read straight into it and classified where they lie. */
export interface Arena {
  /** Replaced when {@link ensure} has to grow it: make views afresh after each call. */
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** First byte that may be read into; a multiple of 64. */
  readonly base: number;
  /** Makes sure that `bytes` bytes follow {@link base}; what lies in them stays. */
  ensure(bytes: number): void;
}

/** An arena with room for one class per pixel before the pixels. */
export interface KernelArena extends Arena {
  /** First byte of the output; a multiple of 64. */
  readonly outputOffset: number;
  /**
   * Makes room for `bytes` bytes of classes at {@link outputOffset}. Moves {@link base} if
   * there was less room, and then leaves the arena's contents undefined.
   */
  reserveOutput(bytes: number): void;
}

/** Slack after the pixels, in bytes: SIMD kernels read up to 16 pixels of 8 bytes at once,
 * the last of which may lie past the end. */
const SLACK_BYTES = 128;

/** An arena in the memory of a WebAssembly module. */
export class WasmArena implements KernelArena {
  readonly memory: WasmMemory;
  readonly outputOffset: number;
  #base: number;

  /** @param headBytes kept for the kernel's own use, from address 0 */
  constructor(headBytes: number) {
    this.outputOffset = align(headBytes);
    this.#base = this.outputOffset;
    this.memory = createMemory(this.#base + SLACK_BYTES);
  }

  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  get base(): number {
    return this.#base;
  }

  ensure(bytes: number): void {
    const needed = this.#base + bytes + SLACK_BYTES;
    const missing = Math.ceil((needed - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing <= 0) return;
    if (needed > MAX_PAGES * PAGE_BYTES) throw tooLarge(bytes, MAX_PAGES * PAGE_BYTES);
    this.memory.grow(missing);
  }

  reserveOutput(bytes: number): void {
    this.#base = Math.max(this.#base, this.outputOffset + align(bytes));
    this.ensure(0);
  }
}

/** An arena in plain memory, for kernels in JavaScript. */
export class BufferArena implements KernelArena {
  readonly outputOffset: number;
  #buffer: ArrayBuffer;
  #base: number;

  /** @param headBytes kept for the kernel's own use, from address 0 */
  constructor(headBytes: number) {
    this.outputOffset = align(headBytes);
    this.#base = this.outputOffset;
    this.#buffer = new ArrayBuffer(this.#base + SLACK_BYTES);
  }

  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  get base(): number {
    return this.#base;
  }

  ensure(bytes: number): void {
    const needed = this.#base + bytes + SLACK_BYTES;
    if (needed <= this.#buffer.byteLength) return;
    const grown = new ArrayBuffer(needed);
    new Uint8Array(grown).set(new Uint8Array(this.#buffer));
    this.#buffer = grown;
  }

  reserveOutput(bytes: number): void {
    this.#base = Math.max(this.#base, this.outputOffset + align(bytes));
    this.ensure(0);
  }
}

/** Rounded up to a cache line. */
function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

function tooLarge(bytes: number, limit: number): InvalidOptionError {
  return new InvalidOptionError(
    "block",
    `small enough for a worker's memory of ${limit} bytes`,
    bytes,
    " bytes. Use smaller blocks",
  );
}
