import { assertInteger } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";
import type { SharedView } from "../protocol/shared-view.ts";
import { bytesOf } from "./dtype.ts";
import { ArrayRangeError } from "./errors.ts";
import { readBuffer } from "./layout.ts";

/** `[start, end)` of an axis; undefined for all of it. */
export type AxisRange = readonly [start: number, end: number] | undefined;

/**
 * The part of a view that lies within a range for each axis.
 *
 * @throws ArrayRangeError for a range that is not in the array
 */
export function partOf(view: SharedView, ranges: readonly AxisRange[]): SharedView {
  const { shape, strides, dtype, byteOffset, buffer } = view;
  let first = 0;
  const lengths = shape.map((length, axis) => {
    const range: unknown = ranges[axis] ?? [0, length];
    if (!Array.isArray(range) || range.length !== 2) {
      const hint = ". For rows `start` to `end` use subarray(start, end)";
      throw new InvalidOptionError(`ranges[${axis}]`, "[start, end) of the axis", range, hint);
    }
    const [start, end] = range as [number, number];
    assertInteger(`ranges[${axis}]`, start);
    assertInteger(`ranges[${axis}]`, end);
    if (start < 0 || start > length) {
      throw new ArrayRangeError(start, axis, shape, { what: "Start", from: 0 });
    }
    if (end < start || end > length) {
      throw new ArrayRangeError(end, axis, shape, { what: "End", from: start });
    }
    first += start * (strides[axis] as number);
    return end - start;
  });
  // Nothing lies beyond the end, not even an empty part.
  const at = lengths.includes(0) ? byteOffset : byteOffset + first * bytesOf(dtype);
  return { buffer, dtype, shape: lengths, strides, byteOffset: at };
}

/** Where the first element of a view stands in the whole array of its buffer. */
export function originOf({ buffer, dtype, byteOffset }: SharedView): readonly number[] {
  const whole = readBuffer(buffer);
  let rest = (byteOffset - whole.byteOffset) / bytesOf(dtype);
  return whole.strides.map((stride) => {
    const index = stride === 0 ? 0 : Math.floor(rest / stride);
    rest -= index * stride;
    return index;
  });
}
