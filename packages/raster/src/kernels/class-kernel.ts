import { BYTES_PER_PIXEL, type DType, type Pixels, pixelView } from "../dtype.ts";
import { CODE_COUNT, INVALID_CODE, NODATA_CODE, UNMAPPED_CODE } from "../rules/rules.ts";
import type { KernelArena } from "./arena.ts";
import {
  type ClassBlock,
  type ClassCounts,
  type Engine,
  type EnginePart,
  GATHER_BYTES,
  GATHER_OFFSET,
  type Kernel,
  type PixelBlock,
  PixelFault,
} from "./kernel.ts";
import { PixelClassError, type PixelProblem } from "./pixel-error.ts";

/**
 * Most pixels per call of an engine, or one row where that is longer: large enough that a call's own
 * cost (about 1 µs) does not show.
 */
const PART_PIXELS = 131_072;

/**
 * Pixels of an engine's first call; each has twice as many as the one before, up to the most. What
 * is compiled meanwhile, WebAssembly above all, is entered at a call.
 */
const FIRST_PART_PIXELS = 1024;

/** What all kernels share: cuts blocks into parts, gathers interleaved pixels, finds the
 * pixel that an error is about. The engine does the work. */
export class ClassKernel implements Kernel {
  readonly #engine: Engine;
  readonly #dtype: DType;
  readonly #problemOf: (value: number) => PixelProblem | undefined;
  /** Pixels per code. */
  readonly #tally = new Float64Array(CODE_COUNT);
  #partPixels = FIRST_PART_PIXELS;

  /** @param problemOf why a value has no class; undefined where it has one or is nodata */
  constructor(
    engine: Engine,
    dtype: DType,
    problemOf: (value: number) => PixelProblem | undefined,
  ) {
    this.#engine = engine;
    this.#dtype = dtype;
    this.#problemOf = problemOf;
  }

  get name(): string {
    return this.#engine.name;
  }

  get arena(): KernelArena {
    return this.#engine.arena;
  }

