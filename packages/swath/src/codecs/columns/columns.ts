import { InvalidOptionError } from "../../errors.ts";
import type { Packed, PackedColumn } from "../../protocol/results.ts";
import { readerOf } from "../results-decoder.ts";
import { type ArrowTable, arrowTable } from "./arrow.ts";
import type { Column } from "./column.ts";
import { columnOf, JoinedColumn } from "./column.ts";
import type { ColumnAt } from "./column-path.ts";
import { asItIs, type MergePart, mergeParts } from "./merge.ts";
import { pruneLayout, pruneShape } from "./prune.ts";
import type { RowMaker } from "./rows.ts";
import { type Shape, shapeText } from "./shape.ts";

/** What asking for `columns[i]` goes to: looked up last, so that methods cost nothing more. */
const INDEXED = new Proxy(Object.create(null) as object, {
  get: (_, key, columns: Columns<unknown>) => {
    const index = typeof key === "string" ? Number(key) : Number.NaN;
    return Number.isInteger(index) && String(index) === key && index >= 0
      ? columns.at(index)
      : Reflect.get(Object.prototype, key, columns);
  },
  // Which indices there are cannot be told here; who asks, asks below `length`.
  has: (_, key) => key in Object.prototype || (typeof key === "string" && /^\d+$/.test(key)),
  set: () => false,
});

/**
 * The results of a job in columns: typed arrays, as they came from the workers. Like a read-only
 * array of rows; a row is a plain object that is made anew each time it is asked for, so that to
 * change one changes nothing else.
 *
 * @example
 * const boxes = await map(range(800_000), makeBox, { results: "columns" });
 * for (const { coordinates } of boxes) use(coordinates);
 * const { values } = boxes.column("coordinates"); // all coordinates, one after the other
 */
export class Columns<R> implements Iterable<R> {
  /** Row `i`; undefined from `length` up. Slower than `at`. */
  readonly [index: number]: R;
  /** Number of rows. */
  readonly length: number;
  readonly #shape: Shape;
  readonly #parts: readonly Part[];
  readonly #columns = new Map<string, Column>();
  /** The part that was read last. */
  #part: Part = EMPTY;

  /**
   * @param shape that all parts have part in
   * @param packed in the order of the rows
   */
  constructor(shape: Shape, packed: readonly Packed[]) {
    let end = 0;
    this.#shape = shape;
    this.#parts = packed.map((one) => {
      const start = end;
      end += one.count;
      const { maker } = readerOf(one);
      return { start, end, packed: one, columns: one.columns, maker };
    });
    this.length = end;
  }

  /** Row `i`, from the end where negative; undefined where there is none. */
  at(i: number): R | undefined {
    const whole = Math.trunc(i) || 0;
    const index = whole < 0 ? this.length + whole : whole;
    let part = this.#part;
    if (index < part.start || index >= part.end) {
      if (!(index >= 0 && index < this.length)) return undefined;
      part = this.#partOf(index);
      this.#part = part;
    }
    return part.maker.row(part.columns, index - part.start) as R;
  }

  [Symbol.iterator](): IterableIterator<R> {
    return new RowIterator<R>(this.#parts);
  }

  /** What `fn` makes of each row. */
  map<T>(fn: (row: R, index: number) => T): T[] {
    const all = new Array<T>(this.length);
    for (const { maker, columns, start, end } of this.#parts) {
      for (let i = start; i < end; i++) all[i] = fn(maker.row(columns, i - start) as R, i);
    }
    return all;
  }

  /** The rows from `start` to before `end`, as a plain array; counted as by `Array`'s `slice`. */
  slice(start = 0, end = this.length): R[] {
    const from = clamp(start, this.length);
    const to = clamp(end, this.length);
    const rows = new Array<R>(Math.max(0, to - from));
    for (const part of this.#parts) {
      const first = Math.max(from, part.start);
      const last = Math.min(to, part.end);
      if (first >= last) continue;
      part.maker.fill(part.columns, rows, first - from, first - part.start, last - part.start);
    }
    return rows;
  }

  /** All rows, for `JSON.stringify`. */
  toJSON(): R[] {
    return this.slice();
  }

  /**
   * The values of one place in all rows, in one array, which is made when it is asked for, and
   * once; or, by `parts`, in the arrays in which they came. They are not copies for you: do not
   * write into them.
   *
   * @param path keys with dots between them, through lists as well: "geometry.coordinates";
   *   left out where the rows themselves are numbers, strings, or lists of them
   * @throws InvalidOptionError if there are no values at that path, but records
   * @example
   * const { values, offsets } = lines.column("coordinates"); // line i: offsets[0][i] … [i + 1]
   */
  column<P extends string = "">(path?: P): ColumnAt<R, P> {
    const key: unknown = path ?? "";
    if (typeof key !== "string") throw new InvalidOptionError("path", "a string", path);
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = this.#makeColumn(key);
      this.#columns.set(key, column);
    }
    return column as ColumnAt<R, P>;
  }

  /**
   * An Arrow table of all rows, each of their keys a column. GeoJSON geometries of one type (rows
   * that are geometries, or keys that hold them) are GeoArrow columns with interleaved coordinates,
   * rows that are geometries a column "geometry"; rows that are no records a column "value". Needs
   * the package apache-arrow (`npm install apache-arrow`).
   *
   * @throws MissingPackageError without that package
   */
  toArrow(): Promise<ArrowTable> {
    return arrowTable(mergeParts(this.#whole(), this.#shape));
  }

  #whole(): readonly MergePart[] {
    return this.#parts.map(({ packed, columns }) => {
      return { layout: readerOf(packed).layout, count: packed.count, columns };
    });
  }

  #makeColumn(path: string): Column {
    const keys = keysOf(this.#shape, path);
    const shape = pruneShape(this.#shape, keys);
    if (shape === undefined) throw this.#noSuchColumn(path);
    const parts = this.#whole().map((part) => ({
      ...part,
      layout: pruneLayout(part.layout, keys),
    }));
    const pieces = parts.map((part) => columnOf(asItIs(part)));
    return new JoinedColumn(pieces, () => columnOf(mergeParts(parts, shape)));
  }

  #noSuchColumn(path: string): InvalidOptionError {
    const paths = pathsOf(this.#shape);
    const list = paths.slice(0, 20).map((one) => `"${one}"`);
    if (paths.length > list.length) list.push(`${paths.length - list.length} more`);
    const expected =
      paths.length === 0
        ? `absent: each row is ${shapeText(this.#shape)}`
        : `one of ${list.join(", ")}`;
    return new InvalidOptionError("path", expected, path);
  }

  /** Binary search: parts touch. */
  #partOf(index: number): Part {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (index < (this.#parts[middle] as Part).end) high = middle;
      else low = middle + 1;
    }
    return this.#parts[low] as Part;
  }
}

