import { type DType, type Pixels, pixelView } from "../dtype.ts";
import { type ClassCode, CODE_COUNT } from "../rules/rules.ts";
import type { ClassRuns, Run } from "../rules/runs.ts";
import { BufferArena } from "./arena.ts";
import { type Engine, type EnginePart, HEAD_BYTES } from "./kernel.ts";
import { outputByte } from "./threshold-tests.ts";

/** Finds every pixel's run by bisection: for types without a table, where the runs are too
 * many for thresholds or WebAssembly is missing. */
export class SearchEngine implements Engine {
  readonly name = "search";
  readonly arena = new BufferArena(HEAD_BYTES);
  readonly #dtype: DType;
  readonly #starts: Float64Array;
  /** Code of NaN, then of every run. */
  readonly #codes: Uint16Array;
  readonly #bytes: Uint8Array;
  readonly #counts = new Uint32Array(CODE_COUNT);

  /** @param nodataByte what is written for nodata pixels */
  constructor({ dtype, runs, nan }: ClassRuns, nodataByte: number) {
    this.#dtype = dtype;
    this.#starts = searchStarts(runs);
    this.#codes = Uint16Array.from([nan, ...runs.map((run) => run.code)]);
    this.#bytes = Uint8Array.from(this.#codes, (code) => outputByte(code, nodataByte));
  }

  run(part: EnginePart, tally: Float64Array): void {
    const { byteOffset, width, height, stride, out } = part;
    const { buffer } = this.arena;
    const pixels = pixelView(this.#dtype, buffer, byteOffset, (height - 1) * stride + width);
    for (let y = 0; y < height; y++) {
      const target = out && new Uint8Array(buffer, out.byteOffset + y * out.stride, width);
      this.#row(pixels, y * stride, width, target);
    }
    this.#counts.forEach((pixels, code) => {
      tally[code] = (tally[code] as number) + pixels;
    });
    this.#counts.fill(0);
  }

  #row(pixels: Pixels, first: number, width: number, target: Uint8Array | undefined): void {
    const codes = this.#codes;
    const starts = this.#starts;
    const bytes = this.#bytes;
    const counts = this.#counts;
    for (let x = 0; x < width; x++) {
      const reached = runsReached(starts, pixels[first + x] as number);
      const code = codes[reached] as ClassCode;
      counts[code] = (counts[code] as number) + 1;
      if (target !== undefined) target[x] = bytes[reached] as number;
    }
  }
}

/** The starts of runs for {@link runsReached}: as many as a power of two, at the end NaN. */
export function searchStarts(runs: readonly Run[]): Float64Array {
  const starts = new Float64Array(2 ** Math.ceil(Math.log2(runs.length + 1))).fill(Number.NaN);
  starts.set(runs.map((run) => run.start));
  return starts;
}

/**
 * How many of the ascending starts are at most `value`; 0 for NaN. Every search takes the same
 * steps: a processor cannot guess where it will turn, and need not when it always goes on.
 */
export function runsReached(starts: Float64Array, value: number): number {
  let reached = 0;
  for (let half = starts.length >> 1; half > 0; half >>= 1) {
    reached += value >= (starts[reached + half - 1] as number) ? half : 0;
  }
  return reached;
}
