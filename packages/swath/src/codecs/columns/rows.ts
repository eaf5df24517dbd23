import type { PackedColumn } from "../../protocol/results.ts";
import type { Layout } from "./layout.ts";
import { makeRow } from "./rows-plain.ts";
import { rowsText } from "./rows-text.ts";

/** Makes rows out of columns: plain objects, new ones each time. */
export interface RowMaker {
  /** Row `i`. */
  row(columns: readonly PackedColumn[], i: number): unknown;
  /** The rows `[from, to)` into `out`, from place `at` on. */
  fill(
    columns: readonly PackedColumn[],
    out: unknown[],
    at: number,
    from: number,
    to: number,
  ): void;
}

const makers = new Map<string, RowMaker>();
/** So many makers are kept; jobs of a process have few shapes. */
const MAX_MAKERS = 256;

/** Code of its own for one layout, made once; or, where that is forbidden, a walk of the layout. */
export function rowMakerFor(layout: Layout): RowMaker {
  const key = JSON.stringify(layout);
  let maker = makers.get(key);
  if (maker === undefined) {
    if (makers.size >= MAX_MAKERS) makers.clear();
    maker = makeMaker(layout);
    makers.set(key, maker);
  }
  return maker;
}

function makeMaker(layout: Layout): RowMaker {
  try {
    return new Function(rowsText(layout))() as RowMaker;
  } catch {
    return {
      row: (columns, i) => makeRow(layout, columns, i),
      fill: (columns, out, at, from, to) => {
        for (let i = from; i < to; i++) out[at + i - from] = makeRow(layout, columns, i);
      },
    };
  }
}
