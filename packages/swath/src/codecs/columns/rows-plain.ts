import type { DictionaryColumn, PackedColumn, TextColumn } from "../../protocol/results.ts";
import type { Layout } from "./layout.ts";

/** Value number `at` of a layout: what the code of `rowsText` does, by walking the layout. */
export function makeRow(layout: Layout, columns: readonly PackedColumn[], at: number): unknown {
  switch (layout.kind) {
    case "nothing":
      return undefined;
    case "absent":
      return layout.value === "null" ? null : undefined;
    case "constant":
      return layout.text;
    case "number":
      return (columns[layout.slot] as Float64Array)[at];
    case "boolean":
      return (columns[layout.slot] as Uint8Array)[at] === 1;
    case "string":
      return stringAt(columns[layout.slot] as DictionaryColumn | TextColumn, at);
    case "record":
      return recordAt(layout, columns, at);
    case "fixed":
      return listOf(layout.item, columns, at * layout.size, (at + 1) * layout.size);
    case "ragged":
    case "optional": {
      const ends = columns[layout.slot] as Int32Array;
      const [from, to] = [ends[at] as number, ends[at + 1] as number];
      if (layout.kind === "ragged") return listOf(layout.item, columns, from, to);
      if (from < to) return makeRow(layout.of, columns, from);
      return layout.absent === "null" ? null : undefined;
    }
    default:
      return layout satisfies never;
  }
}

function stringAt(column: DictionaryColumn | TextColumn, at: number): string {
  if ("words" in column) return column.words[column.codes[at] as number] as string;
  return column.text.slice(column.ends[at], column.ends[at + 1]);
}

function recordAt(
  { keys, fields }: Layout & { readonly kind: "record" },
  columns: readonly PackedColumn[],
  at: number,
): object {
  return Object.fromEntries(keys.map((key, i) => [key, makeRow(fields[i] as Layout, columns, at)]));
}

function listOf(
  item: Layout,
  columns: readonly PackedColumn[],
  from: number,
  to: number,
): unknown[] {
  return Array.from({ length: to - from }, (_, i) => makeRow(item, columns, from + i));
}
