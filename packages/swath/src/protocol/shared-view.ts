/** Names of the kinds of numbers that an array may hold, as NumPy and Zarr call them. */
export type DType =
  | "int8"
  | "uint8"
  /** Written values are held within 0 and 255, as in pictures. */
  | "uint8_clamped"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  /** Where the runtime has `Float16Array`. */
  | "float16"
  | "float32"
  | "float64";

/**
 * An array of numbers in shared memory as plain data: crosses threads as it is, the memory
 * itself is never copied.
 */
export interface SharedView {
  readonly buffer: SharedArrayBuffer;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Elements from one index to the next, for each axis; 1 for the last. */
  readonly strides: readonly number[];
  /** Where in `buffer` the first element lies. */
  readonly byteOffset: number;
}

/** Brand of shared arrays, whose value is their view; all copies of this package share it. */
export const SHARED_VIEW: unique symbol = Symbol.for("swath.shared-view/1") as never;

/** The view of a shared array; undefined for everything else. Never throws. */
export function sharedViewOf(value: unknown): SharedView | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return (value as { readonly [SHARED_VIEW]?: SharedView })[SHARED_VIEW];
  } catch {
    return undefined;
  }
}

/** Brand of the class of shared arrays, shared as {@link SHARED_VIEW} is. */
export const SHARED_CLASS: unique symbol = Symbol.for("swath.shared-array/1") as never;

/** Whether a function is the class of shared arrays, of whichever copy of this package. */
export function isSharedClass(value: object): boolean {
  return Object.hasOwn(value, SHARED_CLASS);
}
