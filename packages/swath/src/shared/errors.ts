import { freemem, totalmem } from "node:os";
import { previewOf, SwathError, type SwathErrorOptions } from "../errors.ts";
import type { DType } from "../protocol/shared-view.ts";

/** What an array is, or is expected to be. */
export interface ArrayKind {
  readonly dtype?: DType | undefined;
  readonly shape?: readonly number[] | undefined;
}

/** There is no shared array of that name: it was never made, or it has been deleted. */
export class ArrayNotFoundError extends SwathError {
  readonly code = "SWATH_ARRAY_NOT_FOUND";
  readonly arrayName: string;

  constructor(arrayName: string, known: readonly string[]) {
    const names = known.length === 0 ? "none" : known.map((name) => `"${name}"`).join(", ");
    super(
      `There is no shared array named "${arrayName}": it was never created in this program, or has ` +
        `been deleted. Names that there are: ${names}`,
    );
    this.arrayName = arrayName;
  }
}

/** There is a shared array of that name already. */
export class ArrayExistsError extends SwathError {
  readonly code = "SWATH_ARRAY_EXISTS";
  readonly arrayName: string;

  constructor(arrayName: string) {
    super(
      `There is a shared array named "${arrayName}" already. Attach to it, give another name, or ` +
        "delete it first; arrays that are attached stay valid",
    );
    this.arrayName = arrayName;
  }
}

/** Names are kept in one thread of the program, and that did not answer. */
export class ArrayNamesUnreachableError extends SwathError {
  readonly code = "SWATH_ARRAY_NAMES_UNREACHABLE";
  readonly arrayName: string;
  /** Milliseconds that were waited. */
  readonly waited: number;

  constructor(arrayName: string, waited: number) {
    super(
      `The thread that keeps the names of shared arrays did not answer within ${waited} ms when asked ` +
        `for "${arrayName}": its event loop does not turn. Let it turn, or hand the array over itself ` +
        "(captured, in `with`, as an item) or its `buffer`",
    );
    this.arrayName = arrayName;
    this.waited = waited;
  }
}

/** A buffer is no shared array, or not whole. */
export class ArrayDamagedError extends SwathError {
  readonly code = "SWATH_ARRAY_DAMAGED";
  /** Bytes of the buffer. */
  readonly byteLength: number;

  constructor(byteLength: number, what: string) {
    super(
      `Cannot attach to a buffer of ${byteLength} bytes: ${what}. ` +
        "Give the `buffer` of an array that `SharedArray` has made",
    );
    this.byteLength = byteLength;
  }
}

/** Numbers do not fit where they are to go, or an array is not what was expected. */
export class ArrayMismatchError extends SwathError {
  readonly code = "SWATH_ARRAY_MISMATCH";
  /** What was expected; undefined where it may be anything. */
  readonly expected: ArrayKind;
  /** What came, as text. */
  readonly got: string;

  constructor(what: string, expected: ArrayKind, got: string, hint = "") {
    super(`${what}: expected ${kindText(expected)}, got ${got}${hint}`);
    this.expected = expected;
    this.got = got;
  }
}

/** An index lies outside of an array. */
export class ArrayRangeError extends SwathError {
  readonly code = "SWATH_ARRAY_RANGE";
  readonly index: number;
  /** Which axis, from 0. */
  readonly axis: number;
  /** Length of that axis. */
  readonly length: number;

  /** @param bounds of what the index may be: of an element by default, or of a range's start or end */
  constructor(
    index: number,
    axis: number,
    shape: readonly number[],
    bounds?: { readonly what: "Start" | "End"; readonly from: number },
  ) {
    const length = shape[axis] ?? 0;
    const { what, from } = bounds ?? { what: "Index", from: 0 };
    const to = bounds === undefined ? length - 1 : length;
    super(
      `${what} ${previewOf(index)} is out of range on axis ${axis} of an array of shape ${shapeText(shape)}: ` +
        `expected an integer from ${from} to ${to}${to < from ? ", of which there are none" : ""}`,
    );
    this.index = index;
    this.axis = axis;
    this.length = length;
  }
}

/** There is not enough memory for an array. */
export class ArrayTooLargeError extends SwathError {
  readonly code = "SWATH_ARRAY_TOO_LARGE";
  /** Bytes that the array needs. */
  readonly bytes: number;
  /** Bytes of memory that this process may have. */
  readonly memory: number;

  constructor(bytes: number, kind: ArrayKind, options: SwathErrorOptions = {}) {
    const memory = memoryLimit();
    super(
      `Cannot make an array of ${kindText(kind)}: it needs ${gibibytes(bytes)}, and this machine gives ` +
        `the process ${gibibytes(memory)} of memory, of which ${gibibytes(freemem())} are free. ` +
        "Use a smaller dtype, or work on parts of the data",
      options,
    );
    this.bytes = bytes;
    this.memory = memory;
  }
}

/** All elements of an array do not make one typed array. */
export class ArrayViewError extends SwathError {
  readonly code = "SWATH_ARRAY_VIEW";
  /** Elements of the array. */
  readonly size: number;

  constructor(size: number, reason: string) {
    super(
      `Cannot give all ${size} elements as one typed array: ${reason}. ` +
        "Take parts of it: `row(i)`, `subarray(start, end)`, or map over `rows()` or `tiles(…)`",
    );
    this.size = size;
  }
}

/** Bytes of memory that this process may have: the machine's, or what its container gives. */
export function memoryLimit(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** "float64 [100, 1000000]". */
export function kindText({ dtype, shape }: ArrayKind): string {
  const lengths = shape === undefined ? "any shape" : shapeText(shape);
  return `${dtype ?? "numbers"} ${lengths}`;
}

/** "[100, 1000000]"; a length below 0 may be any. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.map((length) => (length < 0 ? "any" : length)).join(", ")}]`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
