import type { DictionaryColumn, PackedColumn, TextColumn } from "../../protocol/results.ts";
import { type Layout, layoutOf, type SlotKind } from "./layout.ts";
import type { Shape } from "./shape.ts";

/** Columns whose strings are strings: those of several parts, one after the other. */
export interface Merged {
  readonly layout: Layout;
  readonly count: number;
  readonly columns: readonly MergedColumn[];
}

export type MergedColumn = Int32Array | Float64Array | Uint8Array | string[];

/** Rows to be merged: all those of its columns. */
export interface MergePart {
  readonly layout: Layout;
  readonly count: number;
  readonly columns: readonly PackedColumn[];
}

/** Puts parts one behind the other, in the one `shape` that all of them have part in. */
export function mergeParts(parts: readonly MergePart[], shape: Shape): Merged {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return asItIs(only);
  const { layout, slots } = layoutOf(shape);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const merge = new Merge(slots);
  const lengths = slots.map((kind) => (kind === "offsets" ? 1 : 0));
  for (const part of parts) addLengths(layout, part, part.layout, 0, part.count, lengths);
  merge.columns = slots.map((kind, slot) => columnFor(kind, lengths[slot] as number));
  for (const part of parts) merge.copy(layout, part.columns, part.layout, 0, part.count);
  return { layout, count, columns: merge.columns };
}

/** One part, whose typed arrays are not copied; columns that its layout does not name are empty. */
export function asItIs({ layout, count, columns }: MergePart): Merged {
  const needed = new Set(slotsOf(layout));
  const merged = columns.map((column, slot) => (needed.has(slot) ? asMerged(column) : []));
  return { layout, count, columns: merged };
}

function slotsOf(layout: Layout): readonly number[] {
  const own = "slot" in layout ? [layout.slot] : [];
  if (layout.kind === "record") return layout.fields.flatMap(slotsOf);
  if (layout.kind === "fixed" || layout.kind === "ragged") return [...own, ...slotsOf(layout.item)];
  return layout.kind === "optional" ? [...own, ...slotsOf(layout.of)] : own;
}

function asMerged(column: PackedColumn): MergedColumn {
  if ("codes" in column) return Array.from(column.codes, (code) => column.words[code] as string);
  if ("ends" in column)
    return Array.from({ length: column.ends.length - 1 }, (_, i) => textAt(column, i));
  return column;
}

function textAt({ ends, text }: TextColumn, i: number): string {
  return text.slice(ends[i], ends[i + 1]);
}

function columnFor(kind: SlotKind, length: number): MergedColumn {
  switch (kind) {
    case "int32":
    case "offsets":
      return new Int32Array(length);
    case "float64":
      return new Float64Array(length);
    case "boolean":
      return new Uint8Array(length);
    case "dictionary":
    case "text":
      return new Array<string>(length);
    default:
      return kind satisfies never;
  }
}

/** The values `[from, to)` of a place as items of the place below, in the part's own layout. */
function below(
  layout: Layout & { readonly kind: "fixed" | "ragged" | "optional" },
  columns: readonly PackedColumn[],
  from: number,
  to: number,
): readonly [number, number] {
  if (layout.kind === "fixed") return [from * layout.size, to * layout.size];
  const ends = columns[layout.slot] as Int32Array;
  return [ends[from] as number, ends[to] as number];
}

/** Adds to each slot of `into` how many elements the part brings. */
function addLengths(
  into: Layout,
  part: MergePart,
  own: Layout,
  from: number,
  to: number,
  lengths: number[],
): void {
  const add = (slot: number) => {
    lengths[slot] = (lengths[slot] as number) + to - from;
  };
  // Items of lists that are all empty.
  if (own.kind === "nothing") return;
  switch (into.kind) {
    case "nothing":
    case "absent":
    case "constant":
      return;
    case "number":
    case "boolean":
    case "string":
      return add(into.slot);
    case "record":
      for (const [i, field] of into.fields.entries()) {
        const ownField = (own as Layout & { readonly kind: "record" }).fields[i] as Layout;
        addLengths(field, part, ownField, from, to, lengths);
      }
      return;
    case "fixed":
    case "ragged": {
      if (into.kind === "ragged") add(into.slot);
      const list = own as Layout & { readonly kind: "fixed" | "ragged" };
      const [first, last] = below(list, part.columns, from, to);
      return addLengths(into.item, part, list.item, first, last, lengths);
    }
    case "optional": {
      add(into.slot);
      if (own.kind === "absent") return;
      if (own.kind !== "optional") return addLengths(into.of, part, own, from, to, lengths);
      const [first, last] = below(own, part.columns, from, to);
      return addLengths(into.of, part, own.of, first, last, lengths);
    }
    default:
      into satisfies never;
  }
}

