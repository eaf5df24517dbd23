import { assertAttached, assertObject } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";
import type { TableColumn, TablePart } from "../protocol/messages.ts";
import { sharedViewOf } from "../protocol/shared-view.ts";
import type { ItemOf, SharedArray } from "../shared/shared-array.ts";
import { typedArrayOf } from "../shared/typed-view.ts";
import { defineSource, type Source } from "../sources/source.ts";
import { type ArrowTable, arrowColumns, isArrowTable } from "./arrow.ts";
import { tableRows } from "./table-rows.ts";

/** Columns by their names, all of one length: a value, or a row of a `SharedArray`, for each row. */
export type ColumnTable = Readonly<Record<string, ArrayLike<unknown> | SharedArray>>;

/** A row of a table: its values by the names of the columns. */
export type RowOfTable<C extends ColumnTable> = {
  -readonly [K in keyof C]: C[K] extends SharedArray<infer D, infer N>
    ? ItemOf<D, N>
    : C[K] extends ArrayLike<infer V>
      ? V
      : never;
};

/**
 * The rows of a table of columns: typed arrays, plain arrays and `SharedArray`s by their names,
 * or an Apache Arrow table. A row is a plain object with its values; it is made in the worker
 * when its turn comes, and belongs to the task, which may change it, keep it and return it.
 *
 * Columns in shared memory (see `share`) do not travel: if all are, only indices do. Of the others
 * each chunk's part is copied to its worker. A column that is a `SharedArray` of several axes
 * gives its rows, as views. Arrow's numbers without nulls are columns of typed arrays, all others
 * columns of what its vectors give for each row.
 *
 * @throws InvalidOptionError if there is no column, or they differ in length
 * @example
 * const places = table({ lon: share(lon), lat: share(lat), name: names });
 * const zones = await map(places, ({ lon, lat, name }) => zoneOf(lon, lat, name));
 */
export function table<const C extends ColumnTable>(columns: C): Source<RowOfTable<C>>;
export function table<R = Record<string, unknown>>(columns: ArrowTable): Source<R>;
export function table(given: ColumnTable | ArrowTable): Source<never> {
  assertObject("columns", given);
  const isArrow = isArrowTable(given);
  const columns = Object.entries(isArrow ? arrowColumns(given) : given);
  const length = checkedLength(columns);
  const described = columns.map(([name, column]) => describe(name, column));
  const copied = columns.flatMap(([, column], c) =>
    described[c]?.kind === "copied" ? [column as ArrayLike<unknown>] : [],
  );
  const part = (start: number, end: number): TablePart => {
    return { length: end - start, cells: copied.map((column) => sliceOf(column, start, end)) };
  };
  const rowsOf = tableRows(described);
  const how = { kind: "table", columns: described } as const;
  return defineSource<never>({
    name: isArrow ? "Arrow table" : "table",
    length,
    items(start, end) {
      const rows = rowsOf(part(start, end), start);
      return Array.from({ length: end - start }, (_, i) => rows.item(start + i)) as never;
    },
    access:
      copied.length === 0
        ? { route: "share", how }
        : { route: "copy", how, payload: part as never },
  });
}

type NamedColumn = readonly [name: string, column: unknown];

/** All columns have it. */
function checkedLength([first, ...others]: readonly NamedColumn[]): number {
  if (first === undefined) throw new InvalidOptionError("columns", "one column or more", {});
  const length = lengthOf(first);
  for (const other of others) {
    const own = lengthOf(other);
    if (own === length) continue;
    const expected = `as long as \`columns.${first[0]}\`, which has ${length} values`;
    throw new InvalidOptionError(`columns.${other[0]}`, expected, own);
  }
  return length;
}

function lengthOf([name, column]: NamedColumn): number {
  const isList = typeof column === "object" && column !== null && "length" in column;
  if (ArrayBuffer.isView(column)) assertAttached(`columns.${name}`, column);
  const length: unknown = isList ? column.length : undefined;
  if (typeof length === "number" && Number.isInteger(length) && length >= 0) return length;
  const expected = "an array, a typed array or a SharedArray";
  throw new InvalidOptionError(`columns.${name}`, expected, column);
}

function describe(name: string, column: unknown): TableColumn {
  const array = sharedViewOf(column);
  if (array !== undefined && array.shape.length > 1) return { name, kind: "rows", array };
  if (array !== undefined) return { name, kind: "shared", values: typedArrayOf(array) };
  const isShared =
    ArrayBuffer.isView(column) &&
    Object.prototype.toString.call(column.buffer) === "[object SharedArrayBuffer]";
  if (isShared) return { name, kind: "shared", values: column as never };
  return { name, kind: "copied" };
}

/** A copy: with a view all of its memory would travel. */
function sliceOf(column: ArrayLike<unknown>, start: number, end: number): ArrayLike<unknown> {
  if (Buffer.isBuffer(column)) return Uint8Array.from(column.subarray(start, end));
  const { slice } = column as { readonly slice?: (start: number, end: number) => unknown };
  const copy = typeof slice === "function" ? slice : Array.prototype.slice;
  return copy.call(column, start, end) as ArrayLike<unknown>;
}
