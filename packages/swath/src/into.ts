import { InvalidOptionError } from "./errors.ts";
import type { DType, SharedView } from "./protocol/shared-view.ts";
import { sharedViewOf } from "./protocol/shared-view.ts";
import { type AnyTypedArray, dtypeOf, type TypedArrayOf } from "./shared/dtype.ts";
import { ArrayMismatchError, kindText } from "./shared/errors.ts";
import {
  type ArrayValue,
  arrayOfView,
  type ItemOf,
  type SharedArray,
} from "./shared/shared-array.ts";
import { sharedItems } from "./shared/shared-items.ts";
import { typedArrayOf } from "./shared/typed-view.ts";
import type { Source } from "./sources/source.ts";

/** Where `map` may write results: an array in shared memory. */
export type ResultArray = SharedArray | TypedArrayOf<DType>;

/** What a task may return for such an array. */
export type ResultValue = ArrayValue;

/** What a stream of such a job gives: an element, or a row as a view on the array. */
export type WrittenResult<A extends ResultArray> =
  A extends SharedArray<infer D, infer N>
    ? ItemOf<D, N>
    : A extends AnyTypedArray
      ? A[number]
      : never;

/**
 * The view of an array that results go into, one for each item.
 *
 * @throws InvalidOptionError if it is no array in shared memory, or the number of items is not
 *   known
 * @throws ArrayMismatchError if it has another length than the source
 */
export function intoView(into: unknown, source: Source<unknown>): SharedView {
  const view = sharedViewOf(into) ?? typedView(into);
  if (view === undefined) {
    const expected = "a SharedArray, or a typed array on a SharedArrayBuffer";
    throw new InvalidOptionError("into", expected, into);
  }
  if (source.length === undefined || (source.access === undefined && source.items === undefined)) {
    const hint = `. The number of items of this ${source.name} is not known before its end; collect them into an array first`;
    throw new InvalidOptionError("into", "absent", kindText(view), hint);
  }
  if (view.shape[0] === source.length) return view;
  const shape = [source.length, ...view.shape.slice(1)];
  const what = `\`into\` needs one place for each of the ${source.length} items`;
  throw new ArrayMismatchError(what, { dtype: view.dtype, shape }, kindText(view));
}

/** What has been written for the items `[start, end)`: elements, or rows as views. */
export function writtenResults(view: SharedView, start: number, end: number): unknown[] {
  if (view.shape.length === 1)
    return Array.from(typedArrayOf(view).subarray(start, end) as ArrayLike<unknown>);
  const rows = sharedItems({ kind: "shared", array: view, tile: undefined }, arrayOfView);
  return Array.from({ length: end - start }, (_, i) => rows.item(start + i));
}

function typedView(into: unknown): SharedView | undefined {
  const dtype = dtypeOf(into);
  if (dtype === undefined) return undefined;
  const { buffer, byteOffset, length } = into as AnyTypedArray;
  if (Object.prototype.toString.call(buffer) !== "[object SharedArrayBuffer]") return undefined;
  return {
    buffer: buffer as unknown as SharedArrayBuffer,
    dtype,
    byteOffset,
    shape: [length],
    strides: [1],
  };
}
