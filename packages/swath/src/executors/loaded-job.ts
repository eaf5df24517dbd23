import { BATCH_ROWS } from "../codecs/columns/packer.ts";
import type { Store } from "../codecs/columns/store.ts";
import { bareResults, type EncodedResults, ResultsEncoder } from "../codecs/results-encoder.ts";
import { isSwathError, previewOf, SourceFailedError } from "../errors.ts";
import {
  type ChunkOrder,
  type ItemFailure,
  type JobSpec,
  sendsResults,
} from "../protocol/messages.ts";
import { makeResultWriter, type ResultWriter } from "../shared/result-writer.ts";
import type { OpenSource } from "../sources/source.ts";
import { literalResult } from "../task/literal-result.ts";
import { loadTask } from "../task/load.ts";
import { BEAT } from "./beat.ts";
import { ColumnSaver } from "./column-saver.ts";
import type { LocalFunctions } from "./executor.ts";
import { type JobHost, logOf, plainHost, type Saver, UnsendableResult } from "./host.ts";
import { itemMaker } from "./item-access.ts";
import { listFor } from "./list.ts";
import { type DirectLoop, type Loop, Loops, pass, Unplaced } from "./loop.ts";
import { Saving } from "./saving.ts";
import { Tries } from "./tries.ts";

/** What a task is given beside the item. One object for all items: read it during the call. */
export interface TaskContext<S = unknown, W = unknown> {
  /** Index of the item in the source. */
  readonly index: number;
  /** Number of the worker, from 0. */
  readonly worker: number;
  /** What `init` returned in this worker. */
  readonly state: S;
  /** The `with` option of the job; sent once to each worker. */
  readonly with: W;
  /** Aborted when the job is cancelled or has failed. */
  readonly signal: AbortSignal;
  /** Prints a line on stderr, as `console.error` would, marked with worker and item. */
  readonly log: (...args: readonly unknown[]) => void;
}

/** What came of a chunk. Times are in milliseconds. */
export type ChunkOutcome =
  | {
      readonly ok: true;
      /** Index of the first that was not begun, for want of time; the chunk's end if all are done. */
      readonly until: number;
      /** Those that have been saved are undefined. */
      readonly results: EncodedResults;
      /** Messages that saved results. */
      readonly saved: number;
      /** Items that failed, by index; none unless the chunk was told to keep going. */
      readonly failures: readonly ItemFailure[];
      readonly run: number;
      readonly read: number;
      readonly bytesRead: number;
      /** Milliseconds that saving took. */
      readonly saving: number;
    }
  | {
      readonly ok: false;
      readonly failure: ItemFailure;
      /** What was done before. */
      readonly part: ChunkPart | undefined;
    };

/** What is done of a chunk that is running. */
export interface ChunkPart {
  readonly chunk: ChunkOrder;
  /** Index of the first that is not done. */
  readonly until: number;
  /** Those that have been saved are undefined. */
  readonly results: EncodedResults;
  /** Messages that saved results. */
  readonly saved: number;
  readonly failures: readonly ItemFailure[];
}

/** A chunk while it runs. */
interface Running {
  readonly chunk: ChunkOrder;
  /** Results from `base` on of what is done, and perhaps more; in a fold the totals of the blocks. */
  values: unknown[];
  /** Index of the first result that is not with the encoder. */
  base: number;
  /** Takes the results a batch at a time; undefined where they are kept until the end. */
  encoder: ResultsEncoder | undefined;
  /** Whether a loop is putting results into columns, from `base` on. */
  isDirect: boolean;
  readonly failures: ItemFailure[];
  /** Where its results are saved, if they are. */
  saver: Saver | undefined;
  /** What saving them has cost. */
  readonly posted: Saver["posted"];
  /** Index at which it is seen whether saving pays. */
  probeEnd: number;
  /** Milliseconds after which nothing more is begun. */
  budget: number;
  /** Index at which it is seen whether the budget is used up. */
  stepEnd: number;
  /** One past the last index that is to be run: lowered when the budget is used up. */
  end: number;
  readonly begin: number;
  /** Milliseconds spent in reading items. */
  readMs: number;
  /** Milliseconds spent in waiting before retries. */
  pausedMs: number;
}

