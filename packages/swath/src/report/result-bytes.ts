import { bytesOfColumn, type ResultPart, type Rows, type Transport } from "../protocol/results.ts";
import { ByteCount } from "./byte-count.ts";

/** Counts the bytes of results by the way that they took. */
export class ResultBytes {
  readonly #cloned = new ByteCount();
  #json = 0;
  #columns = 0;

  get bytes(): number {
    return this.#cloned.bytes + this.#json + this.#columns;
  }

  get by(): Readonly<Record<Transport, number>> {
    return { clone: this.#cloned.bytes, json: this.#json, columns: this.#columns };
  }

  /** Whether nothing was estimated. */
  get exact(): boolean {
    return this.#cloned.exact;
  }

  /** Milliseconds that serialising samples took. */
  get ms(): number {
    return this.#cloned.ms;
  }

  /** Returns the bytes of these results. */
  add(rows: Rows): number {
    if (rows.parts === undefined) return this.#cloned.add(rows as unknown as readonly unknown[]);
    return rows.parts.reduce((sum, part) => sum + this.#addPart(part), 0);
  }

  #addPart(part: ResultPart): number {
    switch (part.kind) {
      case "values":
        return this.#cloned.add(part.values);
      case "json":
        this.#json += part.text.length;
        return part.text.length;
      case "columns": {
        const bytes = part.columns.reduce((sum, column) => sum + bytesOfColumn(column), 0);
        this.#columns += bytes;
        return bytes;
      }
      default:
        return part satisfies never;
    }
  }
}
