import { types } from "node:util";
import { type Care, hasRepeats, isAccessor } from "./care.ts";
import type { Layout, SlotKind } from "./layout.ts";
import { packPlainly } from "./pack-plain.ts";
import { packText } from "./pack-text.ts";
import type { Store } from "./store.ts";

/**
 * Packs the rows `[from, to)` behind those of the store, until one does not fit.
 *
 * @returns the index of that row, else `to`. What it left of that row is to be cut off
 */
export type Pack = (store: Store, rows: readonly unknown[], from: number, to: number) => number;

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
