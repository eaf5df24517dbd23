import { type DType, type Pixels, pixelView } from "../dtype.ts";
import { INVALID_CODE, NODATA_CODE } from "../rules/rules.ts";
import { BufferArena } from "./arena.ts";
import { type Engine, type EnginePart, HEAD_BYTES, PixelFault } from "./kernel.ts";

/** From a pixel's value to its class, an integer from 0 to 255. */
export type PixelFunction = (value: number) => number;

/** Calls a function for every pixel that is not nodata. */
export class PixelFunctionEngine implements Engine {
  readonly name = "pixel-function";
  readonly arena = new BufferArena(HEAD_BYTES);
  readonly #dtype: DType;
  readonly #loops: Loops;
  /** Four arrays, so that an addition need not wait for the one before. A result that is no
   * class falls outside of them and is missing in their sum. */
  readonly #counts: Counts = [newCounts(), newCounts(), newCounts(), newCounts()];
  /** Index of the pixel at hand, for when the function throws. */
  readonly #at = { index: 0 };

  /** @param nodataByte what is written for nodata pixels */
  constructor(fn: PixelFunction, dtype: DType, nodata: number | undefined, nodataByte: number) {
    this.#dtype = dtype;
    this.#loops = compileLoops(fn, nodata, nodataByte);
  }

  run(part: EnginePart, tally: Float64Array): void {
    const { byteOffset, width, height, stride, out } = part;
    const { buffer } = this.arena;
    const pixels = pixelView(this.#dtype, buffer, byteOffset, (height - 1) * stride + width);
    let nodata = 0;
    for (let y = 0; y < height; y++) {
      const start = y * stride;
      try {
        if (out === undefined) {
          nodata += this.#loops.count(pixels, start, start + width, this.#counts, this.#at);
        } else {
          const to = new Uint8Array(buffer, out.byteOffset + y * out.stride, width);
          nodata += this.#loops.classify(pixels, start, start + width, this.#counts, this.#at, to);
        }
      } catch (cause) {
        this.#takeCounts(tally);
        throw new PixelFault(this.#at.index - start, y, cause);
      }
    }
    const counted = this.#takeCounts(tally);
    tally[NODATA_CODE] = (tally[NODATA_CODE] as number) + nodata;
    const invalid = width * height - nodata - counted;
    tally[INVALID_CODE] = (tally[INVALID_CODE] as number) + invalid;
  }

  /** Moves the counts to the tally and returns their sum. */
  #takeCounts(tally: Float64Array): number {
    const [a, b, c, d] = this.#counts;
    let sum = 0;
    for (let i = 0; i < 256; i++) {
      const pixels = (a[i] as number) + (b[i] as number) + (c[i] as number) + (d[i] as number);
      tally[i] = (tally[i] as number) + pixels;
      sum += pixels;
    }
    for (const counts of this.#counts) counts.fill(0);
    return sum;
  }
}

type Counts = readonly [Int32Array, Int32Array, Int32Array, Int32Array];

function newCounts(): Int32Array {
  return new Int32Array(256);
}

/** A loop over the pixels from `start` to `end`; returns how many of them are nodata. */
type Loop = (
  pixels: Pixels,
  start: number,
  end: number,
  counts: Counts,
  at: { index: number },
  classes?: Uint8Array,
) => number;

interface Loops {
  readonly count: Loop;
  readonly classify: Loop;
}

/** Makes every compiled text unlike any other: V8 hands out the same code, with the same type
 * feedback, for the same text. */
let compiled = 0;

/**
 * Loops made for one function alone, so that the compiler sees a single function called in
 * them and puts it in line. Where making code from text is forbidden, a loop that all
 * functions share: up to four times slower once it has seen several.
 */
function compileLoops(fn: PixelFunction, nodata: number | undefined, nodataByte: number): Loops {
  const make = (write: boolean): Loop => {
    compiled += 1;
    const text = loopText(nodata, nodataByte, write);
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is made here, from numbers
    return new Function("fn", `${text}\n//# sourceURL=swath-pixel-loop-${compiled}.js`)(fn) as Loop;
  };
  try {
    return { count: make(false), classify: make(true) };
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    const loop = sharedLoop(fn, nodata, nodataByte);
    return { count: loop, classify: loop };
  }
}

/**
 * Four pixels a turn, and a function of its own for the rest. With both loops in one, V8 optimises
 * the first while it runs for the first time, without the second, which did not run yet: it
 * deoptimises at the end of every call. Made to optimise both, it made a
 * job of 1.5 Gpx 10 % longer.
 *
 * What a function returns must be an integer before it is an index: a string would name a
 * property of the array. Anything else counts at -1, which no array has.
 */
function loopText(nodata: number | undefined, nodataByte: number, write: boolean): string {
  const isNodata = nodataTest(nodata);
  const pixel = (k: number): string => {
    const store = (value: string | number): string =>
      write ? `classes[o + ${k}] = ${value};` : "";
    const classify = write
      ? `const r = fn(v), c = r | 0; counts${k}[c === r ? c : -1]++; ${store("c")}`
      : `const r = fn(v), c = r | 0; counts${k}[c === r ? c : -1]++;`;
    const body =
      isNodata === undefined
        ? classify
        : `if (${isNodata}) { nodata++; ${store(nodataByte)} } else { ${classify} }`;
    return `{ const v = pixels[i${k === 0 ? "" : ` + ${k}`}]; ${k === 0 ? "" : `k = ${k};`} ${body} }`;
  };
  const loop = (name: string, lanes: readonly number[]): string =>
    `function ${name}(pixels, start, end, counts, at, classes, first) {
  const counts0 = counts[0], counts1 = counts[1], counts2 = counts[2], counts3 = counts[3];
  let i = start, k = 0, o = first, nodata = 0;
  try {
    for (; i < end; i += ${lanes.length}) {
      k = 0;
      ${lanes.map(pixel).join("\n      ")}
      ${write ? `o += ${lanes.length};` : ""}
    }
  } catch (error) {
    at.index = i + k;
    throw error;
  }
  return nodata;
}`;
  return `"use strict";
${loop("classifyPixels", [0, 1, 2, 3])}
${loop("classifyRest", [0])}
return function classify(pixels, start, end, counts, at, classes) {
  const middle = end - ((end - start) & 3);
  const nodata = classifyPixels(pixels, start, middle, counts, at, classes, 0);
  if (middle === end) return nodata;
  return nodata + classifyRest(pixels, middle, end, counts, at, classes, middle - start);
};`;
}

/** The test whether `v` is nodata, as text; undefined where nothing is. */
function nodataTest(nodata: number | undefined): string | undefined {
  if (nodata === undefined) return undefined;
  return Number.isNaN(nodata) ? "v !== v" : `v === ${nodata}`;
}

function sharedLoop(fn: PixelFunction, nodata: number | undefined, nodataByte: number): Loop {
  const skipNaN = Number.isNaN(nodata);
  return (pixels, start, end, [counts], at, classes) => {
    let missing = 0;
    for (let i = start, o = 0; i < end; i++, o++) {
      const value = pixels[i] as number;
      let written = nodataByte;
      if (value === nodata || (skipNaN && Number.isNaN(value))) missing++;
      else {
        at.index = i;
        const returned = fn(value);
        written = returned | 0;
        if (written !== returned) written = -1;
        const count = counts[written];
        if (count !== undefined) counts[written] = count + 1;
      }
      if (classes !== undefined) classes[o] = written;
    }
    return missing;
  };
}
