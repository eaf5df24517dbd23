import type { Literal } from "../protocol/literal.ts";
import type { Packed, ResultMessage, ResultPart } from "../protocol/results.ts";
import { BATCH_ROWS, type DirectRows, Packer, ROWS_BETWEEN } from "./columns/packer.ts";
import type { Misfit } from "./columns/shape.ts";
import { isJsonExact } from "./json-exact.ts";
import { TransportChoice } from "./transport-choice.ts";

/** A result that has no place in columns. */
export interface RefusedResult {
  /** Its place in the chunk. */
  readonly offset: number;
  readonly misfit: Misfit;
}

/** What came of the results of a chunk. */
export interface EncodedResults {
  readonly message: ResultMessage;
  /** What is to be moved with it. */
  readonly transfer: readonly ArrayBuffer[];
  /** By offset; results stand as undefined for them. Only where columns are wanted. */
  readonly refused: readonly RefusedResult[];
  /** Milliseconds that it took. */
  readonly ms: number;
}

/** Stands for the result of an item that failed: it is no row, and no shape is made of it. */
export const LEFT_OUT = Symbol("left out");

/** Results that go by structured clone, as they are. */
export function bareResults(values: readonly unknown[]): EncodedResults {
  return { message: values, transfer: [], refused: [], ms: 0 };
}

/**
 * Encodes the results of one job in one worker, a batch of results at a time, so that the
 * objects of a batch are garbage before they are old.
 *
 * Where values are wanted, each batch travels in the way that was measured to be the fastest,
 * and by structured clone if any of it could arrive in another form than by that. Where columns
 * are wanted, nothing else is taken.
 */
export class ResultsEncoder {
  readonly #wantsColumns: boolean;
  readonly #packer: Packer;
  readonly #choice: TransportChoice;
  #parts: ResultPart[] = [];
  #plain: unknown[] = [];
  #refused: RefusedResult[] = [];
  #count = 0;
  #ms = 0;

  /** @param literal what is known of each result that is put into columns by who makes it */
  constructor(results: "values" | "columns", literal?: () => Literal | undefined) {
    this.#wantsColumns = results === "columns";
    this.#packer = new Packer(results, literal);
    this.#choice = new TransportChoice();
  }

  /** Whether batches are of no use: all goes by structured clone. */
  get isPlain(): boolean {
    return !this.#wantsColumns && this.#choice.transport === "clone";
  }

  /** What stands in the place of an item that failed. */
  get failed(): unknown {
    return this.#wantsColumns ? LEFT_OUT : undefined;
  }

  /** Where who makes results may put them into columns; undefined where they are to be given. */
  get direct(): DirectRows | undefined {
    return this.#takesDirect ? this.#packer.direct : undefined;
  }

  get #takesDirect(): boolean {
    return this.#wantsColumns || this.#choice.transport === "columns";
  }

  /** How many results it is to be given at a time by who puts the others into columns. */
  get between(): number {
    return this.#takesDirect && this.#packer.isWarm ? ROWS_BETWEEN : BATCH_ROWS;
  }

  /** `count` results are in the columns, and perhaps a part of one more. */
  tookDirect(count: number): void {
    if (count > 0) this.#closePlain();
    if (!this.#wantsColumns) this.#choice.passed(count);
    this.#packer.tookDirect(count, this.#parts as Packed[]);
    this.#count += count;
  }

  /** Milliseconds that the open chunk has taken so far. */
  get ms(): number {
    return this.#ms;
  }

  /** Takes the first `count` of `rows`, which may be used again afterwards. */
  take(rows: readonly unknown[], count: number): void {
    if (count === 0) return;
    const begin = performance.now();
    if (this.#wantsColumns) this.#takeColumns(rows, count);
    else this.#takeValues(rows, count);
    const ms = performance.now() - begin;
    if (!this.#wantsColumns) this.#choice.took(ms, rows, count);
    this.#count += count;
    this.#ms += ms;
  }

  /** As {@link take}, for rows that go by structured clone whatever they are. */
  keep(rows: readonly unknown[], count: number): void {
    this.#keep(rows, 0, count);
    this.#count += count;
  }

  /** Takes out what has come since the last time. */
  finish(): EncodedResults {
    const begin = performance.now();
    this.#closePlain();
    this.#packer.seal(this.#parts as Packed[]);
    const parts = this.#parts;
    const [first] = parts;
    const isBare = parts.length === 1 && first?.kind === "values";
    const message: ResultMessage =
      parts.length === 0 ? [] : isBare ? first.values : { kind: "parts", parts };
    const encoded = {
      message,
      transfer: parts.flatMap(buffersOf),
      refused: this.#refused,
      ms: this.#ms + performance.now() - begin,
    };
    this.#parts = [];
    this.#refused = [];
    this.#count = 0;
    this.#ms = 0;
    return encoded;
  }

  #takeColumns(rows: readonly unknown[], count: number): void {
    for (let at = 0; at < count; ) {
      const refusal = this.#packer.add(rows, at, count, this.#parts as Packed[]);
      if (refusal === undefined) return;
      this.#packer.seal(this.#parts as Packed[]);
      this.#parts.push({ kind: "values", values: [undefined] });
      if (rows[refusal.index] !== LEFT_OUT) {
        this.#refused.push({ offset: this.#count + refusal.index, misfit: refusal.misfit });
      }
      at = refusal.index + 1;
    }
  }

  #takeValues(rows: readonly unknown[], count: number): void {
    const { transport } = this.#choice;
    switch (transport) {
      case "columns": {
        this.#closePlain();
        const refusal = this.#packer.add(rows, 0, count, this.#parts as Packed[]);
        if (refusal === undefined) return;
        this.#choice.refused();
        return this.#keep(rows, refusal.index, count);
      }
      case "json":
        return this.#takeJson(rows, count);
      case "clone":
        return this.#keep(rows, 0, count);
      default:
        transport satisfies never;
    }
  }

  #takeJson(rows: readonly unknown[], count: number): void {
    if (!isJsonExact(rows, count)) {
      this.#choice.refused();
      return this.#keep(rows, 0, count);
    }
    this.#closePlain();
    this.#packer.seal(this.#parts as Packed[]);
    this.#parts.push({ kind: "json", text: JSON.stringify(rows.slice(0, count)), count });
  }

  /** Leaves rows to structured clone. */
  #keep(rows: readonly unknown[], from: number, to: number): void {
    this.#packer.seal(this.#parts as Packed[]);
    for (let i = from; i < to; i++) this.#plain.push(rows[i]);
  }

  #closePlain(): void {
    if (this.#plain.length === 0) return;
    this.#parts.push({ kind: "values", values: this.#plain });
    this.#plain = [];
  }
}

function buffersOf(part: ResultPart): readonly ArrayBuffer[] {
  if (part.kind !== "columns") return [];
  return part.columns.map((column) => {
    if ("codes" in column) return column.codes.buffer;
    return "ends" in column ? column.ends.buffer : column.buffer;
  });
}
