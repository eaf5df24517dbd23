import type { SharedView } from "../protocol/shared-view.ts";
import { type AnyTypedArray, dtypeOf, isBig } from "./dtype.ts";
import { isContiguous, sizeOf } from "./shape.ts";
import { spanArrayOf, viewAt } from "./typed-view.ts";
import { isElement, writeTo } from "./write.ts";

/** Writes the results of items into an array, the result of item `i` at index `i`. */
export interface ResultWriter {
  /** The elements themselves, where each result is one; a value of another type goes to `put`. */
  readonly elements: AnyTypedArray | undefined;
  /** What `typeof` says of an element. */
  readonly elementType: "number" | "bigint";
  /** @throws ArrayMismatchError if the value does not fit there */
  put(index: number, value: unknown): void;
}

/** A list shorter than this is written number by number: `set` alone costs about 50 ns. */
const MAX_SHORT = 32;

/** Makes the writer of an array. */
export function makeResultWriter(view: SharedView): ResultWriter {
  const { dtype, shape, strides } = view;
  const big = isBig(dtype);
  const elementType = big ? "bigint" : "number";
  const span = spanArrayOf(view);
  const put = (index: number, value: unknown) =>
    writeTo(viewAt(view, index), value, `the result of item ${index} into \`into\``);
  if (span === undefined) return { elements: undefined, elementType, put };
  if (shape.length === 1) return { elements: span, elementType, put };
  const rowShape = shape.slice(1);
  const rowLength = sizeOf(rowShape);
  if (!isContiguous(rowShape, strides.slice(1))) return { elements: undefined, elementType, put };
  const step = strides[0] as number;
  return {
    elements: undefined,
    elementType,
    put(index, value) {
      const isRow =
        (shape.length === 2 && Array.isArray(value)) || (dtypeOf(value) ?? dtype) === dtype;
      const row = value as ArrayLike<unknown>;
      if (!isRow || row?.length !== rowLength || rowLength > MAX_SHORT) return put(index, value);
      const at = index * step;
      for (let i = 0; i < rowLength; i++) {
        if (!isElement(row[i], big)) return put(index, value);
        span[at + i] = row[i] as never;
      }
    },
  };
}
