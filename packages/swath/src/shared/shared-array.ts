import { inspect } from "node:util";
import { assertKnownKeys, assertObject } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";
import {
  type DType,
  SHARED_CLASS,
  SHARED_VIEW,
  type SharedView,
  sharedViewOf,
} from "../protocol/shared-view.ts";
import { AS_SOURCE, type Source } from "../sources/source.ts";
import { checkedName, fromEnd, nameIn, sharedBuffer } from "./array-arguments.ts";
import { type ArraySettings, type From, makeFrom } from "./array-from.ts";
import { elementSource, rowSource, tileSource } from "./array-sources.ts";
import {
  type AnyTypedArray,
  assertDType,
  bytesOf,
  type DTypeOf,
  type ElementOf,
  isBig,
  type ShapeOf,
  type TypedArrayOf,
} from "./dtype.ts";
import { ArrayMismatchError, ArrayRangeError, kindText, shapeText } from "./errors.ts";
import { faultOf, MAX_AXES, makeBuffer, readBuffer } from "./layout.ts";
import { createName, deleteName, findName } from "./names.ts";
import type { NestedArray } from "./nested.ts";
import { type AxisRange, originOf, partOf } from "./part.ts";
import { checkedShape, isShape, sizeOf } from "./shape.ts";
import { spanArrayOf, typedArrayOf, viewAt } from "./typed-view.ts";
import { fillView, isElement, mismatch, writeTo } from "./write.ts";

/** What an array is made of: its elements, if it has one axis, else its rows. */
export type ItemOf<D extends DType, N extends number> = number extends N
  ? ElementOf<D> | TypedArrayOf<D> | SharedArray<D>
  : N extends 1
    ? ElementOf<D>
    : N extends 2
      ? TypedArrayOf<D>
      : N extends 3
        ? SharedArray<D, 2>
        : N extends 4
          ? SharedArray<D, 3>
          : SharedArray<D>;

/** What can be written into an array: a number into an element, the like of a row into a row. */
export type ArrayValue = number | bigint | AnyTypedArray | NestedArray | SharedArray;

/** Options of {@link SharedArray.create}. */
export interface CreateOptions {
  /**
   * A name by which every thread of the program can attach to the array. It keeps the memory
   * until it is deleted.
   */
  readonly name?: string | undefined;
}

/** What {@link SharedArray.attach} is to find; anything else is an error. */
export interface ExpectedArray<D extends DType, S extends readonly number[]> {
  readonly dtype?: D | undefined;
  /** A length of -1 may be any. */
  readonly shape?: S | undefined;
}

/** Copying a class between threads would leave nothing but its fields; this refuses it aloud. */
const REFUSAL = Symbol(
  "A SharedArray inside of this value (hand it to swath, or send its `buffer` and use SharedArray.attach)",
);

/** Makes an array of its view, which is right. */
let make: (view: SharedView) => SharedArray;

/**
 * An array of numbers in memory that all threads of a program see: nothing is copied when it
 * goes to a worker (captured by a function, in `with`, as an item, in a result), and what one
 * thread writes, the others read. It has any number of axes, the last one contiguous: **a row of
 * numbers is always a plain typed array.**
 *
 * Threads that write the same element at the same time overwrite each other; use `Atomics` on
 * `data` where that matters. Of the elements of a new array all are 0.
 *
 * As a source of `map` it is its rows, or, if it has one axis, its elements.
 *
 * @example
 * const matrix = SharedArray.create("float64", [100, 1_000_000]);
 * const sums = SharedArray.create("float64", [100]);
 * await map(matrix, (row) => row.reduce((a, b) => a + b), { into: sums });
 */
export class SharedArray<
  out D extends DType = DType,
  out N extends number = number,
  // By itself, so that an array of two axes is seen to be one of any number.
  out I = ItemOf<D, N>,
