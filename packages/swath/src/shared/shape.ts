import { assertInteger } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Strides of elements that lie one after the other, the last axis fastest. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}

/** Elements from the first to the last, those between rows included. */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, length, axis) => span + (length - 1) * (strides[axis] as number), 1);
}

/** Whether the elements lie one after the other. */
export function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.includes(0)) return true;
  const dense = stridesOf(shape);
  return shape.every((length, axis) => length === 1 || strides[axis] === dense[axis]);
}

/** Whether two shapes are the same; a wanted length below 0 may be any. */
export function isShape(shape: readonly number[], wanted: readonly number[]): boolean {
  return (
    shape.length === wanted.length &&
    shape.every((length, axis) => (wanted[axis] as number) < 0 || length === wanted[axis])
  );
}

/**
 * A shape as the caller gave it: a number is the length of an array of one axis.
 *
 * @throws InvalidOptionError unless it is one
 */
export function checkedShape(name: string, given: unknown, maxAxes: number): readonly number[] {
  const shape: unknown = typeof given === "number" ? [given] : given;
  if (!Array.isArray(shape) || shape.length === 0 || shape.length > maxAxes) {
    throw new InvalidOptionError(name, `one to ${maxAxes} lengths, such as [100, 1000]`, given);
  }
  for (const [axis, length] of shape.entries()) {
    assertInteger(`${name}[${axis}]`, length, { min: 0 });
  }
  // Also of an array without elements: strides are made of the lengths.
  const size = sizeOf((shape as number[]).map((length) => Math.max(1, length)));
  if (!Number.isSafeInteger(size)) {
    throw new InvalidOptionError(name, `no more than ${Number.MAX_SAFE_INTEGER} elements`, given);
  }
  return Object.freeze([...(shape as number[])]);
}
