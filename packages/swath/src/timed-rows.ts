import { copyValues } from "./driver/collector.ts";
import type { ResultPart, Rows } from "./protocol/results.ts";

/** Results, and how long making them took whoever asked for them. */
export class TimedRows implements Rows {
  readonly length: number;
  readonly parts: readonly ResultPart[];
  readonly #rows: Rows;
  readonly #onMade: (ms: number) => void;

  private constructor(rows: Rows, parts: readonly ResultPart[], onMade: (ms: number) => void) {
    this.length = rows.length;
    this.parts = parts;
    this.#rows = rows;
    this.#onMade = onMade;
  }

  /** Results that are there already need no watch. */
  static of(rows: Rows, onMade: (ms: number) => void): Rows {
    const { parts } = rows;
    if (parts === undefined || parts.every(({ kind }) => kind === "values")) return rows;
    return new TimedRows(rows, parts, onMade);
  }

  slice(from?: number, to?: number): unknown[] {
    const begin = performance.now();
    const made = this.#rows.slice(from, to);
    this.#onMade(performance.now() - begin);
    return made;
  }

  copyTo(all: unknown[], at: number): void {
    const begin = performance.now();
    copyValues(this.#rows, all, at);
    this.#onMade(performance.now() - begin);
  }
}
