import type { Spans } from "../record.ts";
import { packSpans } from "../spans/pack.ts";
import { SPAN_COLUMNS } from "./messages.ts";

/** The named spans of a job that runs, for viewers who come at any time. */
export class SpanHistory {
  readonly #columns: number[][] = SPAN_COLUMNS.map(() => []);

  get length(): number {
    return (this.#columns[0] as number[]).length;
  }

  /** @param spans columns by {@link SPAN_COLUMNS}, one after the other, in milliseconds */
  add(spans: Float64Array): void {
    const rows = spans.length / SPAN_COLUMNS.length;
    for (const [c, column] of this.#columns.entries()) {
      for (let row = 0; row < rows; row++) column.push(spans[c * rows + row] as number);
    }
  }

  /** Spans `from` to `to` (exclusive) as a page unpacks them, in base64. */
  packed(from: number, to: number, count: number): string {
    const column = (name: (typeof SPAN_COLUMNS)[number], unit: number) =>
      Float64Array.from(
        (this.#columns[SPAN_COLUMNS.indexOf(name)] as number[]).slice(from, to),
        (value) => value / unit,
      );
    const spans: Spans = {
      count,
      recorded: to - from,
      worker: column("worker", 1),
      start: column("start", 1),
      end: column("end", 1),
      begin: column("begin", 1e3),
      decode: column("decode", 1e3),
      read: column("read", 1e3),
      run: column("run", 1e3),
      encode: column("encode", 1e3),
    };
    return Buffer.from(packSpans(spans)).toString("base64");
  }
}
