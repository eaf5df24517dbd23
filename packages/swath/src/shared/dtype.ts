import { InvalidOptionError } from "../errors.ts";
import type { DType } from "../protocol/shared-view.ts";

/** The typed array that holds elements of a {@link DType}, always in shared memory. */
export type TypedArrayOf<D extends DType> = {
  int8: Int8Array<SharedArrayBuffer>;
  uint8: Uint8Array<SharedArrayBuffer>;
  uint8_clamped: Uint8ClampedArray<SharedArrayBuffer>;
  int16: Int16Array<SharedArrayBuffer>;
  uint16: Uint16Array<SharedArrayBuffer>;
  int32: Int32Array<SharedArrayBuffer>;
  uint32: Uint32Array<SharedArrayBuffer>;
  int64: BigInt64Array<SharedArrayBuffer>;
  uint64: BigUint64Array<SharedArrayBuffer>;
  /** A `Float16Array`, which older type libraries do not know; it reads like this one. */
  float16: Float32Array<SharedArrayBuffer>;
  float32: Float32Array<SharedArrayBuffer>;
  float64: Float64Array<SharedArrayBuffer>;
}[D];

/** What one element of a {@link DType} is: bigints for the 64-bit integers. */
export type ElementOf<D extends DType> = D extends "int64" | "uint64" ? bigint : number;

/** Any of the language's typed arrays. */
export type AnyTypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** The {@link DType} of a typed array's elements. */
export type DTypeOf<T> = T extends Float64Array
  ? "float64"
  : T extends Float32Array
    ? "float32"
    : T extends Int8Array
      ? "int8"
      : T extends Uint8ClampedArray
        ? "uint8_clamped"
        : T extends Uint8Array
          ? "uint8"
          : T extends Int16Array
            ? "int16"
            : T extends Uint16Array
              ? "uint16"
              : T extends Int32Array
                ? "int32"
                : T extends Uint32Array
                  ? "uint32"
                  : T extends BigInt64Array
                    ? "int64"
                    : T extends BigUint64Array
                      ? "uint64"
                      : T extends { readonly dtype: infer D extends DType }
                        ? D
                        : T extends Nested<number>
                          ? "float64"
                          : T extends Nested<bigint>
                            ? "int64"
                            : DType;

type Nested<V> = readonly (V | Nested<V>)[];

/** Lengths of the axes of what an array is made from, as far as types know how many there are. */
export type ShapeOf<T> = T extends
  | { readonly ndim: 1 }
  | AnyTypedArray
  | readonly (number | bigint)[]
  ? readonly [number]
  : T extends { readonly ndim: 2 } | readonly (readonly (number | bigint)[])[]
    ? readonly [number, number]
    : T extends { readonly ndim: 3 } | readonly (readonly (readonly (number | bigint)[])[])[]
      ? readonly [number, number, number]
      : readonly number[];

interface TypedArrayClass {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  readonly prototype: object;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): AnyTypedArray;
}

/** By the number that stands for the dtype in a header: **never reorder, only add**. */
const NAMES = [
  "int8",
  "uint8",
  "uint8_clamped",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float16",
  "float32",
  "float64",
] as const satisfies readonly DType[];

const CLASSES: Readonly<Record<DType, TypedArrayClass | undefined>> = {
  int8: Int8Array,
  uint8: Uint8Array,
  uint8_clamped: Uint8ClampedArray,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float16: (globalThis as { readonly Float16Array?: TypedArrayClass }).Float16Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** All names that this runtime has an array for. */
export const DTYPES: readonly DType[] = NAMES.filter((name) => CLASSES[name] !== undefined);

/** @throws InvalidOptionError if `dtype` is none, or one that this runtime has no array for */
export function assertDType(name: string, dtype: unknown): asserts dtype is DType {
  if ((DTYPES as readonly unknown[]).includes(dtype)) return;
  const lacks = (NAMES as readonly unknown[]).includes(dtype);
  const hint = lacks ? `. Node ${process.versions.node} has no typed array for it` : "";
  const choices = DTYPES.map((known) => `"${known}"`).join(", ");
  throw new InvalidOptionError(name, `one of ${choices}`, dtype, hint);
}

/** The class of typed arrays that holds elements of a dtype. */
export function classOf(dtype: DType): TypedArrayClass {
  return CLASSES[dtype] as TypedArrayClass;
}

/** Bytes of an element. */
export function bytesOf(dtype: DType): number {
  return classOf(dtype).BYTES_PER_ELEMENT;
}

/** Whether elements are bigints. */
export function isBig(dtype: DType): boolean {
  return dtype === "int64" || dtype === "uint64";
}

/** The dtype of a typed array of any realm; undefined for everything else. */
export function dtypeOf(value: unknown): DType | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  // By tag: a Buffer is a Uint8Array here, and an array of another realm is one of its class.
  const tag: unknown = tagOf?.call(value);
  if (tag === undefined) return undefined;
  return NAMES.find((name) => CLASSES[name]?.name === tag);
}

const tagOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** The number that stands for a dtype in a header. */
export function codeOf(dtype: DType): number {
  return NAMES.indexOf(dtype) + 1;
}

/** The dtype of such a number, if this version knows it. */
export function dtypeOfCode(code: number): DType | undefined {
  return NAMES[code - 1];
}
