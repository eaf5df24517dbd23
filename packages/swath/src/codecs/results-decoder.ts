import type { Packed, ResultMessage, ResultPart, Rows } from "../protocol/results.ts";
import { type Layout, layoutOf } from "./columns/layout.ts";
import { type RowMaker, rowMakerFor } from "./columns/rows.ts";
import type { Shape } from "./columns/shape.ts";

/** The results of a chunk out of what came for them. Nothing is made that nobody asks for. */
export function decodeResults(message: ResultMessage): Rows {
  return "parts" in message ? new ResultList(message.parts) : (message as unknown[]);
}

/** The results of a chunk that came by structured clone, up to the first that did not. */
export function clonedHead(rows: Rows): unknown[] {
  if (rows.parts === undefined) return rows as unknown[];
  const [first] = rows.parts;
  return first?.kind === "values" ? (first.values as unknown[]) : [];
}

/** Columns with what makes rows of them. */
export interface Reader {
  readonly shape: Shape;
  readonly layout: Layout;
  readonly maker: RowMaker;
}

const readers = new Map<string, Reader>();
/** So many readers are kept; jobs of a process have few shapes. */
const MAX_READERS = 256;

/** How columns of the shape are read. */
export function readerOf({ shape: text }: Packed): Reader {
  let reader = readers.get(text);
  if (reader === undefined) {
    if (readers.size >= MAX_READERS) readers.clear();
    const shape = JSON.parse(text) as Shape;
    const { layout } = layoutOf(shape);
    reader = { shape, layout, maker: rowMakerFor(layout) };
    readers.set(text, reader);
  }
  return reader;
}

/** Results in parts; those that are no objects yet become some when they are asked for. */
class ResultList implements Rows {
  readonly length: number;
  readonly parts: readonly ResultPart[];
  /** Where each part begins. */
  readonly #starts: readonly number[];
  readonly #parsed = new Map<ResultPart, readonly unknown[]>();

  constructor(parts: readonly ResultPart[]) {
    let length = 0;
    this.parts = parts;
    this.#starts = parts.map((part) => (length += countOf(part)) - countOf(part));
    this.length = length;
  }

  slice(from = 0, to = this.length): unknown[] {
    const end = Math.min(to, this.length);
    const rows = new Array<unknown>(Math.max(0, end - from));
    for (const [i, part] of this.parts.entries()) {
      const start = this.#starts[i] as number;
      const first = Math.max(from, start);
      const last = Math.min(end, start + countOf(part));
      if (first < last) this.#fill(part, rows, first - from, first - start, last - start);
    }
    return rows;
  }

  copyTo(all: unknown[], at: number): void {
    for (const [i, part] of this.parts.entries()) {
      const start = at + (this.#starts[i] as number);
      if (part.kind === "columns") {
        readerOf(part).maker.fillForGood(part.columns, all, start, part.count);
      } else this.#fill(part, all, start, 0, countOf(part));
    }
  }

  #fill(part: ResultPart, rows: unknown[], at: number, from: number, to: number): void {
    if (part.kind === "columns") {
      return readerOf(part).maker.fill(part.columns, rows, at, from, to);
    }
    const values = part.kind === "values" ? part.values : this.#parse(part);
    for (let i = from; i < to; i++) rows[at + i - from] = values[i];
  }

  #parse(part: ResultPart & { readonly kind: "json" }): readonly unknown[] {
    let values = this.#parsed.get(part);
    if (values === undefined) {
      values = JSON.parse(part.text) as readonly unknown[];
      this.#parsed.set(part, values);
    }
    return values;
  }
}

function countOf(part: ResultPart): number {
  return part.kind === "values" ? part.values.length : part.count;
}
