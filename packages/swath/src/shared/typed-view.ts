import { constants } from "node:buffer";
import type { SharedView } from "../protocol/shared-view.ts";
import { type AnyTypedArray, bytesOf, classOf } from "./dtype.ts";
import { ArrayRangeError, ArrayViewError } from "./errors.ts";
import { isContiguous, sizeOf, spanOf } from "./shape.ts";

/** Elements that one typed array may have: 2³² on Node 20, more than any memory on later ones. */
const MAX_ELEMENTS = constants.MAX_LENGTH;

/** What is left of a view at an index of its first axis. */
export function viewAt(view: SharedView, index: number): SharedView {
  const { buffer, dtype, shape, strides, byteOffset } = view;
  const length = shape[0] as number;
  if (!(Number.isInteger(index) && index >= 0 && index < length)) {
    throw new ArrayRangeError(index, 0, shape);
  }
  return {
    buffer,
    dtype,
    shape: shape.slice(1),
    strides: strides.slice(1),
    byteOffset: byteOffset + index * (strides[0] as number) * bytesOf(dtype),
  };
}

/**
 * All elements of a view as a typed array on the same memory.
 *
 * @throws ArrayViewError if there are gaps between them, or more than a typed array may have
 */
export function typedArrayOf({
  buffer,
  dtype,
  shape,
  strides,
  byteOffset,
}: SharedView): AnyTypedArray {
  const size = sizeOf(shape);
  if (!isContiguous(shape, strides)) {
    throw new ArrayViewError(size, "this is a part of an array, with gaps between its rows");
  }
  assertOneView(size, size);
  return new (classOf(dtype))(buffer, byteOffset, size);
}

/** As {@link typedArrayOf}, with what lies between its rows; undefined if that is too much. */
export function spanArrayOf(view: SharedView): AnyTypedArray | undefined {
  const { buffer, dtype, shape, strides, byteOffset } = view;
  const span = spanOf(shape, strides);
  if (span > MAX_ELEMENTS) return undefined;
  return new (classOf(dtype))(buffer, byteOffset, span);
}

function assertOneView(span: number, size: number): void {
  if (span <= MAX_ELEMENTS) return;
  const limit = `a typed array of Node ${process.versions.node} has at most ${MAX_ELEMENTS}`;
  throw new ArrayViewError(size, limit);
}