/** A loop that puts results into columns itself, and how far it may go. */
interface Direct {
  readonly loop: DirectLoop;
  readonly store: Store;
  readonly limit: number;
}

/** A first item that took longer has its time from its own work. */
const COLD_START_MS = 2;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A job inside the thread that runs its chunks: task found, source open, `init` done. */
export class LoadedJob {
  readonly #spec: JobSpec;
  readonly #task: (...args: never[]) => unknown;
  readonly #source: OpenSource<unknown> | undefined;
  readonly #context: Mutable<TaskContext>;
  readonly #loops: Loops | undefined;
  readonly #saving: Saving;
  readonly #maker: ReturnType<typeof itemMaker>;
  readonly #writer: ResultWriter | undefined;
  readonly #tries: Tries;
  /** Whether each item has a result that is sent. */
  readonly #isList: boolean;
  readonly #encoder: ResultsEncoder | undefined;
  /** Whether loops may put results into columns themselves: none of them is left half way. */
  #isDirect: boolean;
  readonly #host: JobHost;
  readonly #abort = new AbortController();
  #running: Running | undefined;

  private constructor(
    spec: JobSpec,
    worker: number,
    task: (...args: never[]) => unknown,
    source: OpenSource<unknown> | undefined,
    host: JobHost,
  ) {
    // The loops save there too.
    const saver = saverFor(spec, host);
    this.#host = { ...host, saver };
    this.#spec = spec;
    this.#tries = new Tries(spec);
    this.#isList = spec.mode === "map" && sendsResults(spec);
    this.#saving = new Saving(saver, this.#isList);
    const encodes = this.#isList && (host.sends || spec.results === "columns");
    this.#encoder = encodes
      ? new ResultsEncoder(spec.results, () => literalResult(task))
      : undefined;
    // A fold is saved, and tried again, block by block.
    const isGated = host.gate !== undefined && spec.mode !== "fold";
    this.#maker = itemMaker(spec.source);
    this.#writer = spec.into && makeResultWriter(spec.into);
    const { mode } = spec;
    const { kind } = spec.source;
    if (kind !== "opened") {
      this.#loops = new Loops(task, { mode, source: kind, isGated }, this.#writer);
    }
    this.#isDirect = this.#loops !== undefined && !isGated;
    this.#task = task;
    this.#source = source;

    const { signal } = this.#abort;
    this.#context = { index: -1, worker, state: undefined, with: spec.with, signal, log: () => {} };
    this.#context.log = logOf(host, this.#context);
  }

  /**
   * @returns undefined if the job is no longer wanted
   * @throws whatever loading the job's modules, opening the source or `init` throws
   */
  static async open(
    spec: JobSpec,
    worker: number,
    local: LocalFunctions = {},
    host: JobHost = plainHost(),
  ): Promise<LoadedJob | undefined> {
    const task = local.task ?? (await loadTask(spec.task));
    const openSource = await loadOpener(spec);
    const init = local.init ?? (spec.init && (await loadTask(spec.init)));
    if (!host.mayOpen()) return undefined;
    const job = new LoadedJob(spec, worker, task, await openSource?.(), host);
    try {
      host.loaded();
      if (init !== undefined) job.#context.state = await init(job.#context as never);
    } catch (error) {
      await job.close();
      throw error;
    }
    return job;
  }

