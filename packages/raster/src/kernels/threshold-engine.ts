import type { DType } from "../dtype.ts";
import { BYTES_PER_PIXEL } from "../dtype.ts";
import type { ClassCode } from "../rules/rules.ts";
import { WasmArena } from "./arena.ts";
import { type Engine, type EnginePart, HEAD_BYTES } from "./kernel.ts";
import { RESULTS_OFFSET, type Thresholds, thresholdModule } from "./threshold-code.ts";
import { outputByte, type ThresholdTests } from "./threshold-tests.ts";
import { instantiate, MAX_PAGES, type WasmCall } from "./wasm-host.ts";

/** Compares pixels with a list of values by SIMD instructions; the time grows with its length. */
export class ThresholdEngine implements Engine {
  readonly name = "threshold-simd";
  readonly arena = new WasmArena(HEAD_BYTES);
  readonly #bytesPerPixel: number;
  readonly #tests: ThresholdTests;
  readonly #thresholds: Thresholds;
  // Made when first needed: most runs need only one of them.
  #count: WasmCall | undefined;
  #classify: WasmCall | undefined;
  #results = new Uint32Array(0);

  /** @param nodataByte what is written for nodata pixels */
  constructor(dtype: DType, tests: ThresholdTests, nodataByte: number) {
    this.#bytesPerPixel = BYTES_PER_PIXEL[dtype];
    this.#tests = tests;
    const byteOf = (code: ClassCode) => outputByte(code, nodataByte);
    this.#thresholds = {
      dtype,
      byte: byteOf(tests.first),
      tests: tests.tests.map(({ comparison, value, before, code }) => {
        return { comparison, value, step: byteOf(code) - byteOf(before) };
      }),
    };
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
    const { first, tests } = this.#tests;
    if (this.#results.buffer !== this.arena.buffer) {
      this.#results = new Uint32Array(this.arena.buffer, RESULTS_OFFSET, 4 * tests.length);
    }
    const words = this.#results;
    add(tally, first, pixels);
    for (let j = 0; j < tests.length; j++) {
      const { before, code } = tests[j] as (typeof tests)[number];
      const passed = sum4(words, 4 * j);
      add(tally, before, -passed);
      add(tally, code, passed);
    }
  }
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
