import { isDetached } from "../assert.ts";
import { describeValue } from "../errors.ts";
import { type SharedView, sharedViewOf } from "../protocol/shared-view.ts";
import { type AnyTypedArray, bytesOf, dtypeOf, isBig } from "./dtype.ts";
import { ArrayMismatchError, kindText } from "./errors.ts";
import { isContiguous, isShape, sizeOf } from "./shape.ts";
import { typedArrayOf, viewAt } from "./typed-view.ts";

/** A typed array whose elements are written without asking what they are. */
type Writable = AnyTypedArray & { set(values: ArrayLike<never>): void } & Record<
    number,
    number | bigint
  >;

/**
 * Writes a value into the elements of a view: a number into a view of no axes; else a typed
 * array (for several axes with all elements, the last axis fastest), an array (of arrays) or a
 * shared array of the same shape. Numbers become elements as in any typed array.
 *
 * @param what what is written, for the message
 * @throws ArrayMismatchError if it does not fit; what came before the fault stays written
 */
export function writeTo(view: SharedView, value: unknown, what: string): void {
  const { dtype, shape } = view;
  if (shape.length === 0) {
    if (!isElement(value, isBig(dtype))) throw mismatch(view, value, what);
    (typedArrayOf(view) as Writable)[0] = value as number;
    return;
  }
  const shared = sharedViewOf(value);
  if (shared !== undefined) return writeShared(view, shared, what);
  const source = dtypeOf(value);
  if (source !== undefined) return writeTyped(view, value as AnyTypedArray, what);
  if (!Array.isArray(value) || value.length !== shape[0]) throw mismatch(view, value, what);
  if (shape.length === 1) return writeList(view, value, what);
  value.forEach((row, i) => writeTo(viewAt(view, i), row, `${what}[${i}]`));
}

/** Whether a value may be an element: a number, or a bigint where elements are. */
export function isElement(value: unknown, big: boolean): boolean {
  return typeof value === (big ? "bigint" : "number");
}

/** What does not fit into an array that holds what `view` says. */
export function mismatch(
  { dtype, shape }: Pick<SharedView, "dtype" | "shape">,
  value: unknown,
  what: string,
): ArrayMismatchError {
  if (shape.length === 0) {
    const kind = isBig(dtype) ? "a bigint" : "a number";
    return new ArrayMismatchError(
      `Cannot write ${what}`,
      { dtype, shape },
      describeValue(value),
      `. An element of ${dtype} is ${kind}`,
    );
  }
  const axes = shape.length === 1 ? "" : ` of ${shape.length} axes`;
  const hint = `. Give a typed array, array or SharedArray${axes} with ${sizeOf(shape)} elements`;
  return new ArrayMismatchError(`Cannot write ${what}`, { dtype, shape }, textOf(value), hint);
}

function textOf(value: unknown): string {
  const shared = sharedViewOf(value);
  if (shared !== undefined) return `a SharedArray ${kindText(shared)}`;
  const dtype = dtypeOf(value);
  if (dtype !== undefined) {
    const { length, buffer } = value as AnyTypedArray;
    const moved = isDetached(buffer) ? ", detached: its memory was moved to another thread" : "";
    return `${dtype} [${length}]${moved}`;
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return describeValue(value);
}

function writeShared(view: SharedView, source: SharedView, what: string): void {
  if (!isShape(source.shape, view.shape) || isBig(source.dtype) !== isBig(view.dtype)) {
    const got = `a SharedArray ${kindText(source)}`;
    throw new ArrayMismatchError(`Cannot write ${what}`, view, got);
  }
  if (source.buffer === view.buffer && isSamePlace(source, view)) return;
  const isDense = isContiguous(source.shape, source.strides);
  if (isDense && isContiguous(view.shape, view.strides)) {
    const from = typedArrayOf(source) as Writable;
    return (typedArrayOf(view) as Writable).set(from as never);
  }
  for (let i = 0; i < (view.shape[0] as number); i++) {
    writeShared(viewAt(view, i), viewAt(source, i), what);
  }
}

function isSamePlace(a: SharedView, b: SharedView): boolean {
  return a.byteOffset === b.byteOffset && a.dtype === b.dtype && isShape(a.strides, b.strides);
}

function writeTyped(view: SharedView, values: AnyTypedArray, what: string): void {
  const { dtype, shape, strides } = view;
  const isOther = isBig(dtypeOf(values) ?? dtype) !== isBig(dtype);
  if (isOther || values.length !== sizeOf(shape)) throw mismatch(view, values, what);
  if (!isContiguous(shape, strides)) {
    const rowLength = sizeOf(shape.slice(1));
    for (let i = 0; i < (shape[0] as number); i++) {
      const row = values.subarray(i * rowLength, (i + 1) * rowLength);
      writeTyped(viewAt(view, i), row as AnyTypedArray, what);
    }
    return;
  }
  // A task that has written into the row itself may give it back.
  const isItself =
    values.buffer === view.buffer &&
    values.byteOffset === view.byteOffset &&
    values.byteLength === sizeOf(shape) * bytesOf(dtype);
  if (!isItself) (typedArrayOf(view) as Writable).set(values as never);
}

function writeList(view: SharedView, values: readonly unknown[], what: string): void {
  const target = typedArrayOf(view) as Writable;
  const big = isBig(view.dtype);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!isElement(value, big)) {
      throw mismatch({ dtype: view.dtype, shape: [] }, value, `${what}[${i}]`);
    }
    target[i] = value as number;
  }
}

/** Writes one element into all. */
export function fillView(view: SharedView, value: unknown): void {
  const span = view.shape.length === 1 ? typedArrayOf(view) : undefined;
  if (span !== undefined) return void (span as { fill(value: unknown): unknown }).fill(value);
  for (let i = 0; i < (view.shape[0] as number); i++) fillView(viewAt(view, i), value);
}
