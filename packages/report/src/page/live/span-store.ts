import type { Spans } from "../../record.ts";

const COLUMNS = ["worker", "start", "end", "begin", "decode", "read", "run", "encode"] as const;
/** Rows that there is room for at first; then twice as many, and so on. */
const FIRST_ROWS = 1_024;

/** Spans that come little by little, as one set of columns. */
export class SpanStore {
  #rows = 0;
  #columns = COLUMNS.map(() => new Float64Array(FIRST_ROWS));

  add(spans: Spans): void {
    const rows = this.#rows + spans.recorded;
    this.#grow(rows);
    for (const [i, name] of COLUMNS.entries()) this.#columns[i]?.set(spans[name], this.#rows);
    this.#rows = rows;
  }

  /** @param count chunks that have ended, of which these may be a sample */
  spans(count: number): Spans | undefined {
    if (this.#rows === 0) return undefined;
    const [worker, start, end, begin, decode, read, run, encode] = this.#columns.map((column) =>
      column.subarray(0, this.#rows),
    ) as unknown as readonly [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const recorded = this.#rows;
    return {
      count: Math.max(count, recorded),
      recorded,
      worker,
      start,
      end,
      begin,
      decode,
      read,
      run,
      encode,
    };
  }

  #grow(rows: number): void {
    const room = this.#columns[0]?.length ?? 0;
    if (rows <= room) return;
    let more = room;
    while (more < rows) more *= 2;
    this.#columns = this.#columns.map((column) => {
      const grown = new Float64Array(more);
      grown.set(column);
      return grown;
    });
  }
}
