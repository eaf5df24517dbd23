import { MissingPackageError } from "../../errors.ts";
import { type Geometry, geometryOf } from "./geometry.ts";
import type { Layout } from "./layout.ts";
import type { Merged, MergedColumn } from "./merge.ts";

type Arrow = typeof import("apache-arrow");
type Data = import("apache-arrow").Data;
type Field = import("apache-arrow").Field;

/**
 * A table of apache-arrow; anything, where that package is not installed.
 * @ts-ignore */
export type ArrowTable = import("apache-arrow").Table;

/** A column on its way into a table. */
interface Built {
  readonly data: Data;
  readonly isNullable: boolean;
  readonly metadata?: Map<string, string>;
}

/**
 * The columns as one Arrow table; geometries as GeoArrow, with interleaved coordinates.
 *
 * @throws MissingPackageError without the package apache-arrow
 */
export async function arrowTable(merged: Merged): Promise<ArrowTable> {
  return new TableBuilder(await loadArrow(), merged.columns).table(merged);
}

async function loadArrow(): Promise<Arrow> {
  try {
    return await import(/* webpackIgnore: true */ "apache-arrow");
  } catch (cause) {
    throw new MissingPackageError("apache-arrow", "`toArrow()`", { cause });
  }
}

class TableBuilder {
  readonly #arrow: Arrow;
  readonly #columns: readonly MergedColumn[];

  constructor(arrow: Arrow, columns: readonly MergedColumn[]) {
    this.#arrow = arrow;
    this.#columns = columns;
  }

