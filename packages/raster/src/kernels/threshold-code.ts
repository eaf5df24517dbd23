import { BYTES_PER_PIXEL, type DType, pixelView } from "../dtype.ts";
import {
  advance,
  assembleModule,
  type Code,
  doWhileLoop,
  evenWords,
  i32Const,
  i32Load8U,
  i32Store8,
  less,
  localGet,
  localSet,
  localTee,
  op,
  v128Const,
  v128Load,
  v128Store,
  valueType,
  type WasmFunction,
  whileLoop,
} from "./wasm-assembler.ts";

/** What a SIMD kernel compares pixels with. */
export interface Thresholds {
  readonly dtype: DType;
  /** Written for pixels that pass no test. */
  readonly byte: number;
  readonly tests: readonly Test[];
}

/** How a pixel is compared: whether it is at least the value, or the value itself. */
export type Comparison = "reaches" | "equals";

/** A comparison of all pixels with one value. */
export interface Test {
  readonly comparison: Comparison;
  /** A pixel value of the type; one that is to be reached is never the smallest integer. */
  readonly value: number;
  /** Added to what is written for the pixels that pass. */
  readonly step: number;
}

/** What one vector of 16 bytes holds, and how it is computed with. */
interface Lanes {
  /** The lanes as numbers of a typed array; classes and constants are laid out so. */
  readonly integers: "int8" | "int16" | "int32" | "int64";
  /** Mask of the lanes that reach a constant, and of those that equal it. */
  readonly reaches: Code;
  readonly equals: Code;
  readonly add: Code;
  readonly sub: Code;
  /** How often a lane can count up; Infinity where no call has so many pixels. */
  readonly capacity: number;
  /** Sums of neighbouring lanes as 32-bit lanes. */
  readonly widen: Code;
}

const INT8: Lanes = {
  integers: "int8",
  reaches: op.i8x16GtS,
  equals: op.i8x16Eq,
  add: op.i8x16Add,
  sub: op.i8x16Sub,
  capacity: 255,
  widen: [op.i16x8ExtaddPairwiseI8x16U, op.i32x4ExtaddPairwiseI16x8U],
};
const INT16: Lanes = {
  integers: "int16",
  reaches: op.i16x8GtS,
  equals: op.i16x8Eq,
  add: op.i16x8Add,
  sub: op.i16x8Sub,
  capacity: 65_535,
  widen: op.i32x4ExtaddPairwiseI16x8U,
};
const INT32: Lanes = {
  integers: "int32",
  reaches: op.i32x4GtS,
  equals: op.i32x4Eq,
  add: op.i32x4Add,
  sub: op.i32x4Sub,
  capacity: Number.POSITIVE_INFINITY,
  widen: [],
};
const LANES: Readonly<Record<DType, Lanes>> = {
  uint8: INT8,
  int8: INT8,
  uint16: INT16,
  int16: INT16,
  uint32: INT32,
  int32: INT32,
  float32: { ...INT32, reaches: op.f32x4Ge, equals: op.f32x4Eq },
  float64: {
    ...INT32,
    integers: "int64",
    reaches: op.f64x2Ge,
    equals: op.f64x2Eq,
    add: op.i64x2Add,
    sub: op.i64x2Sub,
  },
};

/** Added to unsigned lanes, because SSE compares only signed ones. */
const SIGN_FLIP: Readonly<Partial<Record<DType, number>>> = {
  uint8: -0x80,
  uint16: -0x8000,
  uint32: -0x80000000,
};

/** Where a call leaves its counts: 16 bytes per test, whose four 32-bit words add up to the
 * number of pixels that pass it. */
export const RESULTS_OFFSET = 64;
/** Where the classes of a row's last pixels are put before they are copied one by one. */
const LAST_CLASSES_OFFSET = 0;
/** Vectors per turn of the counting loop: halves the loop's own share. */
const COUNT_UNROLL = 2;
/**
 * Tests that the counting loop makes at a time: their counters and constants must fit the 16
 * vector registers of x86. With more, each piece of {@link PASS_BYTES} is gone through again.
 */
