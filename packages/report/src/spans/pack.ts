import type { GcPauses, Spans } from "../record.ts";

/** The only version there is; see README.md beside this file. */
export const PACK_VERSION = 2;
/** Longest varint of an integer below 2^53. */
const VARINT_BYTES = 8;
const SPAN_COLUMNS = 9;
const PAUSE_COLUMNS = 3;

/** Packs spans and pauses into bytes for `unpackSpans`. Times are rounded to microseconds. */
export function packSpans(spans: Spans, gc?: GcPauses): Uint8Array {
  const pauses = gc?.begin.length ?? 0;
  const numbers = 5 + SPAN_COLUMNS * spans.recorded + PAUSE_COLUMNS * pauses;
  const writer = new VarintWriter(numbers * VARINT_BYTES);
  const hasRest = spans.duration === undefined ? 0 : 1;
  for (const n of [PACK_VERSION, spans.count, spans.recorded, pauses, hasRest]) writer.write(n);
  writeSpans(writer, spans);
  if (gc !== undefined) writePauses(writer, gc);
  return writer.bytes();
}

function writeSpans(writer: VarintWriter, spans: Spans): void {
  const order = orderOf(spans.begin);
  const durations = [spans.decode, spans.read, spans.run, spans.encode];
  const length = (i: number) =>
    durations.reduce((sum, column) => sum + microseconds(column[i] as number), 0);
  writeWorkers(writer, spans.worker, order);
  writeGaps(writer, spans.worker, spans.begin, order, length);
  for (const column of durations) {
    for (const i of order) writer.write(microseconds(column[i] as number));
  }
  const { duration } = spans;
  if (duration !== undefined) {
    for (const i of order) writer.write(zigzag(microseconds(duration[i] as number) - length(i)));
  }
  let next = 0;
  for (const i of order) {
    writer.write(zigzag((spans.start[i] as number) - next));
    next = spans.end[i] as number;
  }
  for (const i of order) writer.write((spans.end[i] as number) - (spans.start[i] as number));
}

function writePauses(writer: VarintWriter, gc: GcPauses): void {
  const order = orderOf(gc.begin);
  const length = (i: number) => microseconds(gc.duration[i] as number);
  writeWorkers(writer, gc.worker, order);
  writeGaps(writer, gc.worker, gc.begin, order, length);
  for (const i of order) writer.write(length(i));
}

function writeWorkers(writer: VarintWriter, workers: Float64Array, order: Uint32Array): void {
  for (const i of order) writer.write(workers[i] as number);
}

function writeGaps(
  writer: VarintWriter,
  workers: Float64Array,
  begins: Float64Array,
  order: Uint32Array,
  length: (i: number) => number,
): void {
  const ends = new Map<number, number>();
  for (const i of order) {
    const worker = workers[i] as number;
    const begin = microseconds(begins[i] as number);
    writer.write(zigzag(begin - (ends.get(worker) ?? 0)));
    ends.set(worker, begin + length(i));
  }
}

function orderOf(begins: Float64Array): Uint32Array {
  const order = Uint32Array.from(begins, (_, i) => i);
  return order.sort((a, b) => (begins[a] as number) - (begins[b] as number) || a - b);
}

function microseconds(seconds: number): number {
  return Math.round(seconds * 1e6);
}

function zigzag(n: number): number {
  return n >= 0 ? 2 * n : -2 * n - 1;
}

class VarintWriter {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** @param n integer from 0 to 2^53 */
  write(n: number): void {
    while (n >= 0x80) {
      this.#bytes[this.#at++] = (n % 0x80) | 0x80;
      n = Math.floor(n / 0x80);
    }
    this.#bytes[this.#at++] = n;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
}
