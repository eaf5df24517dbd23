import { BATCH_ROWS, type DirectRows } from "../codecs/columns/packer.ts";
import { bareResults, type EncodedResults, ResultsEncoder } from "../codecs/results-encoder.ts";
import {
  type ChunkOrder,
  type ItemFailure,
  type JobSpec,
  sendsResults,
} from "../protocol/messages.ts";
import { makeResultWriter, type ResultWriter } from "../shared/result-writer.ts";
import { literalResult } from "../task/literal-result.ts";
import { ColumnSaver } from "./column-saver.ts";
import type { JobHost, Saver } from "./host.ts";
import { listFor } from "./list.ts";
import { Saving } from "./saving.ts";

const NOTHING_POSTED = { count: 0, ms: 0 };

/** What becomes of the results of one job in one thread. */
export class JobResults {
  /** Whether each item has a result that is sent. */
  readonly isList: boolean;
  /** Takes them where they are not collected. */
  readonly writer: ResultWriter | undefined;
  /** Where they are saved one by one, if they ever are. */
  readonly saver: Saver | undefined;
  readonly saving: Saving;
  readonly #encoder: ResultsEncoder | undefined;
  #isDirect: boolean;

  /** @param isDirect whether loops may put results into columns: none of them is left half way */
  constructor(
    spec: JobSpec,
    host: JobHost,
    task: (...args: never[]) => unknown,
    isDirect: boolean,
  ) {
    this.isList = spec.mode === "map" && sendsResults(spec);
    this.writer = spec.into && makeResultWriter(spec.into);
    this.saver = saverFor(spec, host);
    this.saving = new Saving(this.saver, this.isList);
    const encodes = this.isList && (host.sends || spec.results === "columns");
    this.#encoder = encodes
      ? new ResultsEncoder(spec.results, () => literalResult(task))
      : undefined;
    this.#isDirect = isDirect;
  }

  get isDirect(): boolean {
    return this.#isDirect;
  }

  /** No loop that puts results into columns can be made. */
  forbidDirect(): void {
    this.#isDirect = false;
  }

  /** Undefined where results are better left as they are. */
  openEncoder(): ResultsEncoder | undefined {
    return this.#encoder?.isPlain === true ? undefined : this.#encoder;
  }

  /** A list for `length` results, of which an encoder takes a batch at a time. */
  listFor(encoder: ResultsEncoder | undefined, length: number): unknown[] {
    const kept = encoder === undefined ? length : Math.min(length, BATCH_ROWS);
    return listFor(this.isList ? kept : 0);
  }
}

/**
 * Results of a chunk while it runs. They are kept in a list, saved one by one, or given to an
 * encoder a batch at a time; or a loop puts them into the encoder's columns itself.
 */
export class ChunkResults {
  readonly #job: JobResults;
  readonly #chunk: ChunkOrder;
  #values: unknown[];
  #base: number;
  #encoder: ResultsEncoder | undefined;
  #saver: Saver | undefined;
  /** What saving them has cost. */
  readonly posted: Saver["posted"];
  #probeEnd: number;
  #isBeingPut = false;

  constructor(job: JobResults, chunk: ChunkOrder) {
    this.#job = job;
    this.#chunk = chunk;
    this.#saver = job.saving.begin(chunk);
    this.posted = this.#saver?.posted ?? NOTHING_POSTED;
    this.#probeEnd = job.saving.probeEnd(chunk);
    this.#encoder = this.#saver === undefined ? job.openEncoder() : undefined;
    this.#values = job.listFor(this.#encoder, chunk.end - chunk.start);
    this.#base = chunk.start;
  }

  /** Results from {@link base} on of what is done, and perhaps more; in a fold, all totals. */
  get values(): unknown[] {
    return this.#values;
  }

  /** Index of the first result that is not with the encoder. */
  get base(): number {
    return this.#base;
  }

  /** Whether loops are to save each result. */
  get areSaved(): boolean {
    return this.#saver !== undefined && this.#job.isList;
  }

  /** Milliseconds that their encoding and saving have taken. */
  get ms(): number {
    return this.posted.ms + (this.#encoder?.ms ?? 0);
  }

  /** Index at which it is seen whether saving pays. */
  get probeEnd(): number {
    return this.#probeEnd;
  }

  /** Index at which those that are to be stored are to be {@link take}n. */
  get batchEnd(): number {
    if (this.#encoder === undefined) return Infinity;
    return this.#base + (this.#job.isDirect ? this.#encoder.between : BATCH_ROWS);
  }

  /**
   * Where a loop may put results from the index `next` on into columns; undefined where they are
   * to be stored for now.
   */
  direct(next: number): DirectRows | undefined {
    return this.#job.isDirect && next <= this.#base ? this.#encoder?.direct : undefined;
  }

  /** A loop begins to put results into columns. */
  beginDirect(): void {
    this.#isBeingPut = true;
  }

  /** All results below the index `next` are in the columns, if a loop was putting them there. */
  endDirect(next: number): void {
    if (!this.#isBeingPut) return;
    this.#encoder?.tookDirect(next - this.#base);
    this.#base = next;
    this.#isBeingPut = false;
  }

  /** Gives the encoder a batch that is full; all before `next` is done. */
  take(next: number): void {
    if (this.#encoder === undefined || next < this.batchEnd) return;
    this.#encoder.take(this.#values, next - this.#base);
    // What is garbage should look like it: else the next collection keeps it all.
    this.#values.fill(undefined);
    this.#base = next;
  }

  store(index: number, value: unknown): void {
    if (this.#job.writer !== undefined) this.#job.writer.put(index, value);
    else if (this.#job.isList) this.#values[index - this.#base] = this.#kept(index, value);
  }

  /** The total of a block of a fold; those before it have been added. */
  addTotal(block: number, total: unknown): void {
    this.#values.push(this.#kept(block, total));
  }

  /** The item has failed for good, and is left out. */
  failed(index: number, failure: ItemFailure): void {
    if (this.#job.isList) this.#values[index - this.#base] = this.#encoder?.failed;
    this.#saver?.failed(index, failure);
  }

  /**
   * Says how long the items before `next` have taken: where saving does not pay, the rest of the
   * chunk goes without.
   */
  endProbe(next: number, ms: number): void {
    this.#probeEnd = Infinity;
    if (this.#job.saving.goesOn(ms)) return;
    this.#saver = undefined;
    const encoder = this.#job.isList ? this.#job.openEncoder() : undefined;
    if (encoder === undefined) return;
    encoder.keep(this.#values, next - this.#base);
    this.#encoder = encoder;
    this.#base = next;
    this.#values = this.#job.listFor(encoder, this.#chunk.end - next);
  }

  /** Takes out all results below the index `until`. Those that have been saved are undefined. */
  until(until: number): EncodedResults {
    if (this.#encoder !== undefined) {
      this.#encoder.take(this.#values, until - this.#base);
      return this.#encoder.finish();
    }
    const values = this.#values;
    const count = until - this.#chunk.start;
    return bareResults(values.length > count ? values.slice(0, count) : values);
  }

  /** Drops what has not been taken out. */
  drop(): void {
    this.#encoder?.finish();
  }

  #kept(index: number, value: unknown): unknown {
    return this.#saver === undefined ? value : this.#saver.keep(index, value);
  }
}

/** Where results are wanted as columns, they are saved one by one only if somebody asked for it. */
function saverFor({ results, mode }: JobSpec, { saver }: JobHost): Saver | undefined {
  if (results !== "columns" || mode !== "map" || saver === undefined) return saver;
  return saver.isAsked ? new ColumnSaver(saver) : undefined;
}