const TESTS_PER_PASS = 5;
/** Stays in the first-level cache from pass to pass. */
const PASS_BYTES = 16_384;
const LANE_NUMBERS = Uint8Array.from({ length: 16 }, (_, i) => i);

/**
 * A WebAssembly module with one kernel for a list of thresholds, constants in line:
 *
 * - `count(source, width, height, stride)` leaves the number of pixels that pass each test
 *   at {@link RESULTS_OFFSET}
 * - `classify(source, width, height, stride, target, targetStride)` does the same and writes
 *   one byte per pixel
 *
 * Widths are in pixels, the rest in bytes. Both compare a vector of pixels with every value:
 * a mask is -1 where a pixel passes, so subtracting masks counts, and the written byte is
 * the first byte plus the steps, each under its mask. A NaN passes no test.
 */
export function thresholdModule(
  name: "count" | "classify",
  thresholds: Thresholds,
  maximumPages: number,
): Uint8Array<ArrayBuffer> {
  const generator = new Generator(thresholds, name === "classify");
  return assembleModule([generator.generate(name)], maximumPages);
}

/** Some of the tests, by index. */
interface TestRange {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

const ALL_TESTS: TestRange = { from: 0, to: Number.POSITIVE_INFINITY };

class Generator {
  readonly #thresholds: Thresholds;
  readonly #write: boolean;
  readonly #lanes: Lanes;
  /** Vectors per turn: as many as give 16 bytes of classes. */
  readonly #vectors: number;
  readonly #locals: number[] = [];
  readonly #parameters: number;
  readonly #source = 0;
  readonly #width = 1;
  readonly #height = 2;
  readonly #stride = 3;
  readonly #target = 4;
  readonly #targetStride = 5;
  readonly #p: number;
  readonly #rowEnd: number;
  readonly #mainEnd: number;
  readonly #chunkStart: number;
  readonly #chunkEnd: number;
  readonly #q: number;
  readonly #i: number;
  readonly #pixels: number;
  readonly #mask: number;
  readonly #inRow: number;
  readonly #counts: readonly number[];
  readonly #totals: readonly number[];
  readonly #classes: readonly number[];

  constructor(thresholds: Thresholds, write: boolean) {
    this.#thresholds = thresholds;
    this.#write = write;
    this.#lanes = LANES[thresholds.dtype];
    this.#vectors = write ? BYTES_PER_PIXEL[thresholds.dtype] : COUNT_UNROLL;
    this.#parameters = write ? 6 : 4;
    this.#p = this.#local(valueType.i32);
    this.#rowEnd = this.#local(valueType.i32);
    this.#mainEnd = this.#local(valueType.i32);
    this.#chunkStart = this.#local(valueType.i32);
    this.#chunkEnd = this.#local(valueType.i32);
    this.#q = this.#local(valueType.i32);
    this.#i = this.#local(valueType.i32);
    this.#pixels = this.#local(valueType.v128);
    this.#mask = this.#local(valueType.v128);
    this.#inRow = this.#local(valueType.v128);
    this.#counts = thresholds.tests.map(() => this.#local(valueType.v128));
    const widens = this.#lanes.capacity !== Number.POSITIVE_INFINITY;
    this.#totals = widens ? this.#counts.map(() => this.#local(valueType.v128)) : this.#counts;
    this.#classes = Array.from({ length: this.#vectors }, () => this.#local(valueType.v128));
  }