  table({ layout, count }: Merged): ArrowTable {
    const { Schema, Struct, RecordBatch, Table, makeData } = this.#arrow;
    const named = this.#topLevel(layout, count);
    const schema = new Schema(named.map(([name, built]) => this.#field(name, built)));
    const children = named.map(([, { data }]) => data);
    const type = new Struct(schema.fields);
    return new Table(
      new RecordBatch(schema, makeData({ type, length: count, nullCount: 0, children })),
    );
  }

  /** Rows that are geometries are a column `geometry`; those that are no records, `value`. */
  #topLevel(layout: Layout, count: number): (readonly [string, Built])[] {
    if (layout.kind !== "record") return [["value", this.#build(layout, count, undefined)]];
    if (geometryOf(layout) !== undefined)
      return [["geometry", this.#build(layout, count, undefined)]];
    return layout.keys.map((key, i) => {
      return [key, this.#build(layout.fields[i] as Layout, count, undefined)];
    });
  }

  #field(name: string, { data, isNullable, metadata }: Built): Field {
    return new this.#arrow.Field(name, data.type, isNullable, metadata);
  }

  /**
   * @param count values, absent ones and all
   * @param ends where only those that are present lie in the columns: by value, how many come
   *   before it
   */
  #build(layout: Layout, count: number, ends: Int32Array | undefined): Built {
    const { makeData, Int32, Float64, Bool, Utf8, Null } = this.#arrow;
    const common = { length: count, ...this.#nulls(count, ends) };
    const built = (data: Data): Built => ({ data, isNullable: ends !== undefined });
    switch (layout.kind) {
      case "nothing":
      case "absent":
        return { data: makeData({ type: new Null(), length: count }), isNullable: true };
      case "number": {
        const data = spread(this.#columns[layout.slot] as Int32Array, count, ends);
        return data instanceof Int32Array
          ? built(makeData({ type: new Int32(), ...common, data }))
          : built(makeData({ type: new Float64(), ...common, data }));
      }
      case "boolean": {
        const bytes = spread(this.#columns[layout.slot] as Uint8Array, count, ends);
        return built(makeData({ type: new Bool(), ...common, data: bitsOf(bytes) }));
      }
      case "constant":
      case "string": {
        const texts =
          layout.kind === "string" ? (this.#columns[layout.slot] as string[]) : undefined;
        const textOf = (i: number) =>
          layout.kind === "constant" ? layout.text : (texts?.[i] as string);
        return built(makeData({ type: new Utf8(), ...common, ...utf8Of(textOf, count, ends) }));
      }
      case "record": {
        const geometry = geometryOf(layout);
        return geometry === undefined
          ? this.#struct(layout, count, ends)
          : this.#geometry(geometry, count, ends);
      }
      case "fixed":
      case "ragged":
        return this.#list(layout, count, ends);
      case "optional": {
        const own = this.#columns[layout.slot] as Int32Array;
        return this.#build(
          layout.of,
          count,
          ends === undefined ? own : ends.map((i) => own[i] as number),
        );
      }
      default:
        return layout satisfies never;
    }
  }

  #struct(
    { keys, fields }: Layout & { readonly kind: "record" },
    count: number,
    ends: Int32Array | undefined,
  ): Built {
    const { makeData, Struct } = this.#arrow;
    const built = fields.map((field) => this.#build(field, count, ends));
    const type = new Struct(built.map((one, i) => this.#field(keys[i] as string, one)));
    const children = built.map(({ data }) => data);
    const data = makeData({ type, length: count, ...this.#nulls(count, ends), children });
    return { data, isNullable: ends !== undefined };
  }

  #list(
    list: Layout & { readonly kind: "fixed" | "ragged" },
    count: number,
    ends: Int32Array | undefined,
  ): Built {
    const { makeData, FixedSizeList, List } = this.#arrow;
    const common = { length: count, ...this.#nulls(count, ends) };
    const isNullable = ends !== undefined;
    if (list.kind === "fixed") {
      const { size } = list;
      const item = this.#build(list.item, count * size, ends && endsOfItems(ends, size));
      const type = new FixedSizeList(size, this.#field("item", item));
      return { data: makeData({ type, ...common, child: item.data }), isNullable };
    }
    const own = this.#columns[list.slot] as Int32Array;
    const valueOffsets = ends === undefined ? own : ends.map((i) => own[i] as number);
    const item = this.#build(list.item, valueOffsets.at(-1) as number, undefined);
    const type = new List(this.#field("item", item));
    return { data: makeData({ type, ...common, valueOffsets, child: item.data }), isNullable };
  }

  /** Lists of lists of coordinates, however the columns have them. */
  #geometry(
    { extension, levels, coordinates, axes }: Geometry,
    count: number,
    ends: Int32Array | undefined,
  ): Built {
    const { makeData, FixedSizeList, List, Float64 } = this.#arrow;
    const offsets: Int32Array[] = [];
    let lists = count;
    let at = coordinates;
    let own = ends;
    for (const _ of levels) {
      const list = at as Layout & { readonly kind: "fixed" | "ragged" };
      const endOf = this.#endOf(list);
      const present = own;
      const from = (i: number) => endOf(present === undefined ? i : (present[i] as number));
      const level = new Int32Array(lists + 1);
      for (let i = 0; i <= lists; i++) level[i] = from(i);
      offsets.push(level);
      lists = level.at(-1) as number;
      own = undefined;
      at = list.item;
    }
    const { item, size } = at as Layout & { readonly kind: "fixed" };
    const { slot } = item as Layout & { readonly kind: "number" };
    const numbers = new Float64Array(this.#columns[slot] as Float64Array);
    const values = spread(numbers, lists * size, own && endsOfItems(own, size));
    const axis = this.#field(axes, {
      data: makeData({ type: new Float64(), length: values.length, nullCount: 0, data: values }),
      isNullable: false,
    });
    let data: Data = makeData({
      type: new FixedSizeList(size, axis),
      length: lists,
      ...this.#nulls(lists, own),
      child: makeData({ type: new Float64(), length: values.length, nullCount: 0, data: values }),
    });
    for (const [i, name] of [...levels.entries()].toReversed()) {
      const valueOffsets = offsets[i] as Int32Array;
      const length = valueOffsets.length - 1;
      const type = new List(this.#field(name, { data, isNullable: false }));
      const nulls = this.#nulls(length, i === 0 ? ends : undefined);
      data = makeData({ type, length, ...nulls, valueOffsets, child: data });
    }
    const metadata = new Map([
      ["ARROW:extension:name", extension],
      ["ARROW:extension:metadata", "{}"],
    ]);
    return { data, isNullable: ends !== undefined, metadata };
  }

  #endOf(list: Layout & { readonly kind: "fixed" | "ragged" }): (i: number) => number {
    if (list.kind === "fixed") return (i) => i * list.size;
    const own = this.#columns[list.slot] as Int32Array;
    return (i) => own[i] as number;
  }

  #nulls(
    count: number,
    ends: Int32Array | undefined,
  ): { nullCount: number; nullBitmap?: Uint8Array } {
    if (ends === undefined) return { nullCount: 0 };
    const present = new Uint8Array(count);
    for (let i = 0; i < count; i++) present[i] = isPresent(ends, i) ? 1 : 0;
    return { nullCount: count - (ends[count] as number), nullBitmap: bitsOf(present) };
  }
}

function isPresent(ends: Int32Array, i: number): boolean {
  return (ends[i] as number) < (ends[i + 1] as number);
}

/** Of lists of one size, some absent: where the items are that are present. */
function endsOfItems(ends: Int32Array, size: number): Int32Array {
  const count = ends.length - 1;
  const items = new Int32Array(count * size + 1);
  for (let i = 0, n = 0; i < count; i++) {
    const step = isPresent(ends, i) ? 1 : 0;
    for (let j = 0; j < size; j++) items[++n] = (items[n - 1] as number) + step;
  }
  return items;
}

/** Values in their places; 0 where there is none. */
function spread<T extends Int32Array | Float64Array | Uint8Array>(
  dense: T,
  count: number,
  ends: Int32Array | undefined,
): T {
  if (ends === undefined) return dense;
  const values = new (dense.constructor as new (length: number) => T)(count);
  for (let i = 0; i < count; i++)
    if (isPresent(ends, i)) values[i] = dense[ends[i] as number] as number;
  return values;
}

/** One bit for each byte, lowest first. */
function bitsOf(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(bytes.length / 8));
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 1) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
  }
  return bits;
}

function utf8Of(
  textOf: (i: number) => string,
  count: number,
  ends: Int32Array | undefined,
): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const valueOffsets = new Int32Array(count + 1);
  const texts: string[] = [];
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (ends === undefined || isPresent(ends, i)) {
      const text = textOf(ends === undefined ? i : (ends[i] as number));
      texts.push(text);
      end += Buffer.byteLength(text);
    }
    valueOffsets[i + 1] = end;
  }
  // Not joined: halves of two surrogate pairs would become one character.
  const data = new Uint8Array(end);
  const encoder = new TextEncoder();
  let at = 0;
  for (const text of texts) at += encoder.encodeInto(text, data.subarray(at)).written;
  return { valueOffsets, data };
}
