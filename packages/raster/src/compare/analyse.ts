import { PieceReader, type PiecesData } from "./piece-entry.ts";

/** One of so many rows of a piece is looked at. */
const ROWS_PER_SAMPLE = 128;
/** Rows that are looked at side by side: few enough that every part of a piece is seen. */
const SAMPLE_ROWS = 4;
/** Rows that are classified before anything is timed: until the loop is compiled. */
const WARM_UP_ROWS = 64;

/**
 * What each piece will cost, in milliseconds for as many rows as were looked at: the analysis of
 * "analyse first, then split". It reads and classifies some rows of every piece in the caller's
 * thread, spread evenly.
 */
export async function analyse(data: PiecesData): Promise<readonly number[]> {
  const reader = new PieceReader(data);
  try {
    const [first] = data.pieces;
    if (first !== undefined) {
      await reader.count({ ...first, rows: Math.min(WARM_UP_ROWS, first.rows) });
    }
    const costs: number[] = [];
    for (const { strip, row, rows } of data.pieces) {
      const samples = Math.max(1, Math.floor(rows / ROWS_PER_SAMPLE / SAMPLE_ROWS));
      const each = Math.min(SAMPLE_ROWS, rows);
      const begun = performance.now();
      for (let sample = 0; sample < samples; sample++) {
        const middle = Math.floor(((sample + 0.5) * rows) / samples - each / 2);
        await reader.count({ strip, row: row + middle, rows: each });
      }
      const perRow = (performance.now() - begun) / (samples * each);
      costs.push(perRow * rows);
    }
    return costs;
  } finally {
    reader.close();
  }
}