  generate(name: string): WasmFunction {
    const body = [
      whileLoop(localGet(this.#height), this.#row()),
      this.#totals.map((total, j) => [
        i32Const(0),
        localGet(total),
        v128Store(RESULTS_OFFSET + 16 * j),
      ]),
    ];
    return { name, parameters: this.#parameters, locals: this.#locals, body };
  }

  #row(): Code {
    const turnBytes = 16 * this.#vectors;
    return [
      localGet(this.#source),
      localTee(this.#p),
      localGet(this.#width),
      i32Const(BYTES_PER_PIXEL[this.#thresholds.dtype]),
      op.i32Mul,
      op.i32Add,
      localSet(this.#rowEnd),
      localGet(this.#p),
      localGet(this.#rowEnd),
      localGet(this.#p),
      op.i32Sub,
      i32Const(-turnBytes),
      op.i32And,
      op.i32Add,
      localSet(this.#mainEnd),
      this.#write ? [localGet(this.#target), localSet(this.#q)] : [],
      whileLoop(less(this.#p, this.#mainEnd), this.#chunk(turnBytes)),
      whileLoop(less(this.#p, this.#rowEnd), this.#lastPixels()),
      advance(this.#source, localGet(this.#stride)),
      this.#write ? advance(this.#target, localGet(this.#targetStride)) : [],
      advance(this.#height, i32Const(-1)),
    ];
  }

  /** As many turns as the lanes can count, then their sums go to the totals. */
  #chunk(turnBytes: number): Code {
    const tests = this.#thresholds.tests.length;
    const passes = this.#write ? 1 : Math.max(1, Math.ceil(tests / TESTS_PER_PASS));
    const perPass = Math.ceil(tests / passes);
    return [
      this.#setChunkEnd(turnBytes, passes),
      localGet(this.#p),
      localSet(this.#chunkStart),
      Array.from({ length: passes }, (_, pass) => [
        localGet(this.#chunkStart),
        localSet(this.#p),
        this.#turns(turnBytes, { from: pass * perPass, to: (pass + 1) * perPass }),
      ]),
      this.#flush(),
    ];
  }

  /** The turns of a chunk, for some of the tests. */
  #turns(turnBytes: number, tests: TestRange): Code {
    const turn = [
      this.#turn(false, tests),
      this.#write ? [localGet(this.#q), this.#packClasses(), v128Store(0)] : [],
      advance(this.#p, i32Const(turnBytes)),
      this.#write ? advance(this.#q, i32Const(16)) : [],
    ];
    return doWhileLoop(turn, less(this.#p, this.#chunkEnd));
  }

  #setChunkEnd(turnBytes: number, passes: number): Code {
    const capacity = this.#lanes.capacity / this.#vectors;
    const most = passes === 1 ? Number.POSITIVE_INFINITY : PASS_BYTES / turnBytes;
    if (Math.min(capacity, most) === Number.POSITIVE_INFINITY) {
      return [localGet(this.#mainEnd), localSet(this.#chunkEnd)];
    }
    const chunkBytes = Math.floor(Math.min(capacity, most)) * turnBytes;
    const left = [localGet(this.#mainEnd), localGet(this.#p), op.i32Sub];
    return [
      localGet(this.#p),
      left,
      i32Const(chunkBytes),
      left,
      i32Const(chunkBytes),
      op.i32LtU,
      op.select,
      op.i32Add,
      localSet(this.#chunkEnd),
    ];
  }

  /** The pixels of a row that do not fill a turn: counted under a mask, written one by one. */
  #lastPixels(): Code {
    const copyByte = [
      localGet(this.#q),
      localGet(this.#i),
      i32Load8U(LAST_CLASSES_OFFSET),
      i32Store8(0),
      advance(this.#q, i32Const(1)),
      advance(this.#i, i32Const(1)),
      advance(this.#p, i32Const(BYTES_PER_PIXEL[this.#thresholds.dtype])),
    ];
    const write = [
      i32Const(0),
      this.#packClasses(),
      v128Store(LAST_CLASSES_OFFSET),
      i32Const(0),
      localSet(this.#i),
      doWhileLoop(copyByte, less(this.#p, this.#rowEnd)),
    ];
    const skip = [localGet(this.#rowEnd), localSet(this.#p)];
    return [this.#turn(true, ALL_TESTS), this.#write ? write : skip, this.#flush()];
  }

  #turn(partial: boolean, tests: TestRange): Code {
    return Array.from({ length: this.#vectors }, (_, m) => this.#vector(m, partial, tests));
  }

  #vector(m: number, partial: boolean, { from, to }: TestRange): Code {
    const { dtype, tests, byte } = this.#thresholds;
    const flip = SIGN_FLIP[dtype];
    const first = [this.#splat(byte), localSet(this.#classes[m] as number)];
    return [
      this.#write ? first : [],
      partial ? this.#setInRow(m) : [],
      localGet(this.#p),
      v128Load(16 * m),
      flip === undefined ? [] : [this.#splat(flip), op.v128Xor],
      localSet(this.#pixels),
      tests.slice(from, to).map((_, j) => this.#compare(m, from + j, partial)),
    ];
  }

  /** Makes one test of the pixels at hand, counts, and steps their classes. */
  #compare(m: number, j: number, partial: boolean): Code {
    const { dtype, tests } = this.#thresholds;
    const { comparison, value, step } = tests[j] as Test;
    const isFloat = dtype === "float32" || dtype === "float64";
    // Integers reach a value that are greater than the one before it.
    const least = comparison === "reaches" ? value - 1 : value;
    const flip = SIGN_FLIP[dtype] ?? 0;
    const classes = this.#classes[m] as number;
    const count = this.#counts[j] as number;
    return [
      localGet(this.#pixels),
      isFloat ? floatConstant(dtype, value) : this.#splat(least + flip),
      this.#lanes[comparison],
      partial ? [localGet(this.#inRow), op.v128And] : [],
      localSet(this.#mask),
      localGet(count),
      localGet(this.#mask),
      this.#lanes.sub,
      localSet(count),
      this.#write ? [localGet(classes), this.#stepClasses(step), localSet(classes)] : [],
    ];
  }

  #stepClasses(step: number): Code {
    const mask = localGet(this.#mask);
    if (step === 0) return [];
    if (step === 1) return [mask, this.#lanes.sub];
    if (step === -1) return [mask, this.#lanes.add];
    return [mask, this.#splat(step), op.v128And, this.#lanes.add];
  }

  /** Lanes of vector `m` that still belong to the row. */
  #setInRow(m: number): Code {
    return [
      localGet(this.#rowEnd),
      localGet(this.#p),
      op.i32Sub,
      i32Const(-16 * m),
      op.i32Add,
      op.i8x16Splat,
      v128Const(LANE_NUMBERS),
      op.i8x16GtS,
      localSet(this.#inRow),
    ];
  }

  /** 16 classes, one byte each, from the vectors of a turn. */
  #packClasses(): Code {
    let vectors: readonly Code[] = this.#classes.map((local) => localGet(local));
    const pack = (instruction: Code): void => {
      vectors = pairs(vectors).map(([a, b]) => [a, b, instruction]);
    };
    if (this.#lanes.integers === "int64") pack(evenWords);
    if (vectors.length === 4) pack(op.i16x8NarrowI32x4S);
    if (vectors.length === 2) pack(op.i8x16NarrowI16x8U);
    return vectors[0] as Code;
  }

  #flush(): Code {
    if (this.#totals === this.#counts) return [];
    const zero = v128Const(new Uint8Array(16));
    return this.#counts.map((count, j) => [
      localGet(this.#totals[j] as number),
      localGet(count),
      this.#lanes.widen,
      op.i32x4Add,
      localSet(this.#totals[j] as number),
      zero,
      localSet(count),
    ]);
  }

  #splat(value: number): Code {
    const bytes = new Uint8Array(16);
    if (this.#lanes.integers === "int64") new BigInt64Array(bytes.buffer).fill(BigInt(value));
    else {
      const lanes = 16 / BYTES_PER_PIXEL[this.#lanes.integers];
      pixelView(this.#lanes.integers, bytes.buffer, 0, lanes).fill(value);
    }
    return v128Const(bytes);
  }

  #local(type: number): number {
    this.#locals.push(type);
    return this.#parameters + this.#locals.length - 1;
  }
}

function floatConstant(dtype: "float32" | "float64", value: number): Code {
  const bytes = new Uint8Array(16);
  pixelView(dtype, bytes.buffer, 0, 16 / BYTES_PER_PIXEL[dtype]).fill(value);
  return v128Const(bytes);
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return Array.from({ length: items.length / 2 }, (_, i) => [
    items[2 * i] as T,
    items[2 * i + 1] as T,
  ]);
}
