import type { Lane } from "../../figures/lanes.ts";
import type { Spans } from "../../record.ts";
import { lengthOf } from "./chunk-text.ts";
import type { View } from "./view.ts";

export type Order = "begin" | "longest" | "items";

/** Which chunks a table shows, and in which order. */
export interface Choice {
  readonly order: Order;
  /** All workers where undefined. */
  readonly worker: number | undefined;
  /** All times where undefined. */
  readonly view: View | undefined;
}

/** Rows of the record's columns that fit a choice, in its order. */
export function chosenRows(spans: Spans, lanes: readonly Lane[], choice: Choice): Uint32Array {
  const { worker, view } = choice;
  const rows: number[] = [];
  for (const lane of lanes) {
    if (worker !== undefined && lane.worker !== worker) continue;
    for (const row of lane.rows) {
      const begin = spans.begin[row] as number;
      const seen =
        view === undefined || (begin <= view.to && begin + lengthOf(spans, row) >= view.from);
      if (seen) rows.push(row);
    }
  }
  return sorted(spans, Uint32Array.from(rows), choice.order);
}

function sorted(spans: Spans, rows: Uint32Array, order: Order): Uint32Array {
  const column = columnOf(spans, order);
  const sign = order === "longest" ? -1 : 1;
  return rows.sort((a, b) => sign * ((column[a] as number) - (column[b] as number)) || a - b);
}

function columnOf(spans: Spans, order: Order): Float64Array {
  switch (order) {
    case "begin":
      return spans.begin;
    case "items":
      return spans.start;
    case "longest":
      return Float64Array.from(spans.begin, (_, row) => lengthOf(spans, row));
    default:
      return order satisfies never;
  }
}
