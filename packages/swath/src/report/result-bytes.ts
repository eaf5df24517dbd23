import type { PackedColumn, ResultPart, Rows, Transport } from "../protocol/results.ts";
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

  add(rows: Rows): void {
    if (rows.parts === undefined) return this.#cloned.add(rows as unknown as readonly unknown[]);
    for (const part of rows.parts) this.#addPart(part);
  }

  #addPart(part: ResultPart): void {
    switch (part.kind) {
      case "values":
        return this.#cloned.add(part.values);
      case "json":
        this.#json += part.text.length;
        return;
      case "columns":
        for (const column of part.columns) this.#columns += bytesOf(column);
        return;
      default:
        part satisfies never;
    }
  }
}

/** Texts are counted as one byte for each UTF-16 unit, as V8 sends most of them. */
function bytesOf(column: PackedColumn): number {
  if ("words" in column) {
    return column.words.reduce((sum, word) => sum + word.length, column.codes.byteLength);
  }
  if ("ends" in column) return column.ends.byteLength + column.text.length;
  return column.byteLength;
}
