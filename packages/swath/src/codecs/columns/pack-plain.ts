import { types } from "node:util";
import { type Care, hasRepeats, isAccessor, looksInto } from "./care.ts";
import type { Layout } from "./layout.ts";
import type { OpenColumn, Store } from "./store.ts";

/** What the code of `packText` does, by walking the layout. */
export function packPlainly(
  layout: Layout,
  care: Care,
  store: Store,
  rows: readonly unknown[],
  from: number,
  to: number,
): number {
  for (let i = from; i < to; i++) {
    const seen: object[] = [];
    if (!put(layout, rows[i], store, care, seen)) return i;
    if (care.once && hasRepeats(seen, seen.length)) return i;
  }
  return to;
}

function put(layout: Layout, value: unknown, store: Store, care: Care, seen: object[]): boolean {
  switch (layout.kind) {
    case "nothing":
      return false;
    case "absent":
      return value === (layout.value === "null" ? null : undefined);
    case "constant":
      return value === layout.text;
    case "boolean":
      return typeof value === "boolean" && append(store, layout.slot, value ? 1 : 0);
    case "number": {
      if (typeof value !== "number") return false;
      const isWhole = (value | 0) === value && !Object.is(value, -0);
      return (layout.form === "float64" || isWhole) && append(store, layout.slot, value);
    }
    case "string":
      return typeof value === "string" && putString(layout, value, store);
    case "record":
      return putRecord(layout, value, store, care, seen);
    case "fixed":
      return (
        isPlainList(value, layout.item, care) &&
        value.length === layout.size &&
        putItems(layout.item, value, store, care, seen)
      );
    case "ragged":
      return (
        isPlainList(value, layout.item, care) &&
        append(store, layout.slot, lastOf(store, layout.slot) + value.length) &&
        putItems(layout.item, value, store, care, seen)
      );
    case "optional": {
      const isAbsent = value === (layout.absent === "null" ? null : undefined);
      append(store, layout.slot, lastOf(store, layout.slot) + (isAbsent ? 0 : 1));
      return isAbsent || put(layout.of, value, store, care, seen);
    }
    default:
      return layout satisfies never;
  }
}

function putString(
  { slot, form }: Layout & { readonly kind: "string" },
  text: string,
  store: Store,
): boolean {
  if (form === "text") {
    if (!store.addText(text)) return false;
    (store.data[slot] as string[])[store.used[slot] as number] = text;
    store.used[slot] = (store.used[slot] as number) + 1;
    return true;
  }
  const code = store.codes[slot]?.get(text) ?? store.addWord(slot, text);
  return code >= 0 && append(store, slot, code);
}

function putRecord(
  { keys, fields }: Layout & { readonly kind: "record" },
  value: unknown,
  store: Store,
  care: Care,
  seen: object[],
): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  seen.push(value);
  const isClose = care.look === "all";
  if (isClose && types.isProxy(value)) return false;
  const own = Object.keys(value);
  if (own.length !== keys.length) return false;
  const record = value as Readonly<Record<string, unknown>>;
  return keys.every((key, i) => {
    if (key !== own[i] || (isClose && isAccessor(value, key))) return false;
    return put(fields[i] as Layout, record[key], store, care, seen);
  });
}

function putItems(
  item: Layout,
  list: readonly unknown[],
  store: Store,
  care: Care,
  seen: object[],
): boolean {
  seen.push(list);
  for (let i = 0; i < list.length; i++) {
    if (!(i in list) || !put(item, list[i], store, care, seen)) return false;
  }
  return true;
}

function isPlainList(value: unknown, item: Layout, care: Care): value is readonly unknown[] {
  if (!Array.isArray(value) || Object.getPrototypeOf(value) !== Array.prototype) return false;
  if (care.look === "all" && types.isProxy(value)) return false;
  return !looksInto(care, item) || Object.keys(value).length === value.length;
}

function append(store: Store, slot: number, value: number): true {
  const used = store.used[slot] as number;
  let column = store.data[slot] as OpenColumn;
  if (used >= column.length) column = store.grow(slot, used + 1);
  column[used] = value;
  store.used[slot] = used + 1;
  return true;
}

function lastOf(store: Store, slot: number): number {
  return (store.data[slot] as Int32Array)[(store.used[slot] as number) - 1] as number;
}
