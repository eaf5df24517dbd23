import { MAX_SPANS } from "../read-record.ts";
import type { GcPauses, Spans } from "../record.ts";
import { PACK_VERSION } from "./pack.ts";

/** What {@link unpackSpans} found. */
export interface Unpacked {
  readonly spans: Spans;
  readonly gc: GcPauses | undefined;
}

/** Most bytes of a block: a bound on what gzip may blow up to. */
export const MAX_PACKED_BYTES = 12 * 8 * MAX_SPANS;

/** Reads what `packSpans` made; undefined where the bytes are damaged. */
export function unpackSpans(bytes: Uint8Array): Unpacked | undefined {
  const reader = new VarintReader(bytes);
  const [version, count, recorded, pauses, hasRest] = [
    reader.read(),
    reader.read(),
    reader.read(),
    reader.read(),
    reader.read(),
  ] as const;
  if (version !== PACK_VERSION || !(recorded <= MAX_SPANS) || !(pauses <= MAX_SPANS)) return;
  const spans: Spans = { count, recorded, ...readSpans(reader, recorded, hasRest === 1) };
  const gc = pauses === 0 ? undefined : readPauses(reader, pauses);
  return reader.atEnd ? { spans, gc } : undefined;
}

function readSpans(
  reader: VarintReader,
  rows: number,
  hasRest: boolean,
): Omit<Spans, "count" | "recorded"> {
  const worker = reader.column(rows);
  const begin = reader.column(rows);
  const decode = reader.column(rows);
  const read = reader.column(rows);
  const run = reader.column(rows);
  const encode = reader.column(rows);
  const rest = hasRest ? reader.column(rows) : undefined;
  const start = reader.column(rows);
  const end = reader.column(rows);
  let next = 0;
  for (let i = 0; i < rows; i++) {
    start[i] = unzigzag(start[i] as number) + next;
    next = end[i] = (start[i] as number) + (end[i] as number);
  }
  const durations = [decode, read, run, encode];
  const lengths = sumOf(durations);
  fromGaps(worker, begin, lengths);
  const duration = rest?.map((left, i) => (lengths[i] as number) + unzigzag(left));
  for (const column of [begin, ...durations]) toSeconds(column);
  if (duration !== undefined) toSeconds(duration);
  const columns = { worker, start, end, begin, decode, read, run, encode };
  return duration === undefined ? columns : { ...columns, duration };
}

function readPauses(reader: VarintReader, rows: number): GcPauses {
  const worker = reader.column(rows);
  const begin = reader.column(rows);
  const duration = reader.column(rows);
  fromGaps(worker, begin, duration);
  for (const column of [begin, duration]) toSeconds(column);
  return { worker, begin, duration };
}

function sumOf([first, ...others]: readonly Float64Array[]): Float64Array {
  const sums = Float64Array.from(first ?? []);
  for (const column of others) {
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (column[i] as number);
  }
  return sums;
}

function fromGaps(workers: Float64Array, gaps: Float64Array, lengths: Float64Array): void {
  const ends = new Map<number, number>();
  for (let i = 0; i < gaps.length; i++) {
    const worker = workers[i] as number;
    const begin = (ends.get(worker) ?? 0) + unzigzag(gaps[i] as number);
    gaps[i] = begin;
    ends.set(worker, begin + (lengths[i] as number));
  }
}

function toSeconds(column: Float64Array): void {
  for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) / 1e6;
}

function unzigzag(n: number): number {
  return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
}

/** Numbers of a damaged block read as NaN. */
class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  read(): number {
    let n = 0;
    for (let scale = 1; scale < 2 ** 53; scale *= 0x80) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      n += (byte & 0x7f) * scale;
      if (byte < 0x80) return n;
    }
    return Number.NaN;
  }

  column(rows: number): Float64Array {
    const column = new Float64Array(rows);
    const bytes = this.#bytes;
    for (let i = 0; i < rows; i++) {
      // Nearly all take one byte or two; what is beyond the end is no number and goes the long way.
      const first = bytes[this.#at] as number;
      const second = bytes[this.#at + 1] as number;
      if (first < 0x80) {
        this.#at++;
        column[i] = first;
      } else if (second < 0x80) {
        this.#at += 2;
        column[i] = (first & 0x7f) | (second << 7);
      } else column[i] = this.read();
    }
    return column;
  }
}
