import { InvalidOptionError } from "../errors.ts";
import { ArrayMismatchError } from "./errors.ts";
import { MAX_AXES } from "./layout.ts";
import { isShape } from "./shape.ts";

/** Arrays within arrays, down to numbers or bigints. */
export type NestedArray = readonly (number | bigint | NestedArray)[];

/**
 * The lengths of nested arrays, which must be the same all over.
 *
 * @throws ArrayMismatchError if some are longer than others
 * @throws InvalidOptionError if there is no number in them to go by
 */
export function nestedShape(values: NestedArray): readonly number[] {
  const shape: number[] = [];
  for (let value: unknown = values; Array.isArray(value); value = value[0]) {
    shape.push(value.length);
    if (value.length === 0) break;
    if (shape.length > MAX_AXES) {
      throw new InvalidOptionError("values", `nested at most ${MAX_AXES} deep`, "deeper ones");
    }
  }
  assertEven(values, shape, "values");
  return shape;
}

/** The first number or bigint; undefined if there is none. */
export function firstElement(values: NestedArray): unknown {
  let value: unknown = values;
  while (Array.isArray(value)) value = value[0];
  return value;
}

function assertEven(values: unknown, shape: readonly number[], path: string): void {
  const [length, ...rest] = shape;
  if (length === undefined) {
    if (typeof values === "number" || typeof values === "bigint") return;
    throw new InvalidOptionError(path, "a number or a bigint", values);
  }
  if (!Array.isArray(values) || !isShape([values.length], [length])) {
    const got = Array.isArray(values) ? `an array of ${values.length}` : String(values);
    throw new ArrayMismatchError(`\`${path}\` is not as long as the others`, { shape }, got);
  }
  values.forEach((value, i) => assertEven(value, rest, `${path}[${i}]`));
}