class Merge {
  columns: MergedColumn[] = [];
  /** By slot: elements that are there; offsets begin with a 0. */
  readonly #used: number[];

  constructor(slots: readonly SlotKind[]) {
    this.#used = slots.map((kind) => (kind === "offsets" ? 1 : 0));
  }

  copy(
    into: Layout,
    columns: readonly PackedColumn[],
    own: Layout,
    from: number,
    to: number,
  ): void {
    if (own.kind === "nothing") return;
    switch (into.kind) {
      case "nothing":
      case "absent":
      case "constant":
        return;
      case "number":
      case "boolean": {
        const { slot } = own as Layout & { readonly kind: "number" };
        const values = (columns[slot] as Float64Array).subarray(from, to);
        (this.columns[into.slot] as Float64Array).set(values, this.#advance(into.slot, to - from));
        return;
      }
      case "string":
        return this.#copyStrings(into.slot, columns, own, from, to);
      case "record":
        for (const [i, field] of into.fields.entries()) {
          const { fields } = own as Layout & { readonly kind: "record" };
          this.copy(field, columns, fields[i] as Layout, from, to);
        }
        return;
      case "fixed":
      case "ragged": {
        const list = own as Layout & { readonly kind: "fixed" | "ragged" };
        const [first, last] = below(list, columns, from, to);
        if (into.kind === "ragged") this.#copyEnds(into, columns, list, from, to);
        return this.copy(into.item, columns, list.item, first, last);
      }
      case "optional": {
        this.#copyEnds(into, columns, own, from, to);
        if (own.kind === "absent") return;
        if (own.kind !== "optional") return this.copy(into.of, columns, own, from, to);
        const [first, last] = below(own, columns, from, to);
        return this.copy(into.of, columns, own.of, first, last);
      }
      default:
        into satisfies never;
    }
  }

  #advance(slot: number, count: number): number {
    const at = this.#used[slot] as number;
    this.#used[slot] = at + count;
    return at;
  }

  /** Ends of lists, or of optional values as lists of 0 or 1. */
  #copyEnds(
    { slot, kind }: Layout & { readonly kind: "ragged" | "optional" },
    columns: readonly PackedColumn[],
    own: Layout,
    from: number,
    to: number,
  ): void {
    const target = this.columns[slot] as Int32Array;
    const at = this.#advance(slot, to - from);
    const base = target[at - 1] as number;
    if (own.kind === kind) {
      const ends = columns[own.slot] as Int32Array;
      const shift = base - (ends[from] as number);
      for (let i = from; i < to; i++) target[at + i - from] = (ends[i + 1] as number) + shift;
      return;
    }
    const present = own.kind === "absent" ? 0 : 1;
    const size = kind === "ragged" && own.kind === "fixed" ? own.size : present;
    for (let i = 0; i < to - from; i++) target[at + i] = base + (i + 1) * size;
  }

  #copyStrings(
    slot: number,
    columns: readonly PackedColumn[],
    own: Layout,
    from: number,
    to: number,
  ): void {
    const target = this.columns[slot] as string[];
    const at = this.#advance(slot, to - from);
    const textOf = textsOf(own, columns);
    for (let i = from; i < to; i++) target[at + i - from] = textOf(i);
  }
}

function textsOf(own: Layout, columns: readonly PackedColumn[]): (i: number) => string {
  if (own.kind === "constant") return () => own.text;
  const column = columns[(own as Layout & { readonly kind: "string" }).slot] as
    | DictionaryColumn
    | TextColumn;
  if ("words" in column) return (i) => column.words[column.codes[i] as number] as string;
  return (i) => textAt(column, i);
}
