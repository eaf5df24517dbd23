import type { Layout } from "./layout.ts";
import type { Merged, MergedColumn } from "./merge.ts";

/** What a column's values are in. */
export type ColumnValues =
  | Int32Array
  | Float64Array
  | Uint8Array
  | readonly string[]
  | readonly (null | undefined)[];

/**
 * One column of all rows: the values of one place, one after the other, however deep in lists
 * they lie.
 */
export interface Column<V = ColumnValues> {
  /**
   * Numbers in an Int32Array where all are 32-bit integers, else in a Float64Array; booleans as
   * 0 and 1 in a Uint8Array; strings in an array.
   */
  readonly values: V;
  /**
   * For each level of lists around a value, outermost first: where the items of list `i` begin,
   * and, at `i + 1`, end. Counted in lists of the next level, at the innermost in `values`.
   * Lists that are absent are empty here. Made when it is asked for: where `sizes` says enough,
   * ask that.
   */
  readonly offsets: readonly Int32Array[];
  /** For each of these levels the length of its lists, where that is always the same. */
  readonly sizes: readonly (number | undefined)[];
  /**
   * Where values may be null or undefined: 1 for each value that is there. Of those that are not,
   * `values` has NaN, 0 (booleans) or "".
   */
  readonly valid: Uint8Array | undefined;
  /**
   * The same in pieces of consecutive rows, as they came from the workers: nothing is copied, so
   * that it takes no more memory. Pieces may differ in what is the same for all of their rows:
   * in `sizes`, in whether there is a `valid`, and in the kind of array.
   */
  readonly parts: readonly Column<V>[];
}

/** A column of parts, which are put one behind the other only when somebody asks for that. */
export class JoinedColumn implements Column {
  readonly parts: readonly Column[];
  readonly #join: () => Column;

  constructor(parts: readonly Column[], join: () => Column) {
    this.parts = parts;
    this.#join = once(join);
  }

  get values(): ColumnValues {
    return this.#join().values;
  }

  get offsets(): readonly Int32Array[] {
    return this.#join().offsets;
  }

  get sizes(): readonly (number | undefined)[] {
    return this.#join().sizes;
  }

  get valid(): Uint8Array | undefined {
    return this.#join().valid;
  }
}

interface Level {
  readonly size: number | undefined;
  readonly offsets: () => Int32Array;
}

/** The column of columns that hold but one place. */
export function columnOf({ layout, count, columns }: Merged): Column {
  const levels: Level[] = [];
  let lists = count;
  /** Optional values since the last list, as lists of 0 or 1. */
  let optional: Int32Array | undefined;
  let at = layout;
  for (;;) {
    if (at.kind === "record") {
      at = at.fields[0] as Layout;
    } else if (at.kind === "optional") {
      const ends = columns[at.slot] as Int32Array;
      optional = optional === undefined ? ends : composed(optional, (i) => ends[i] as number);
      at = at.of;
    } else if (at.kind === "fixed" || at.kind === "ragged") {
      const level = levelOf(at, columns, lists, optional);
      levels.push(level);
      lists = level.size === undefined ? (level.offsets().at(-1) as number) : lists * level.size;
      optional = undefined;
      at = at.item;
    } else {
      return new PlacedColumn(levels, valuesOf(at, columns, lists, optional));
    }
  }
}

class PlacedColumn implements Column {
  readonly parts: readonly Column[] = [this];
  readonly values: ColumnValues;
  readonly valid: Uint8Array | undefined;
  readonly sizes: readonly (number | undefined)[];
  readonly #levels: readonly Level[];
  #offsets: readonly Int32Array[] | undefined;

  constructor(levels: readonly Level[], { values, valid }: Leaf) {
    this.values = values;
    this.valid = valid;
    this.sizes = levels.map(({ size }) => size);
    this.#levels = levels;
  }

  get offsets(): readonly Int32Array[] {
    this.#offsets ??= this.#levels.map(({ offsets }) => offsets());
    return this.#offsets;
  }
}

function levelOf(
  list: Layout & { readonly kind: "fixed" | "ragged" },
  columns: readonly MergedColumn[],
  lists: number,
  optional: Int32Array | undefined,
): Level {
  const ends = list.kind === "ragged" ? (columns[list.slot] as Int32Array) : undefined;
  const endOf = (i: number) => (list.kind === "fixed" ? i * list.size : (ends?.[i] as number));
  if (optional !== undefined)
    return { size: undefined, offsets: once(() => composed(optional, endOf)) };
  if (ends !== undefined) return { size: undefined, offsets: () => ends };
  const { size } = list as Layout & { readonly kind: "fixed" };
  return { size, offsets: once(() => evenOffsets(lists, size)) };
}

/** Where lists begin that all have one length. */
function evenOffsets(lists: number, size: number): Int32Array {
  const offsets = new Int32Array(lists + 1);
  for (let i = 0; i <= lists; i++) offsets[i] = i * size;
  return offsets;
}

/** Ends of lists whose items are themselves lists: those of the inner items. */
function composed(outer: Int32Array, innerEnd: (i: number) => number): Int32Array {
  return outer.map((i) => innerEnd(i));
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

interface Leaf {
  readonly values: ColumnValues;
  readonly valid: Uint8Array | undefined;
}

function valuesOf(
  leaf: Layout,
  columns: readonly MergedColumn[],
  count: number,
  optional: Int32Array | undefined,
): Leaf {
  const present = optional === undefined ? count : (optional.at(-1) as number);
  const dense = denseOf(leaf, columns, present);
  if (optional === undefined) return { values: dense, valid: undefined };
  const valid = new Uint8Array(count);
  for (let i = 0; i < count; i++) valid[i] = (optional[i + 1] as number) - (optional[i] as number);
  return { values: spread(dense, valid, optional), valid };
}

function denseOf(leaf: Layout, columns: readonly MergedColumn[], count: number): ColumnValues {
  if ("slot" in leaf) return columns[leaf.slot] as MergedColumn;
  if (leaf.kind === "constant") return new Array<string>(count).fill(leaf.text);
  if (leaf.kind !== "absent") return [];
  return new Array<null | undefined>(count).fill(leaf.value === "null" ? null : undefined);
}

/** Values in their places, where only those that are there come one after the other. */
function spread(dense: ColumnValues, valid: Uint8Array, ends: Int32Array): ColumnValues {
  const { length } = valid;
  if (Array.isArray(dense)) {
    return Array.from({ length }, (_, i) => (valid[i] === 1 ? dense[ends[i] as number] : ""));
  }
  const isBoolean = dense instanceof Uint8Array;
  const values = isBoolean ? new Uint8Array(length) : new Float64Array(length).fill(Number.NaN);
  const numbers = dense as Float64Array;
  for (let i = 0; i < length; i++) {
    if (valid[i] === 1) values[i] = numbers[ends[i] as number] as number;
  }
  return values;
}
