import { now } from "../protocol/clock.ts";
import type { TablePart } from "../protocol/messages.ts";

/** Chunks whose bytes are measured; those after them are taken to be alike. */
const SAMPLED_CHUNKS = 4;
/** Values of a chunk that are serialised to measure it, … */
const SAMPLED_VALUES = 64;
/** … or fewer, if they are large: so many bytes, for it takes as long as sending them. */
const SAMPLED_BYTES = 1 << 18;
/** As which a number counts. */
const NUMBER_BYTES = 8;

/**
 * Counts the bytes of values that cross threads: exactly for typed arrays and lists of them,
 * else from a sample, for measuring costs as much as sending.
 */
export class ByteCount {
  #bytes = 0;
  #arrays = 0;
  #exact = true;
  #ms = 0;
  #sampled = { chunks: 0, values: 0, bytes: 0 };

  get bytes(): number {
    return Math.round(this.#bytes);
  }

  /** Bytes of those values that are typed arrays themselves. */
  get arrays(): number {
    return this.#arrays;
  }

  /** Whether nothing was estimated. */
  get exact(): boolean {
    return this.#exact;
  }

  /** Milliseconds that serialising samples took. */
  get ms(): number {
    return this.#ms;
  }

  /** Returns the bytes of these values. */
  add(values: ArrayLike<unknown>): number {
    const bytes = this.#measure(values);
    this.#bytes += bytes;
    return bytes;
  }

  #measure(values: ArrayLike<unknown>): number {
    if (values.length === 0) return 0;
    // Part of a table: what it has of each column.
    if ("cells" in values) {
      const arrays = this.#arrays;
      const { cells } = values as TablePart;
      const bytes = cells.reduce((sum, column) => sum + this.#measure(column), 0);
      // Items are rows, whatever their columns hold.
      this.#arrays = arrays;
      return bytes;
    }
    if (ArrayBuffer.isView(values)) return values.byteLength;
    if (ArrayBuffer.isView(values[0])) {
      let bytes = 0;
      for (let i = 0; i < values.length; i++) bytes += sentOf(values[i]);
      this.#arrays += bytes;
      return bytes;
    }
    this.#exact = false;
    return this.#bytesPerValue(values) * values.length;
  }

  #bytesPerValue(values: ArrayLike<unknown>): number {
    const sampled = this.#sampled;
    if (sampled.chunks < SAMPLED_CHUNKS) {
      sampled.chunks++;
      const begin = now();
      const [first] = Array.prototype.slice.call(values, 0, 1) as [unknown];
      const most = Math.max(1, Math.floor(SAMPLED_BYTES / bytesOfAll([first])));
      const some = Array.prototype.slice.call(values, 0, Math.min(SAMPLED_VALUES, most));
      sampled.values += some.length;
      sampled.bytes += bytesOfAll(some);
      this.#ms += now() - begin;
    }
    return sampled.bytes / sampled.values;
  }
}

/** Of shared memory only the address is sent. */
function sentOf(view: unknown): number {
  if (!ArrayBuffer.isView(view) || view.buffer instanceof SharedArrayBuffer) return 0;
  return view.byteLength;
}

/** One call for all: each takes as long as serialising ten small values. */
function bytesOfAll(values: readonly unknown[]): number {
  if (values.every((value) => typeof value === "number")) return NUMBER_BYTES * values.length;
  return bytesOf(values) ?? values.reduce<number>((sum, value) => sum + (bytesOf(value) ?? 0), 0);
}

function bytesOf(value: unknown): number | undefined {
  try {
    // Not imported: every program that imports swath would load it, and few come here.
    return process.getBuiltinModule("node:v8").serialize(value).byteLength;
  } catch {
    return undefined;
  }
}
