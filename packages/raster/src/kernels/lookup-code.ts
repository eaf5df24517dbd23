import {
  advance,
  assembleModule,
  type Code,
  i32Const,
  i32Load,
  i32Load8U,
  i32Load16U,
  i32Store,
  i32Store8,
  i64Const,
  i64Load,
  less,
  localGet,
  localSet,
  localTee,
  op,
  valueType,
  type WasmFunction,
  whileLoop,
} from "./wasm-assembler.ts";

/** Where in memory the look-up kernel finds and leaves things, in bytes. */
export interface LookupLayout {
  readonly bytesPerPixel: 1 | 2;
  /** 16-bit entries; the low byte is written, the whole entry is counted. */
  readonly tableOffset: number;
  /** {@link COUNTER_SETS} sets of {@link COUNTERS} 32-bit counters. */
  readonly countersOffset: number;
}

/** Entries are below this. */
export const COUNTERS = 1024;
/**
 * Pixels side by side mostly have the same class. Counting them in turn in four places keeps
 * each addition from waiting for the one before; more places gain nothing.
 */
export const COUNTER_SETS = 4;

// Parameters, then locals.
const SOURCE = 0;
const WIDTH = 1;
const HEIGHT = 2;
const STRIDE = 3;
const TARGET = 4;
const TARGET_STRIDE = 5;
const P = 6;
const ROW_END = 7;
const MAIN_END = 8;
const Q = 9;
const ENTRY = 10;
const COUNTER = 11;
const EIGHT_BYTES = 12;

/**
 * A WebAssembly module with `count` and `classify` as in the threshold kernels; both take all
 * six parameters. Each pixel's entry is looked up by the pixel's own bits and counted.
 */
export function lookupModule(layout: LookupLayout, maximumPages: number): Uint8Array<ArrayBuffer> {
  return assembleModule(
    [kernel("count", layout, false), kernel("classify", layout, true)],
    maximumPages,
  );
}

function kernel(name: string, layout: LookupLayout, write: boolean): WasmFunction {
  const { i32, i64 } = valueType;
  return {
    name,
    parameters: 6,
    locals: [i32, i32, i32, i32, i32, i32, i64],
    body: whileLoop(localGet(HEIGHT), row(layout, write)),
  };
}

function row(layout: LookupLayout, write: boolean): Code {
  const { bytesPerPixel } = layout;
  return [
    localGet(SOURCE),
    localTee(P),
    localGet(WIDTH),
    i32Const(bytesPerPixel),
    op.i32Mul,
    op.i32Add,
    localSet(ROW_END),
    localGet(P),
    localGet(ROW_END),
    localGet(P),
    op.i32Sub,
    i32Const(-8),
    op.i32And,
    op.i32Add,
    localSet(MAIN_END),
    localGet(TARGET),
    localSet(Q),
    whileLoop(less(P, MAIN_END), eightBytes(layout, write)),
    whileLoop(less(P, ROW_END), onePixel(layout, write)),
    advance(SOURCE, localGet(STRIDE)),
    advance(TARGET, localGet(TARGET_STRIDE)),
    advance(HEIGHT, i32Const(-1)),
  ];
}

/** The pixels of 8 bytes, loaded at once. */
function eightBytes(layout: LookupLayout, write: boolean): Code {
  const { bytesPerPixel } = layout;
  const pixels = 8 / bytesPerPixel;
  const all = Array.from({ length: pixels }, (_, k) => [
    localGet(EIGHT_BYTES),
    entryAddress(k, bytesPerPixel),
    useEntry(layout, k, write),
  ]);
  return [
    localGet(P),
    i64Load(0),
    localSet(EIGHT_BYTES),
    all.flat(),
    advance(P, i32Const(8)),
    advance(Q, i32Const(pixels)),
  ];
}

/** Twice the value of pixel `k`: one shift does for taking it out and for scaling it. */
function entryAddress(k: number, bytesPerPixel: 1 | 2): Code {
  const mask = i32Const(bytesPerPixel === 1 ? 0x1fe : 0x1fffe);
  if (k === 0) return [op.i32WrapI64, i32Const(1), op.i32Shl, mask, op.i32And];
  const shift = 8 * bytesPerPixel * k - 1;
  return [i64Const(shift), op.i64ShrU, op.i32WrapI64, mask, op.i32And];
}

function onePixel(layout: LookupLayout, write: boolean): Code {
  const { bytesPerPixel } = layout;
  return [
    localGet(P),
    bytesPerPixel === 1 ? i32Load8U(0) : i32Load16U(0),
    i32Const(1),
    op.i32Shl,
    useEntry(layout, 0, write),
    advance(P, i32Const(bytesPerPixel)),
    advance(Q, i32Const(1)),
  ];
}

/** Takes the address of an entry from the stack, counts the entry and writes its low byte. */
function useEntry(layout: LookupLayout, k: number, write: boolean): Code {
  const counter = layout.countersOffset + 4 * COUNTERS * (k % COUNTER_SETS);
  return [
    i32Load16U(layout.tableOffset),
    localSet(ENTRY),
    write ? [localGet(Q), localGet(ENTRY), i32Store8(k)] : [],
    localGet(ENTRY),
    i32Const(2),
    op.i32Shl,
    localTee(COUNTER),
    localGet(COUNTER),
    i32Load(counter),
    i32Const(1),
    op.i32Add,
    i32Store(counter),
  ];
}