Object.setPrototypeOf(Columns.prototype, INDEXED);

interface Part {
  readonly start: number;
  readonly end: number;
  readonly packed: Packed;
  readonly columns: readonly PackedColumn[];
  readonly maker: RowMaker;
}

/** By hand: a generator takes a quarter longer. */
class RowIterator<R> implements IterableIterator<R> {
  readonly #parts: readonly Part[];
  #nextPart = 0;
  #maker: RowMaker = EMPTY.maker;
  #columns: readonly PackedColumn[] = [];
  #at = 0;
  #count = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  next(): IteratorResult<R> {
    if (this.#at >= this.#count && !this.#goOn()) return { done: true, value: undefined };
    return { done: false, value: this.#maker.row(this.#columns, this.#at++) as R };
  }

  [Symbol.iterator](): this {
    return this;
  }

  #goOn(): boolean {
    const part = this.#parts[this.#nextPart++];
    if (part === undefined) return false;
    this.#maker = part.maker;
    this.#columns = part.columns;
    this.#at = 0;
    this.#count = part.end - part.start;
    return this.#count > 0 || this.#goOn();
  }
}

const EMPTY: Part = {
  start: 0,
  end: 0,
  packed: { kind: "columns", shape: '{"kind":"nothing"}', count: 0, columns: [] },
  columns: [],
  maker: { row: () => undefined, fill: () => {}, fillForGood: () => {} },
};

/** The keys of a path; keys may have dots in them themselves. */
function keysOf(shape: Shape, path: string): readonly string[] {
  const way = waysOf(shape, []).find((keys) => keys.join(".") === path);
  return way ?? path.split(".");
}

function pathsOf(shape: Shape): readonly string[] {
  return waysOf(shape, [])
    .map((keys) => keys.join("."))
    .filter((path) => path !== "");
}

function waysOf(shape: Shape, before: readonly string[]): readonly (readonly string[])[] {
  if (shape.kind === "record") {
    return shape.keys.flatMap((key, i) => waysOf(shape.fields[i] as Shape, [...before, key]));
  }
  if (shape.kind === "list") return waysOf(shape.item, before);
  return shape.kind === "optional" ? waysOf(shape.of, before) : [before];
}

function clamp(index: number, length: number): number {
  const whole = Math.trunc(index) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
}