> {
  /** A function that captured this class has that of its worker there. */
  static readonly [SHARED_CLASS] = true;

  /** There is no sending this by hand; see `buffer`. */
  readonly uncloneable: symbol = REFUSAL;
  readonly #view: SharedView;
  /** All elements, with what lies between them; undefined if that is too much for one view. */
  #span: AnyTypedArray | undefined;
  #isSpanned = false;

  static {
    // Bundlers rename a class that names itself.
    make = (view) => new this(view);
  }

  private constructor(view: SharedView) {
    this.#view = view;
  }

  /**
   * Makes an array of zeros.
   *
   * @param shape length of each axis, or of the only one
   * @throws InvalidOptionError if `dtype` or `shape` is none
   * @throws ArrayTooLargeError if there is not so much memory
   * @throws ArrayExistsError if the name is taken
   */
  static create<D extends DType, const S extends readonly number[] | number>(
    dtype: D,
    shape: S,
    options: CreateOptions = {},
  ): SharedArray<D, S extends readonly number[] ? S["length"] : 1> {
    assertDType("dtype", dtype);
    const checked = checkedShape("shape", shape, MAX_AXES);
    const name = nameIn(options, ["name"]);
    const view = makeBuffer({ dtype, shape: checked });
    if (name !== undefined) createName(name, view.buffer);
    return make(view) as never;
  }

  /**
   * Makes an array of a copy of numbers: of a typed array, of another shared array, or of arrays
   * within arrays, whose numbers are taken for `float64` and whose bigints for `int64`, unless
   * `dtype` says else.
   *
   * @throws InvalidOptionError, ArrayMismatchError for what is no array of numbers
   */
  static from<
    const T extends From,
    D extends DType = DTypeOf<T>,
    const S extends readonly number[] = ShapeOf<T>,
  >(values: T, options: ArraySettings<D, S> & CreateOptions = {}): SharedArray<D, S["length"]> {
    const name = nameIn(options, ["name", "dtype", "shape"]);
    const view = makeFrom(values, options);
    if (name !== undefined) createName(name, view.buffer);
    return make(view) as never;
  }

  /**
   * The array of a name, or of another array's `buffer`, on the same memory. Any thread of the
   * program may have created it. Where the names are kept in another thread, this waits for that
   * thread's event loop to turn.
   *
   * @param expected what it must be; gives its type, too
   * @throws ArrayNotFoundError if there is no such name, or it has been deleted
   * @throws ArrayDamagedError if the buffer is no array
   * @throws ArrayMismatchError if it is not what was expected
   */
  static attach<D extends DType = DType, const S extends readonly number[] = readonly number[]>(
    from: string | SharedArrayBuffer,
    expected: ExpectedArray<D, S> = {},
  ): SharedArray<D, S["length"]> {
    assertObject("expected", expected);
    assertKnownKeys("expected", expected, ["dtype", "shape"]);
    const { dtype, shape } = expected;
    if (dtype !== undefined) assertDType("expected.dtype", dtype);
    const view = readBuffer(typeof from === "string" ? findName(from) : sharedBuffer(from));
    const isOther = dtype !== undefined && dtype !== view.dtype;
    if (isOther || (shape !== undefined && !isShape(view.shape, shape))) {
      const what = typeof from === "string" ? `The shared array "${from}"` : "The shared array";
      throw new ArrayMismatchError(`${what} is another one`, expected, kindText(view));
    }
    return make(view) as never;
  }

  /**
   * Deletes a name: from now on nobody can attach by it, and another array may have it. Arrays
   * that are attached stay valid; the memory goes with the last of them.
   *
   * @throws ArrayNotFoundError if there is no such name
   */
  static delete(name: string): void {
    deleteName(checkedName(name));
  }

  /** Also of another copy of this package, whose class is another one. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return sharedViewOf(value) !== undefined;
  }

  get dtype(): D {
    return this.#view.dtype as D;
  }

  /** Length of each axis. */
  get shape(): readonly number[] {
    return this.#view.shape;
  }

  /** Elements (not bytes) from one index to the next, for each axis. */
  get strides(): readonly number[] {
    return this.#view.strides;
  }

  /** Number of axes. */
  get ndim(): N {
    return this.#view.shape.length as N;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.#view.shape);
  }

  /** Length of the first axis: how many rows there are. */
  get length(): number {
    return this.#view.shape[0] as number;
  }

  /** The memory, which begins with a head that says what it is; see `SharedArray.attach`. */
  get buffer(): SharedArrayBuffer {
    return this.#view.buffer;
  }

  /** Where in `buffer` the first element lies. */
  get byteOffset(): number {
    return this.#view.byteOffset;
  }

  /** Bytes of the elements. */
  get byteLength(): number {
    return this.size * bytesOf(this.#view.dtype);
  }

  /** Where the first element stands in the whole array, of which this may be a part. */
  get origin(): readonly number[] {
    return originOf(this.#view);
  }

  /**
   * All elements as a typed array on the same memory, the last axis fastest.
   *
   * @throws ArrayViewError if this is a part with gaps between its rows, or larger than one
   *   typed array may be (2³² elements on Node 20)
   */
  get data(): TypedArrayOf<D> {
    return typedArrayOf(this.#view) as never;
  }

  /**
   * The element at an index for each axis.
   *
   * @throws ArrayRangeError for an index that there is not
   */
  at(...index: readonly number[]): ElementOf<D> {
    this.#assertCount(index, this.#view.shape.length);
    const span = this.#spanned();
    if (span !== undefined) return span[this.#offsetOf(index)] as never;
    return typedArrayOf(index.reduce(viewAt, this.#view))[0] as never;
  }

  /**
   * Writes `value` at an index: a number at a full one; with fewer indices what fills all that
   * lies there (a typed array, an array, a shared array); without any, the whole array. Numbers
   * become elements as in any typed array: they are cut, and wrap around.
   *
   * @throws ArrayRangeError for an index that there is not
   * @throws ArrayMismatchError for a value that does not fit
   * @example
   * array.set(0.5, 3, 7); // array[3][7]
   * array.set(new Float64Array(1_000), 3); // row 3
   */
  set(value: ArrayValue, ...index: readonly number[]): void {
    const { dtype, shape } = this.#view;
    const span = index.length === shape.length ? this.#spanned() : undefined;
    if (span === undefined) {
      if (index.length > shape.length) this.#assertCount(index, shape.length);
      const what = index.length === 0 ? "the array" : `array[${index.join("][")}]`;
      return writeTo(index.reduce(viewAt, this.#view), value, what);
    }
    const at = this.#offsetOf(index);
    if (!isElement(value, isBig(dtype))) {
      throw mismatch({ dtype, shape: [] }, value, `array[${index.join("][")}]`);
    }
    span[at] = value as never;
  }

  /** Writes the same number into all elements. */
  fill(value: ElementOf<D>): this {
    const view = this.#view;
    if (!isElement(value, isBig(view.dtype))) {
      throw mismatch({ dtype: view.dtype, shape: [] }, value, "all elements");
    }
    fillView(view, value);
    return this;
  }

  /**
   * Row `i` on the same memory: of an array of two axes a typed array, of more a shared array of
   * one axis less. Of an array of one axis it is the element.
   *
   * @throws ArrayRangeError for a row that there is not
   */
  row(i: number): I {
    if (this.#view.shape.length === 1) return this.at(i) as never;
    const view = viewAt(this.#view, i);
    return (view.shape.length === 1 ? typedArrayOf(view) : make(view)) as never;
  }

  /** The rows `[start, end)` as an array on the same memory; negative counts from the end. */
  subarray(start = 0, end: number = this.length): SharedArray<D, N, I> {
    const range = [fromEnd("start", start, this.length), fromEnd("end", end, this.length)] as const;
    return this.slice([range[0], Math.max(...range)]);
  }

  /**
   * A part of the array on the same memory, by a range `[start, end)` for each axis; axes without
   * one are whole.
   *
   * @throws ArrayRangeError for a range that is not in the array
   * @example
   * image.slice([100, 200], [0, 50]); // 100 rows, 50 columns
   */
  slice(...ranges: readonly AxisRange[]): SharedArray<D, N, I> {
    if (ranges.length > this.ndim) this.#assertCount(ranges, this.ndim);
    return make(partOf(this.#view, ranges)) as never;
  }

  /**
   * The rows as a source: workers see the same memory, and only indices travel. Items are what
   * `row(i)` gives.
   *
   * @throws ArrayViewError as `elements`, of an array of one axis
   */
  rows(): Source<I> {
    return this.#view.shape.length === 1 ? (this.elements() as never) : rowSource(this.#view);
  }

  /**
   * All elements as a source, the last axis fastest.
   *
   * @throws ArrayViewError as `data`
   */
  elements(): Source<ElementOf<D>> {
    return elementSource(this.data) as never;
  }

  /**
   * Tiles as a source, the last axis fastest: parts of at most `shape`, smaller at the far edges.
   * Each is a shared array, whose `origin` says where it lies.
   *
   * @param shape length of a tile along each axis
   */
  tiles(shape: readonly number[]): Source<SharedArray<D, N, I>> {
    const checked = checkedShape("shape", shape, MAX_AXES);
    if (checked.length !== this.#view.shape.length || checked.includes(0)) {
      const expected = `a length from 1 up for each of the ${this.#view.shape.length} axes`;
      throw new InvalidOptionError("shape", expected, shape);
    }
    return tileSource(this.#view, checked);
  }

  /** Arrays within arrays, copied: for small arrays, and for looking at them. */
  toNested(): NestedArray {
    if (this.#view.shape.length === 1) return Array.from(this.data as ArrayLike<number>);
    return Array.from(this as Iterable<ArrayLike<number> | SharedArray>, (row) =>
      sharedViewOf(row) === undefined
        ? Array.from(row as ArrayLike<number>)
        : (row as SharedArray).toNested(),
    );
  }

  /** The rows, or the elements of an array of one axis. */
  *[Symbol.iterator](): Generator<I> {
    if (this.#view.shape.length === 1) return yield* this.data as Iterable<never>;
    for (let i = 0; i < this.length; i++) yield this.row(i) as never;
  }

  [AS_SOURCE](): Source<I> {
    return this.rows();
  }

  get [SHARED_VIEW](): SharedView {
    return this.#view;
  }

  [inspect.custom](): string {
    return `SharedArray ${kindText(this.#view)}`;
  }

  #spanned(): AnyTypedArray | undefined {
    if (!this.#isSpanned) this.#span = spanArrayOf(this.#view);
    this.#isSpanned = true;
    return this.#span;
  }

  #offsetOf(index: readonly number[]): number {
    const { shape, strides } = this.#view;
    let offset = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const i = index[axis] as number;
      if (!(Number.isInteger(i) && i >= 0 && i < (shape[axis] as number))) {
        throw new ArrayRangeError(i, axis, shape);
      }
      offset += i * (strides[axis] as number);
    }
    return offset;
  }

  #assertCount(given: readonly unknown[], axes: number): void {
    if (given.length === axes) return;
    const hint = `. The array is ${shapeText(this.#view.shape)}`;
    throw new InvalidOptionError("index", `one for each of ${axes} axes`, given, hint);
  }
}

/**
 * The array of a view that has come from another thread.
 *
 * @throws InvalidOptionError if the view is not right
 */
export function arrayOfView(view: SharedView): SharedArray {
  const fault = faultOf(view);
  if (fault !== undefined) throw new InvalidOptionError("view", "a shared array", fault);
  return make(view);
}
