/** WebAssembly instructions as bytes, in the order of the leaves: lists of code are code, so
 * that putting pieces together copies nothing. */
export type Code = number | readonly Code[];

/** The opcodes that the kernels use; numbers from the WebAssembly core specification 2.0. */
export const op = {
  end: [0x0b],
  i32LtU: [0x49],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32Mul: [0x6c],
  i32And: [0x71],
  i32Shl: [0x74],
  i64ShrU: [0x88],
  i32WrapI64: [0xa7],
  select: [0x1b],
  i8x16Splat: simd(0x0f),
  i8x16Eq: simd(0x23),
  i8x16GtS: simd(0x27),
  i16x8Eq: simd(0x2d),
  i16x8GtS: simd(0x31),
  i32x4Eq: simd(0x37),
  i32x4GtS: simd(0x3b),
  f32x4Eq: simd(0x41),
  f32x4Ge: simd(0x46),
  f64x2Eq: simd(0x47),
  f64x2Ge: simd(0x4c),
  v128And: simd(0x4e),
  v128Xor: simd(0x51),
  i8x16NarrowI16x8U: simd(0x66),
  i8x16Add: simd(0x6e),
  i8x16Sub: simd(0x71),
  i16x8ExtaddPairwiseI8x16U: simd(0x7d),
  i32x4ExtaddPairwiseI16x8U: simd(0x7f),
  i16x8NarrowI32x4S: simd(0x85),
  i16x8Add: simd(0x8e),
  i16x8Sub: simd(0x91),
  i32x4Add: simd(0xae),
  i32x4Sub: simd(0xb1),
  i64x2Add: simd(0xce),
  i64x2Sub: simd(0xd1),
} as const satisfies Record<string, Code>;

export const valueType = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_TYPE = 0x60;
const VOID_BLOCK = 0x40;
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;

/** A function of i32 parameters and no result. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Types of the locals that follow the parameters. */
  readonly locals: readonly number[];
  readonly body: Code;
}

/**
 * The bytes of a module that imports one memory as `env.memory` and exports `functions`.
 *
 * @param maximumPages must be at least the maximum of the memory that is given, in 64 KiB
 * @see https://webassembly.github.io/spec/core/binary/modules.html
 */
export function assembleModule(
  functions: readonly WasmFunction[],
  maximumPages: number,
): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [
    FUNCTION_TYPE,
    list(Array.from({ length: f.parameters }, () => valueType.i32)),
    0,
  ]);
  const memory = [text("env"), text("memory"), 0x02, 0x01, unsigned(0), unsigned(maximumPages)];
  return Uint8Array.from(
    flatten([
      MAGIC_AND_VERSION,
      section(SECTION.type, list(types)),
      section(SECTION.import, list([memory])),
      section(SECTION.function, list(functions.map((_, i) => unsigned(i)))),
      section(SECTION.export, list(functions.map((f, i) => [text(f.name), 0, unsigned(i)]))),
      section(SECTION.code, list(functions.map(functionCode))),
    ]),
  );
}

export function i32Const(value: number): Code {
  return [0x41, signed(value)];
}

/** @param value from 0 to 63 */
export function i64Const(value: number): Code {
  return [0x42, value];
}

/** A vector constant of 16 bytes. */
export function v128Const(bytes: Uint8Array): Code {
  return [simd(0x0c), [...bytes]];
}

export function localGet(index: number): Code {
  return [0x20, unsigned(index)];
}

export function localSet(index: number): Code {
  return [0x21, unsigned(index)];
}

/** Sets the local and keeps the value on the stack. */
export function localTee(index: number): Code {
  return [0x22, unsigned(index)];
}

/** Loads 16 bytes from any address. */
export function v128Load(offset: number): Code {
  return [simd(0x00), 0, unsigned(offset)];
}

/** Stores 16 bytes at any address. */
export function v128Store(offset: number): Code {
  return [simd(0x0b), 0, unsigned(offset)];
}

export function i32Load(offset: number): Code {
  return [0x28, 0, unsigned(offset)];
}

export function i64Load(offset: number): Code {
  return [0x29, 0, unsigned(offset)];
}

export function i32Load16U(offset: number): Code {
  return [0x2f, 0, unsigned(offset)];
}

export function i32Store(offset: number): Code {
  return [0x36, 0, unsigned(offset)];
}

export function i32Load8U(offset: number): Code {
  return [0x2d, 0, unsigned(offset)];
}

export function i32Store8(offset: number): Code {
  return [0x3a, 0, unsigned(offset)];
}

/** The even 32-bit words of two vectors, side by side. */
export const evenWords: Code = [
  simd(0x0d),
  [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27],
];

/** `body` as long as `condition` (an i32) holds, tested first. */
export function whileLoop(condition: Code, body: Code): Code {
  const again = [condition, 0x04, VOID_BLOCK, body, 0x0c, unsigned(1), op.end];
  return [0x03, VOID_BLOCK, again, op.end];
}

/** `body` once, and again as long as `condition` (an i32) holds. */
export function doWhileLoop(body: Code, condition: Code): Code {
  return [0x03, VOID_BLOCK, body, condition, 0x0d, unsigned(0), op.end];
}

/** Whether one local is below another, both unsigned. */
export function less(a: number, b: number): Code {
  return [localGet(a), localGet(b), op.i32LtU];
}

/** Adds `by` (an i32) to a local. */
export function advance(local: number, by: Code): Code {
  return [localGet(local), by, op.i32Add, localSet(local)];
}

function simd(opcode: number): Code {
  return [0xfd, unsigned(opcode)];
}

function functionCode(f: WasmFunction): Code {
  const locals = list(f.locals.map((type) => [unsigned(1), type]));
  return sized([locals, f.body, op.end]);
}

function section(id: number, content: Code): Code {
  return [id, sized(content)];
}

/** Code after its length in bytes. */
function sized(code: Code): Code {
  const bytes = flatten(code);
  return [unsigned(bytes.length), bytes];
}

function flatten(code: Code, into: number[] = []): number[] {
  if (typeof code === "number") into.push(code);
  else for (const part of code) flatten(part, into);
  return into;
}

function list(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

function text(value: string): Code {
  return [unsigned(value.length), [...new TextEncoder().encode(value)]];
}

/** LEB128 of an integer from 0 to 2^32 - 1. */
function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** LEB128 of a signed 32-bit integer. */
function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
  return bytes;
}
