import { bytesOfColumn, type Rows } from "./protocol/results.ts";
import { weighEach } from "./routes/weigh.ts";

/** Most bytes of the items and results of one chunk, as they are estimated. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Most items of one, however small; a quarter of it makes a stream of cheap items a third slower. */
const CHUNK_ITEMS = 16_384;
/** Values that are weighed of those that have come. */
const WEIGHED = 16;
/** What is kept of an older, higher weight when a lower one comes. */
const KEPT = 0.75;
/** A new size that is nearer to the old one is not worth a word. */
const WORTH_TELLING = 1.25;

/**
 * How long the chunks of a stream may be, so that what waits for its reader stays small whatever
 * the size of items and results: the number of chunks that wait is bounded elsewhere. One index
 * each, until the first result has been weighed.
 */
export class StreamBudget {
  readonly #unit: number;
  readonly #bytes = { items: 0, results: 0 };
  #hasResults = false;
  #told = 1;

  /** @param unit items of an index */
  constructor(unit: number) {
    this.#unit = unit;
  }

  /** Indices of a chunk at most. */
  get most(): number {
    return this.#told;
  }

  /** Items of a source that has to be read have come. @returns whether {@link most} is another */
  sawItems(items: readonly unknown[]): boolean {
    return this.#saw("items", () => weighEach(items).bytes);
  }

  /** Results have come, or it is known that there are none. @returns as {@link sawItems} */
  sawResults(rows: Rows): boolean {
    this.#hasResults = true;
    return this.#saw("results", () => (rows.length === 0 ? 0 : bytesOfRow(rows)));
  }

  #saw(what: "items" | "results", weighed: () => number): boolean {
    let bytes = 0;
    try {
      bytes = weighed();
    } catch {
      // A proxy may throw whatever is asked of it: it counts as nothing.
    }
    this.#bytes[what] = Math.max(bytes, KEPT * this.#bytes[what]);
    if (!this.#hasResults) return false;
    const fitting = this.#fitting;
    const change = fitting / this.#told;
    if (change < WORTH_TELLING && change > 1 / WORTH_TELLING) return false;
    this.#told = fitting;
    return true;
  }

  get #fitting(): number {
    const { items, results } = this.#bytes;
    const perIndex = items * this.#unit + results;
    const byItems = Math.ceil(CHUNK_ITEMS / this.#unit);
    return Math.max(1, Math.min(byItems, Math.floor(CHUNK_BYTES / perIndex)));
  }
}

/** Mean bytes of a result, as it lies here until somebody asks for it. */
function bytesOfRow(rows: Rows): number {
  if (rows.parts === undefined) return weighEach(rows.slice(0, WEIGHED)).bytes;
  let bytes = 0;
  for (const part of rows.parts) {
    switch (part.kind) {
      case "columns":
        bytes += part.columns.reduce((sum, column) => sum + bytesOfColumn(column), 0);
        break;
      case "json":
        bytes += part.text.length;
        break;
      case "values":
        bytes += weighEach(part.values).bytes * part.values.length;
        break;
      default:
        part satisfies never;
    }
  }
  return bytes / rows.length;
}
