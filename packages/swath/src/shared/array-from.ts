import { assertAttached } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";
import { type DType, type SharedView, sharedViewOf } from "../protocol/shared-view.ts";
import { type AnyTypedArray, assertDType, dtypeOf } from "./dtype.ts";
import { MAX_AXES, makeBuffer } from "./layout.ts";
import { firstElement, type NestedArray, nestedShape } from "./nested.ts";
import { checkedShape, sizeOf, stridesOf } from "./shape.ts";
import { writeTo } from "./write.ts";

/** What an array can be made from. */
export type From =
  | AnyTypedArray
  | NestedArray
  | { readonly dtype: DType; readonly shape: readonly number[] };

/** What an array made from numbers is to be. */
export interface ArraySettings<
  D extends DType = DType,
  S extends readonly number[] = readonly number[],
> {
  /** @default that of the numbers */
  readonly dtype?: D | undefined;
  /** With as many elements as there are numbers. @default that of the numbers */
  readonly shape?: S | undefined;
}

/** Makes an array of a copy of numbers. */
export function makeFrom(values: unknown, settings: ArraySettings): SharedView {
  const own = ownKind(values);
  const { dtype = own.dtype } = settings;
  assertDType("options.dtype", dtype);
  const shape =
    settings.shape === undefined ? own.shape : shapeFor(settings.shape, sizeOf(own.shape));
  const view = makeBuffer({ dtype, shape });
  writeTo({ ...view, shape: own.shape, strides: stridesOf(own.shape) }, values, "the values");
  return view;
}

function ownKind(values: unknown): { readonly dtype: DType; readonly shape: readonly number[] } {
  const shared = sharedViewOf(values);
  if (shared !== undefined) return shared;
  const dtype = dtypeOf(values);
  if (dtype !== undefined) {
    assertAttached("values", values as AnyTypedArray);
    return { dtype, shape: [(values as AnyTypedArray).length] };
  }
  if (!Array.isArray(values)) {
    throw new InvalidOptionError(
      "values",
      "a typed array, an array of numbers, or arrays of these",
      values,
    );
  }
  const shape = checkedShape("values", nestedShape(values), MAX_AXES);
  return { dtype: typeof firstElement(values) === "bigint" ? "int64" : "float64", shape };
}

function shapeFor(given: unknown, size: number): readonly number[] {
  const shape = checkedShape("options.shape", given, MAX_AXES);
  if (sizeOf(shape) === size) return shape;
  const expected = `one of ${size} elements, as many as there are values`;
  throw new InvalidOptionError("options.shape", expected, given);
}
