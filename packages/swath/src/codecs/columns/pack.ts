import { types } from "node:util";
import { packText } from "./pack-text.ts";
import { packPlainly } from "./pack-plain.ts";
import type { Layout, SlotKind } from "./layout.ts";
import type { Store } from "./store.ts";

/**
 * Packs the rows `[from, to)` behind those of the store, until one does not fit.
 *
 * @returns the index of that row, else `to`. What it left of that row is to be cut off
 */
export type Pack = (store: Store, rows: readonly unknown[], from: number, to: number) => number;

/** How closely each row is looked at. */
export interface Care {
  /** Whether an object that stands in two places of a row has no place. */
  readonly once: boolean;
  /**
   * What is looked at closely. "all": for proxies, accessors, and arrays with further properties
   * (50 ns for each object). "arrays": for the latter, save in arrays of bare numbers and booleans.
   */
  readonly look: "all" | "arrays" | "none";
}

/** Whether the lists of these items are looked at for further properties. */
export function looksInto({ look }: Care, item: Layout): boolean {
  const isBare = item.kind === "number" || item.kind === "boolean";
  return look === "all" || (look === "arrays" && !isBare);
}

const packs = new Map<string, Pack>();
/** So many packs are kept; jobs of a process have few shapes. */
const MAX_PACKS = 256;

/**
 * Code of its own for one layout, made once. Where making code from text is forbidden
 * (`--disallow-code-generation-from-strings`), one that walks the layout serves.
 */
export function packFor(layout: Layout, slots: readonly SlotKind[], care: Care): Pack {
  const key = `${care.once} ${care.look} ${JSON.stringify(layout)}`;
  let pack = packs.get(key);
  if (pack === undefined) {
    if (packs.size >= MAX_PACKS) packs.clear();
    pack = makePack(layout, slots, care);
    packs.set(key, pack);
  }
  return pack;
}

function makePack(layout: Layout, slots: readonly SlotKind[], care: Care): Pack {
  try {
    const make = new Function("hasRepeats", "isProxy", "isAccessor", packText(layout, slots, care));
    return make(hasRepeats, types.isProxy, isAccessor) as Pack;
  } catch {
    return (store, rows, from, to) => packPlainly(layout, care, store, rows, from, to);
  }
}

/** Whether the value is none that lies there, but one that a function gives. */
export function isAccessor(object: object, key: string): boolean {
  const own = Object.getOwnPropertyDescriptor(object, key);
  return own === undefined || !("value" in own);
}

/** Up to this many objects are compared each with each. */
const MAX_COMPARED = 24;

/** Whether one object is twice among the first `count`. */
export function hasRepeats(objects: readonly unknown[], count: number): boolean {
  if (count > MAX_COMPARED) return new Set(objects.slice(0, count)).size < count;
  for (let i = 1; i < count; i++) {
    const one = objects[i];
    for (let j = 0; j < i; j++) if (objects[j] === one) return true;
  }
  return false;
}
