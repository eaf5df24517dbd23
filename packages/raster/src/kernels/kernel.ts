import type { KernelArena } from "./arena.ts";

/** Pixels in a kernel's arena. */
export interface PixelBlock {
  /** Where the first pixel lies in the arena; a multiple of the pixel's size. */
  readonly byteOffset: number;
  /** Columns and rows, in pixels. */
  readonly width: number;
  readonly height: number;
  /** From one row to the next, in samples: more than `width` skips padding. */
  readonly stride: number;
  /** From one pixel to the next, in samples; the number of bands where they are interleaved
   * by pixel. @default 1 */
  readonly step?: number;
  /** Place of the first pixel in the raster; named in errors. */
  readonly row: number;
  readonly col: number;
  /** Rows after which the next tile begins: at {@link row} again, {@link width} further right.
   * @default height, a single tile */
  readonly tileHeight?: number | undefined;
}

/** Where in a kernel's arena one byte per pixel is written. */
export interface ClassBlock {
  readonly byteOffset: number;
  /** From one row to the next, in bytes. */
  readonly stride: number;
}

/** Pixels per class. */
export interface ClassCounts {
  /**
   * One count per class, up to the last class that occurs. A plain array: a typed one takes many
   * times as long to be cloned from a worker.
   */
  readonly classes: readonly number[];
  readonly nodata: number;
}

/** Classifies pixels that lie in its arena. */
export interface Kernel {
  /** `threshold-simd`, `lookup-wasm`, `lookup`, `search` or `pixel-function`. */
  readonly name: string;
  readonly arena: KernelArena;
  /**
   * Counts the pixels of `block` per class, and writes their classes where `out` is given.
   *
   * @throws PixelClassError for the first pixel that has no class, or for one for which the
   * function throws; counts and output of this call are then undefined
   */
  run(block: PixelBlock, out?: ClassBlock): void;
  /** The counts since the last call, which start from 0 again. */
  takeCounts(): ClassCounts;
}

/** What does the work: dense pixels, a bounded number per call, no errors of its own. */
export interface Engine {
  readonly name: string;
  readonly arena: KernelArena;
  /**
   * @param tally pixels per code, added to
   * @throws PixelFault where classifying a pixel throws
   */
  run(part: EnginePart, tally: Float64Array): void;
}

/** Pixels for an engine: side by side within a row. */
export interface EnginePart {
  readonly byteOffset: number;
  readonly width: number;
  readonly height: number;
  /** From one row to the next, in pixels. */
  readonly stride: number;
  readonly out: ClassBlock | undefined;
}

/** Where the engines may keep data of their own: from address 0 to here, and from
 * {@link HEAD_BYTES} on if they ask for more. */
export const OWN_BYTES = 65_536;
/** Interleaved pixels are gathered here, one band side by side. */
export const GATHER_OFFSET = OWN_BYTES;
export const GATHER_BYTES = 65_536;
/** Bytes at the start of every arena that are not for the caller. */
export const HEAD_BYTES = GATHER_OFFSET + GATHER_BYTES;

/** Classifying the pixel at column `x` and row `y` of the part threw `cause`. */
export class PixelFault {
  readonly x: number;
  readonly y: number;
  readonly cause: unknown;

  constructor(x: number, y: number, cause: unknown) {
    this.x = x;
    this.y = y;
    this.cause = cause;
  }
}