  /** Runs a chunk; at once if nothing in it is asynchronous. */
  async run(chunk: ChunkOrder): Promise<ChunkOutcome> {
    const readBefore = this.#source?.readMs ?? 0;
    const bytesBefore = this.#source?.bytesRead ?? 0;
    const running = this.#begin(chunk);
    this.#running = running;
    this.#context.index = chunk.start * this.#spec.unit;
    try {
      if (this.#spec.mode === "fold") await this.#foldBlocks(running);
      else await this.#runAll(running);
      const read = running.readMs + (this.#source?.readMs ?? 0) - readBefore;
      const bytesRead = (this.#source?.bytesRead ?? 0) - bytesBefore;
      const { failures } = running;
      const { count: saved, ms: saving } = running.posted;
      const took = elapsed(running);
      const run = took - read;
      const until = running.end;
      this.#saving.took(chunk.start, until, took);
      this.#host.beat[BEAT.until] = until;
      const results = resultsUntil(running, until);
      return { ok: true, until, results, saved, failures, run, read, bytesRead, saving };
    } catch (error) {
      return { ok: false, failure: this.#failure(chunk, error), part: this.part() };
    } finally {
      running.encoder?.finish();
      this.#host.beat[BEAT.item] = -1;
      this.#running = undefined;
    }
  }

  /** What is done of the chunk that runs, for a thread that ends. */
  part(): ChunkPart | undefined {
    if (this.#running === undefined) return undefined;
    const { chunk, values, failures, posted, isDirect } = this.#running;
    const { mode, unit } = this.#spec;
    const until = mode === "fold" ? chunk.start + values.length : this.#context.index;
    // The thread ends within that loop.
    if (isDirect) endDirect(this.#running, until);
    if (until <= chunk.start) return undefined;
    const done = failures.filter(({ itemIndex }) => itemIndex < until * unit);
    const results = resultsUntil(this.#running, until);
    return { chunk, until, results, saved: posted.count, failures: done };
  }

  /** The item that runs; undefined between chunks. */
  get runningItem(): number | undefined {
    return this.#running === undefined ? undefined : this.#context.index;
  }

  #begin(chunk: ChunkOrder): Running {
    const { start, end } = chunk;
    const saver = this.#saving.begin(chunk);
    const encoder = saver === undefined ? this.#openEncoder() : undefined;
    return {
      chunk,
      values: this.#listFor(encoder, end - start),
      base: start,
      encoder,
      isDirect: false,
      failures: [],
      saver,
      posted: saver?.posted ?? NOTHING_POSTED,
      probeEnd: this.#saving.probeEnd(chunk),
      budget: (chunk.budget ?? Infinity) / 1e3,
      stepEnd: chunk.budget === undefined || this.#spec.mode === "fold" ? Infinity : start + 1,
      end,
      begin: performance.now(),
      readMs: 0,
      pausedMs: 0,
    };
  }

  #openEncoder(): ResultsEncoder | undefined {
    return this.#encoder?.isPlain === true ? undefined : this.#encoder;
  }

  #listFor(encoder: ResultsEncoder | undefined, length: number): unknown[] {
    const kept = encoder === undefined ? length : Math.min(length, BATCH_ROWS);
    return listFor(this.#isList ? kept : 0);
  }

  /** Tells the task that nobody waits for it any more. */
  cancel(): void {
    this.#abort.abort();
  }

  /** Closes the source and disposes of what `init` returned. */
  async close(): Promise<void> {
    this.#abort.abort();
    try {
      await this.#source?.close?.();
    } finally {
      await this.#disposeState();
    }
  }

  async #disposeState(): Promise<void> {
    const state = this.#context.state as Partial<Disposable & AsyncDisposable> | undefined | null;
    if (typeof state !== "object" || state === null) return;
    if (Symbol.asyncDispose in state) await state[Symbol.asyncDispose]?.();
    else if (Symbol.dispose in state) state[Symbol.dispose]?.();
  }

  /** Items one by one: one that fails is tried again, then ends the chunk or is left out. */
  async #runAll(running: Running): Promise<void> {
    const { chunk } = running;
    const { start } = chunk;
    this.#tries.reset(start, chunk.tries);
    this.#tell();
    if (chunk.tries > 0) await this.#pause(running);
    for (let from = start; from < running.end; ) {
      try {
        await this.#runItems(running, from, running.end, start);
        return;
      } catch (error) {
        from = await this.#afterFailure(running, error);
      }
    }
  }

  /** @returns the index to go on from */
  async #afterFailure(running: Running, error: unknown): Promise<number> {
    const { chunk, failures } = running;
    const { index } = this.#context;
    if (this.#abort.signal.aborted) throw error;
    const isFinal = UnsendableResult.is(error);
    if (!isFinal && this.#tries.failed(index, error)) {
      await this.#pause(running);
      return index;
    }
    if (!chunk.keepGoing) throw error;
    const failure = this.#failure(chunk, error);
    failures.push(failure);
    if (this.#isList) running.values[index - running.base] = running.encoder?.failed;
    running.saver?.failed(index, failure);
    return index + 1;
  }

  async #foldBlocks(running: Running): Promise<void> {
    const { start, tries } = running.chunk;
    const { values: totals, saver } = running;
    this.#tries.reset(start, tries);
    this.#tell();
    if (tries > 0) await this.#pause(running);
    for (let block = start; block < running.end; ) {
      this.#context.index = block * this.#spec.unit;
      if (this.#host.mustEnd()) this.#host.end();
      pass(this.#host, this.#context.index);
      try {
        const total = await this.#foldBlock(running, block);
        totals.push(saver === undefined ? total : saver.keep(block, total));
        block++;
        if (isSpent(running)) running.end = block;
      } catch (error) {
        const isFinal = UnsendableResult.is(error) || this.#abort.signal.aborted;
        // The total of a block that failed half way may be half changed: it starts again.
        if (isFinal || !this.#tries.failed(block, error)) throw error;
        await this.#pause(running);
      }
    }
  }

  /** Lets other threads know how often an index has failed. */
  #tell(): void {
    const { key, count } = this.#tries.last;
    this.#host.beat[BEAT.tried] = key;
    this.#host.beat[BEAT.failures] = count;
  }

  /** Waits before an item's next try: that is no part of any try's time. */
  async #pause(running: Running): Promise<void> {
    const begin = performance.now();
    if (this.#spec.mode !== "fold") this.#host.beat[BEAT.until] = this.#context.index;
    this.#host.beat[BEAT.item] = -1;
    this.#tell();
    await this.#tries.pause(this.#abort.signal);
    running.pausedMs += performance.now() - begin;
  }

  async #foldBlock(running: Running, block: number): Promise<unknown> {
    const { unit, itemCount, initial } = this.#spec;
    const { chunk } = running;
    const first = chunk.start * unit;
    const start = block * unit;
    const known = chunk.items === undefined ? itemCount : first + chunk.items.length;
    const total = [typeof initial === "object" ? structuredClone(initial) : initial];
    await this.#runItems(running, start, Math.min(start + unit, known), first, total);
    return total[0];
  }

  /**
   * @param first index of the first item of the chunk
   * @param total of a fold: the accumulator as its only element
   */
  async #runItems(
    running: Running,
    start: number,
    end: number,
    first: number,
    total?: unknown[],
  ): Promise<void> {
    const { source } = this.#spec;
    const payload = running.chunk.items;
    const items = source.kind === "payload" ? payload : (this.#maker?.(payload, first) ?? source);
    const context = this.#context;
    for (let from = start; from < end; ) {
      this.#flush(running, from);
      const direct = this.#direct(running, from);
      const batchEnd = direct === undefined ? this.#batchEnd(running) : from + direct.limit;
      const to = Math.min(end, running.probeEnd, running.stepEnd, batchEnd);
      const values = total ?? running.values;
      const loop = this.#loops?.loop(running.saver !== undefined && this.#isList);
      const pending =
        loop === undefined
          ? await this.#runOpened(running, from, to, values)
          : direct === undefined
            ? this.#runLoop(loop, from, to, first, items, values, running.base)
            : this.#runDirect(running, direct, from, to, first, items);
      if (pending === undefined) from = to;
      else if (pending instanceof Unplaced) {
        this.#store(running, values, context.index, pending.value);
        from = context.index + 1;
      } else {
        const value = await pending;
        this.#abort.signal.throwIfAborted();
        this.#store(running, values, context.index, value);
        from = context.index + 1;
        this.#mayEnd(from);
      }
      if (from >= running.probeEnd) this.#endProbe(running, from);
      if (from < running.stepEnd || from >= end) continue;
      if (from === first + 1) allowColdStart(running);
      if (isSpent(running)) {
        running.end = from;
        return;
      }
      // Steps that double cost few readings of the clock, and overrun the budget twofold at most.
      running.stepEnd = from + from - first;
    }
  }

  /** Gives the encoder a batch that is full. */
  #flush(running: Running, next: number): void {
    const { encoder, values, base } = running;
    if (encoder === undefined || next < this.#batchEnd(running)) return;
    encoder.take(values, next - base);
    // What is garbage should look like it: else the next collection keeps it all.
    values.fill(undefined);
    running.base = next;
  }

  #batchEnd({ encoder, base }: Running): number {
    if (encoder === undefined) return Infinity;
    return base + (this.#isDirect ? encoder.between : BATCH_ROWS);
  }

  /** How results get into columns without being kept; undefined where they are to be kept now. */
  #direct({ encoder, base }: Running, from: number): Direct | undefined {
    if (!this.#isDirect || from > base) return undefined;
    const rows = encoder?.direct;
    const loop = rows && this.#loops?.direct(rows);
    // Making code from text is forbidden here.
    if (rows !== undefined && loop === undefined) this.#isDirect = false;
    return loop && { loop, store: rows.store, limit: rows.limit };
  }

  /** @param next index of the first item that is not done */
  #endProbe(running: Running, next: number): void {
    running.probeEnd = Infinity;
    if (this.#saving.goesOn(elapsed(running))) return;
    running.saver = undefined;
    const encoder = this.#isList ? this.#openEncoder() : undefined;
    if (encoder === undefined) return;
    encoder.keep(running.values, next - running.base);
    running.encoder = encoder;
    running.base = next;
    running.values = this.#listFor(encoder, running.chunk.end - next);
  }

  #store({ saver, base }: Running, values: unknown[], index: number, value: unknown): void {
    if (this.#spec.mode === "fold") values[0] = value;
    else if (this.#writer !== undefined) this.#writer.put(index, value);
    else if (this.#isList) {
      values[index - base] = saver === undefined ? value : saver.keep(index, value);
    }
  }

  /** An item that waited is done, and `next` would follow: a thread that must end does so now. */
  #mayEnd(next: number): void {
    if (this.#spec.mode === "fold" || !this.#host.mustEnd()) return;
    this.#context.index = next;
    this.#host.end();
  }

  #runLoop(
    loop: Loop,
    from: number,
    end: number,
    first: number,
    items: unknown,
    values: unknown[],
    base: number,
  ): Promise<unknown> | undefined {
    this.#host.enter(this.#context);
    try {
      return loop(
        this.#task,
        this.#context,
        from,
        end,
        first,
        items,
        this.#host,
        this.#writer ?? values,
        base,
      );
    } finally {
      this.#host.leave();
    }
  }

  #runDirect(
    running: Running,
    { loop, store }: Direct,
    from: number,
    end: number,
    first: number,
    items: unknown,
  ): ReturnType<DirectLoop> {
    const context = this.#context;
    let isWhole = false;
    running.isDirect = true;
    this.#host.enter(context);
    try {
      const pending = loop(this.#task, context, from, end, first, items, this.#host, store);
      isWhole = pending === undefined;
      return pending;
    } finally {
      this.#host.leave();
      endDirect(running, isWhole ? end : context.index);
    }
  }

  /** Items that the worker reads: each is worth its own two clock readings. */
  async #runOpened(
    running: Running,
    from: number,
    end: number,
    values: unknown[],
  ): Promise<undefined> {
    const { mode } = this.#spec;
    const context = this.#context;
    const task = this.#task as (...args: unknown[]) => unknown;
    for (let i = from; i < end; i++) {
      context.index = i;
      if (mode === "fold") this.#host.beat[BEAT.item] = i;
      else pass(this.#host, i);
      const begin = performance.now();
      const read = this.#readItem(i);
      const item = isPromise(read) ? await read : read;
      running.readMs += performance.now() - begin;
      let value = this.#call(() =>
        mode === "fold" ? task(values[0], item, context) : task(item, context),
      );
      if (isPromise(value)) {
        value = await value;
        this.#abort.signal.throwIfAborted();
      }
      this.#store(running, values, i, value);
      this.#mayEnd(i + 1);
    }
    return undefined;
  }

  #call<T>(fn: () => T): T {
    this.#host.enter(this.#context);
    try {
      return fn();
    } finally {
      this.#host.leave();
    }
  }

  /** A promise only where the source makes one: most read at once. */
  #readItem(index: number): unknown {
    try {
      const item = this.#call(() => (this.#source as OpenSource<unknown>).item(index));
      return isPromise(item) ? itemOf(item, index) : item;
    } catch (cause) {
      throw sourceFailure(index, cause);
    }
  }

  #failure(chunk: ChunkOrder, error: unknown): ItemFailure {
    if (UnsendableResult.is(error)) {
      const itemIndex = error.index * this.#spec.unit;
      return { itemIndex, preview: "", attempt: 1, error: error.refusal };
    }
    const { index } = this.#context;
    const key = this.#spec.mode === "fold" ? Math.floor(index / this.#spec.unit) : index;
    const attempt = this.#tries.attempt(key);
    return { itemIndex: index, preview: this.#preview(chunk, index), attempt, error };
  }

  #preview(chunk: ChunkOrder, index: number): string {
    const { source, unit } = this.#spec;
    if (source.kind === "range") return previewOf(source.first + index * source.step);
    const at = source.kind === "payload" ? index - chunk.start * unit : index;
    const maker = this.#maker?.(chunk.items, chunk.start * unit);
    if (maker !== undefined) return previewOf(maker.item(index));
    const items =
      source.kind === "payload" ? chunk.items : source.kind === "view" ? source.view : undefined;
    return items === undefined ? "" : previewOf(items[at]);
  }
}

