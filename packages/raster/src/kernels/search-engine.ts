import { type ClassCode, CODE_COUNT } from "../classify/rules.ts";
import type { ClassRuns } from "../classify/runs.ts";
import { type DType, type Pixels, pixelView } from "../dtype.ts";
import { BufferArena } from "./arena.ts";
import { type Engine, type EnginePart, HEAD_BYTES } from "./kernel.ts";
import { outputByte } from "./threshold-engine.ts";

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
    this.#starts = Float64Array.from(runs, (run) => run.start);
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
    let reached = 0;
    // Neighbours mostly lie in the same run: its bounds are tried first. NaN is in none.
    let start = Number.NaN;
    let end = Number.NaN;
    for (let x = 0; x < width; x++) {
      const value = pixels[first + x] as number;
      if (!(value >= start && value < end)) {
        reached = runsReached(starts, value);
        start = reached === 0 ? Number.NaN : (starts[reached - 1] as number);
        end = starts[reached] ?? Number.POSITIVE_INFINITY;
      }
      const code = codes[reached] as ClassCode;
      counts[code] = (counts[code] as number) + 1;
      if (target !== undefined) target[x] = bytes[reached] as number;
    }
  }
}

/** How many of the ascending starts are at most `value`; 0 for NaN. */
export function runsReached(starts: Float64Array, value: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value >= (starts[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
