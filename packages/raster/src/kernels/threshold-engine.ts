import { BYTES_PER_PIXEL, INTEGER_RANGE } from "../dtype.ts";
import { type ClassCode, NODATA_CODE } from "../rules/rules.ts";
import type { ClassRuns } from "../rules/runs.ts";
import { WasmArena } from "./arena.ts";
import { type Engine, type EnginePart, HEAD_BYTES } from "./kernel.ts";
import { RESULTS_OFFSET, type Thresholds, thresholdModule } from "./threshold-code.ts";
import { instantiate, MAX_PAGES, type WasmCall } from "./wasm-host.ts";

/**
 * Counts pixels against the start of every run with SIMD instructions; the time grows with
 * the number of runs. A run holds the pixels that reach its start but not the next one's.
 */
export class ThresholdEngine implements Engine {
  readonly name = "threshold-simd";
  readonly arena = new WasmArena(HEAD_BYTES);
  readonly #bytesPerPixel: number;
  /** Codes of the pixels that reach 0, 1, 2 … cuts. */
  readonly #codes: readonly ClassCode[];
  readonly #thresholds: Thresholds;
  // Made when first needed: most runs need only one of them.
  #count: WasmCall | undefined;
  #classify: WasmCall | undefined;
  #results = new Uint32Array(0);

  /** @param nodataByte what is written for nodata pixels */
  constructor(runs: ClassRuns, nodataByte: number) {
    const { dtype } = runs;
    const isFloat = INTEGER_RANGE[dtype] === undefined;
    // A NaN reaches no cut, so that among floats even the first run needs one.
    const cutRuns = isFloat ? runs.runs : runs.runs.slice(1);
    const first = isFloat ? runs.nan : (runs.runs[0]?.code as ClassCode);
    this.#codes = [first, ...cutRuns.map((run) => run.code)];
    this.#bytesPerPixel = BYTES_PER_PIXEL[dtype];
    const bytes = this.#codes.map((code) => outputByte(code, nodataByte));
    const cuts = cutRuns.map((run) => run.start);
    this.#thresholds = { dtype, cuts, bytes };
  }

  run(part: EnginePart, tally: Float64Array): void {
    const { byteOffset, width, height, out } = part;
    const stride = part.stride * this.#bytesPerPixel;
    if (out === undefined) {
      this.#count ??= this.#make("count");
      this.#count(byteOffset, width, height, stride);
    } else {
      this.#classify ??= this.#make("classify");
      this.#classify(byteOffset, width, height, stride, out.byteOffset, out.stride);
    }
    this.#addCounts(width * height, tally);
  }

  #make(name: "count" | "classify"): WasmCall {
    const code = thresholdModule(name, this.#thresholds, MAX_PAGES);
    return instantiate(code, this.arena.memory)[name] as WasmCall;
  }

  #addCounts(pixels: number, tally: Float64Array): void {
    const codes = this.#codes;
    if (this.#results.buffer !== this.arena.buffer) {
      this.#results = new Uint32Array(this.arena.buffer, RESULTS_OFFSET, 4 * codes.length);
    }
    const words = this.#results;
    let reach = pixels;
    for (let j = 1, w = 0; j < codes.length; j++, w += 4) {
      const reachNext = sum4(words, w);
      add(tally, codes[j - 1] as ClassCode, reach - reachNext);
      reach = reachNext;
    }
    add(tally, codes.at(-1) as ClassCode, reach);
  }
}

/** What is written for a code; pixels that are errors may get anything. */
export function outputByte(code: ClassCode, nodataByte: number): number {
  if (code < NODATA_CODE) return code;
  return code === NODATA_CODE ? nodataByte : 0;
}

function sum4(words: Uint32Array, at: number): number {
  return (
    (words[at] as number) +
    (words[at + 1] as number) +
    (words[at + 2] as number) +
    (words[at + 3] as number)
  );
}

function add(tally: Float64Array, code: ClassCode, pixels: number): void {
  tally[code] = (tally[code] as number) + pixels;
}