const NOTHING_POSTED = { count: 0, ms: 0 };

/** Where results are wanted as columns, they are saved one by one only if somebody asked for it. */
function saverFor({ results, mode }: JobSpec, { saver }: JobHost): Saver | undefined {
  if (results !== "columns" || mode !== "map" || saver === undefined) return saver;
  return saver.isAsked ? new ColumnSaver(saver) : undefined;
}

/** All results below the index `next` are in the columns. */
function endDirect(running: Running, next: number): void {
  running.encoder?.tookDirect(next - running.base);
  running.base = next;
  running.isDirect = false;
}

/** All results of a chunk below the index `until`, encoded. */
function resultsUntil({ encoder, values, base, chunk }: Running, until: number): EncodedResults {
  if (encoder !== undefined) {
    encoder.take(values, until - base);
    return encoder.finish();
  }
  const count = until - chunk.start;
  return bareResults(values.length > count ? values.slice(0, count) : values);
}

/** The first item may have taken so long only because V8 had compiled nothing yet. */
function allowColdStart(running: Running): void {
  const first = elapsed(running);
  if (first < COLD_START_MS) running.budget += first;
}

/** Whether a chunk has had its time. */
function isSpent(running: Running): boolean {
  return running.budget < Infinity && elapsed(running) >= running.budget;
}

/** Milliseconds that a chunk has been at its items, reading and running them. */
function elapsed({ begin, posted, pausedMs, encoder }: Running): number {
  return performance.now() - begin - posted.ms - pausedMs - (encoder?.ms ?? 0);
}

type Opener = (data: unknown) => OpenSource<unknown> | Promise<OpenSource<unknown>>;

/** What opens the source; undefined where there is nothing to open. */
async function loadOpener({ source }: JobSpec): Promise<(() => ReturnType<Opener>) | undefined> {
  if (source.kind !== "opened") return undefined;
  const { opener, data } = source;
  const open = (await loadTask(opener)) as unknown as Opener;
  return () => open(data);
}

async function itemOf(item: Promise<unknown>, index: number): Promise<unknown> {
  try {
    return await item;
  } catch (cause) {
    throw sourceFailure(index, cause);
  }
}

function sourceFailure(index: number, cause: unknown): unknown {
  return isSwathError(cause) ? cause : new SourceFailedError("source", index, { cause });
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
