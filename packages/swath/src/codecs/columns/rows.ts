import type { PackedColumn } from "../../protocol/results.ts";
import type { Layout } from "./layout.ts";
import { makeRow } from "./rows-plain.ts";
import { rowsText } from "./rows-text.ts";
import { ROWS_PER_LOOK, YoungGeneration } from "./young-generation.ts";

type FillRows = (
  columns: readonly PackedColumn[],
  out: unknown[],
  at: number,
  from: number,
  to: number,
) => void;

/** Makes rows out of columns: plain objects, new ones each time. */
export interface RowMaker {
  /** Row `i`. */
  readonly row: (columns: readonly PackedColumn[], i: number) => unknown;
  /** The rows `[from, to)` into `out`, from place `at` on. */
  readonly fill: FillRows;
  /** The first `count` rows into `all`, from place `at` on, where they stay. */
  fillForGood(columns: readonly PackedColumn[], all: unknown[], at: number, count: number): void;
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
    return new CompiledMaker(rowsText(layout));
  } catch {
    return plainMaker(layout);
  }
}

function plainMaker(layout: Layout): RowMaker {
  const fill: FillRows = (columns, out, at, from, to) => {
    for (let i = from; i < to; i++) out[at + i - from] = makeRow(layout, columns, i);
  };
  return {
    row: (columns, i) => makeRow(layout, columns, i),
    fill,
    fillForGood: (columns, all, at, count) => fill(columns, all, at, 0, count),
  };
}

/** Code of its own, which is renewed as {@link YoungGeneration} says. */
class CompiledMaker implements RowMaker {
  row!: RowMaker["row"];
  fill!: FillRows;
  readonly #text: string;
  /** Undefined where looking or making code is not allowed any more. */
  #young: YoungGeneration | undefined = new YoungGeneration();

  constructor(text: string) {
    this.#text = text;
    this.#renew();
  }

  fillForGood(columns: readonly PackedColumn[], all: unknown[], at: number, count: number): void {
    for (let from = 0; from < count; from += ROWS_PER_LOOK) {
      const to = Math.min(count, from + ROWS_PER_LOOK);
      this.fill(columns, all, at + from, from, to);
      this.#made(to - from);
    }
  }

  #made(rows: number): void {
    try {
      if (this.#young?.isOutgrown(rows)) this.#renew();
    } catch {
      this.#young = undefined;
    }
  }

  #renew(): void {
    const { row, fill } = new Function(this.#text)() as Pick<RowMaker, "row" | "fill">;
    this.row = row;
    this.fill = fill;
  }
}