  run(block: PixelBlock, out?: ClassBlock): void {
    if (block.width === 0 || block.height === 0) return;
    if ((block.step ?? 1) !== 1) this.#runInterleaved(block, block.step ?? 1, out);
    else if (isDense(block, out)) this.#runDense(block, out);
    else this.#runRows(block, out);
    if (this.#tally[UNMAPPED_CODE] !== 0 || this.#tally[INVALID_CODE] !== 0) this.#fail(block);
  }

  takeCounts(): ClassCounts {
    const nodata = this.#tally[NODATA_CODE] as number;
    const ofClasses = this.#tally.subarray(0, NODATA_CODE);
    const classes = Array.from(ofClasses.subarray(0, ofClasses.findLastIndex(isSome) + 1));
    this.#tally.fill(0);
    return { classes, nodata };
  }

  /** Rows without gaps are one long row. */
  #runDense(block: PixelBlock, out: ClassBlock | undefined): void {
    const pixels = block.width * block.height;
    for (let first = 0; first < pixels; ) {
      const width = Math.min(this.#nextPart(), pixels - first);
      const part = this.#part(block, first, out, first, { width, height: 1 });
      this.#runPart(block, part, first);
      first += width;
    }
  }

  #runRows(block: PixelBlock, out: ClassBlock | undefined): void {
    for (let y = 0; y < block.height; ) {
      const rows = Math.max(1, Math.floor(this.#nextPart() / block.width));
      const size = { width: block.width, height: Math.min(rows, block.height - y) };
      const outAt = out === undefined ? 0 : y * out.stride;
      this.#runPart(block, this.#part(block, y * block.stride, out, outAt, size), y * block.width);
      y += size.height;
    }
  }

  /** Pixels for the call that is about to be made. */
  #nextPart(): number {
    const pixels = this.#partPixels;
    this.#partPixels = Math.min(2 * pixels, PART_PIXELS);
    return pixels;
  }

  #runInterleaved(block: PixelBlock, step: number, out: ClassBlock | undefined): void {
    const { buffer } = this.arena;
    const bytes = BYTES_PER_PIXEL[this.#dtype];
    const gathered = pixelView(this.#dtype, buffer, GATHER_OFFSET, GATHER_BYTES / bytes);
    for (let y = 0; y < block.height; y++) {
      for (let x = 0; x < block.width; x += gathered.length) {
        const width = Math.min(gathered.length, block.width - x);
        const byteOffset = block.byteOffset + (y * block.stride + x * step) * bytes;
        const source = pixelView(this.#dtype, buffer, byteOffset, (width - 1) * step + 1);
        gather(source, step, gathered, width);
        const outAt = out === undefined ? 0 : y * out.stride + x;
        const dense = { ...block, byteOffset: GATHER_OFFSET };
        const part = this.#part(dense, 0, out, outAt, { width, height: 1 });
        this.#runPart(block, part, y * block.width + x);
      }
    }
  }

  #part(
    block: PixelBlock,
    first: number,
    out: ClassBlock | undefined,
    outAt: number,
    size: { width: number; height: number },
  ): EnginePart {
    return {
      byteOffset: block.byteOffset + first * BYTES_PER_PIXEL[this.#dtype],
      ...size,
      stride: block.stride,
      out: out && { byteOffset: out.byteOffset + outAt, stride: out.stride },
    };
  }

  /** @param index of the part's first pixel among the block's pixels, in reading order */
  #runPart(block: PixelBlock, part: EnginePart, index: number): void {
    try {
      this.#engine.run(part, this.#tally);
    } catch (error) {
      if (!(error instanceof PixelFault)) throw error;
      const found = index + error.y * part.width + error.x;
      const view = this.#view(block);
      const value = view[sampleAt(block, found)] as number;
      throw this.#error(block, view, found, this.#faultOf(value, error.cause));
    }
  }

  /** That no integer can be made of a BigInt or a symbol is no fault of what returned it. */
  #faultOf(value: number, cause: unknown): PixelProblem {
    const problem = cause instanceof TypeError ? this.#problemOf(value) : undefined;
    const isOurs =
      problem?.kind === "returned" && ["bigint", "symbol"].includes(typeof problem.returned);
    return isOurs ? problem : { kind: "threw", cause };
  }

  /** Looks for the first pixel without a class, in reading order. */
  #fail(block: PixelBlock): never {
    const view = this.#view(block);
    for (let index = 0; index < block.width * block.height; index++) {
      const problem = this.#problemOf(view[sampleAt(block, index)] as number);
      if (problem !== undefined) throw this.#error(block, view, index, problem);
    }
    const pixels = block.width * block.height;
    throw this.#error(block, view, 0, { kind: "unstable", pixels });
  }

  #view(block: PixelBlock): Pixels {
    const length = sampleAt(block, block.width * block.height - 1) + 1;
    return pixelView(this.#dtype, this.arena.buffer, block.byteOffset, length);
  }

  #error(block: PixelBlock, view: Pixels, index: number, problem: PixelProblem): PixelClassError {
    const value = view[sampleAt(block, index)] as number;
    return new PixelClassError({ ...placeOf(block, index), value }, problem);
  }
}

function isDense(block: PixelBlock, out: ClassBlock | undefined): boolean {
  if (block.height === 1) return true;
  return block.stride === block.width && (out === undefined || out.stride === block.width);
}

function sampleAt(block: PixelBlock, index: number): number {
  const x = index % block.width;
  const y = (index - x) / block.width;
  return y * block.stride + x * (block.step ?? 1);
}

/** Where in the raster a pixel lies. */
function placeOf(block: PixelBlock, index: number): { row: number; col: number } {
  const { row, col, width, height, tileHeight = height } = block;
  const x = index % width;
  const y = (index - x) / width;
  const down = y % tileHeight;
  return { row: row + down, col: col + ((y - down) / tileHeight) * width + x };
}

function gather(source: Pixels, step: number, target: Pixels, width: number): void {
  for (let x = 0, s = 0; x < width; x++, s += step) target[x] = source[s] as number;
}

function isSome(count: number): boolean {
  return count > 0;
}
