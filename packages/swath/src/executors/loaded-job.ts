import { bareResults, type EncodedResults, ResultsEncoder } from "../codecs/results-encoder.ts";
import { isSwathError, previewOf, SourceFailedError } from "../errors.ts";
import type { ChunkOrder, ItemFailure, JobSpec } from "../protocol/messages.ts";
import type { OpenSource } from "../sources/source.ts";
import { loadTask } from "../task/load.ts";
import type { LocalFunctions } from "./executor.ts";
import { type JobHost, logOf, plainHost } from "./host.ts";
import { listFor } from "./list.ts";
import { type Loop, makeLoop } from "./loop.ts";
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
      readonly results: EncodedResults;
      /** Items that failed, by index; none unless the chunk was told to keep going. */
      readonly failures: readonly ItemFailure[];
      readonly run: number;
      readonly read: number;
      readonly bytesRead: number;
    }
  | { readonly ok: false; readonly failure: ItemFailure };

/** What is done of a chunk that is running. */
export interface ChunkPart {
  readonly chunk: ChunkOrder;
  /** Index of the first that is not done. */
  readonly until: number;
  readonly results: EncodedResults;
  readonly failures: readonly ItemFailure[];
}

/** A chunk while it runs. */
interface Running {
  readonly chunk: ChunkOrder;
  /** Results from `base` on of what is done, and perhaps more; in a fold the totals of the blocks. */
  readonly values: unknown[];
  /** Takes the results a batch at a time; undefined where they are kept until the end. */
  readonly encoder: ResultsEncoder | undefined;
  /** Index of the first result that is not with the encoder. */
  base: number;
  readonly failures: ItemFailure[];
  /** Milliseconds spent in reading items. */
  readMs: number;
  /** Milliseconds spent in waiting before retries. */
  pausedMs: number;
}

/**
 * Results that are encoded at once: so few that their objects die young, which costs next to
 * nothing; objects that lived through two collections cost ten times as much (bench/suites/boxes).
 */
const BATCH_ITEMS = 256;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A job inside the thread that runs its chunks: task found, source open, `init` done. */
export class LoadedJob {
  readonly #spec: JobSpec;
  readonly #task: (...args: never[]) => unknown;
  readonly #source: OpenSource<unknown> | undefined;
  readonly #context: Mutable<TaskContext>;
  readonly #loop: Loop | undefined;
  readonly #tries: Tries;
  readonly #encoder: ResultsEncoder | undefined;
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
    this.#host = host;
    this.#spec = spec;
    this.#tries = new Tries(spec);
    this.#task = task;
    this.#source = source;
    const encodes = spec.mode === "map" && (host.sends || spec.results === "columns");
    this.#encoder = encodes ? new ResultsEncoder(spec.results) : undefined;
    this.#loop = spec.source.kind === "opened" ? undefined : makeLoop(spec.mode, spec.source.kind);
    const { signal } = this.#abort;
    this.#context = { index: -1, worker, state: undefined, with: spec.with, signal, log: () => {} };
    this.#context.log = logOf(host, this.#context);
  }

  /** @throws whatever loading the task's module, opening the source or `init` throws */
  static async open(
    spec: JobSpec,
    worker: number,
    local: LocalFunctions = {},
    host: JobHost = plainHost(),
  ): Promise<LoadedJob> {
    const task = local.task ?? (await loadTask(spec.task));
    const job = new LoadedJob(spec, worker, task, await openSource(spec), host);
    try {
      const init = local.init ?? (spec.init && (await loadTask(spec.init)));
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
    const begin = performance.now();
    try {
      if (this.#spec.mode === "fold") await this.#foldBlocks(running);
      else await this.#runAll(running);
      const read = running.readMs + (this.#source?.readMs ?? 0) - readBefore;
      const bytesRead = (this.#source?.bytesRead ?? 0) - bytesBefore;
      const { failures, pausedMs } = running;
      const run = performance.now() - begin - read - pausedMs - (running.encoder?.ms ?? 0);
      const results = resultsUntil(running, chunk.end);
      return { ok: true, results, failures, run, read, bytesRead };
    } catch (error) {
      running.encoder?.finish();
      return { ok: false, failure: this.#failure(chunk, error) };
    } finally {
      this.#host.beat[0] = -1;
      this.#running = undefined;
    }
  }

  /** What is done of the chunk that runs, for a thread that ends. */
  part(): ChunkPart | undefined {
    if (this.#running === undefined) return undefined;
    const { chunk, values, failures } = this.#running;
    const { mode, unit } = this.#spec;
    const until = mode === "fold" ? chunk.start + values.length : this.#context.index;
    if (until <= chunk.start) return undefined;
    const done = failures.filter(({ itemIndex }) => itemIndex < until * unit);
    return { chunk, until, results: resultsUntil(this.#running, until), failures: done };
  }

  #begin(chunk: ChunkOrder): Running {
    const { start, end } = chunk;
    const encoder = this.#encoder?.isPlain === true ? undefined : this.#encoder;
    const kept = encoder === undefined ? end - start : Math.min(end - start, BATCH_ITEMS);
    const values = listFor<unknown>(this.#spec.mode === "map" ? kept : 0);
    return { chunk, values, encoder, base: start, failures: [], readMs: 0, pausedMs: 0 };
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
    const { chunk, values } = running;
    const { start, end } = chunk;
    this.#tries.reset(start, chunk.tries);
    this.#tell();
    if (chunk.tries > 0) await this.#pause(running);
    for (let from = start; from < end; ) {
      try {
        await this.#runItems(running, from, end, start, values);
        return;
      } catch (error) {
        from = await this.#afterFailure(running, values, error);
      }
    }
  }

  /** @returns the index to go on from */
  async #afterFailure(running: Running, values: unknown[], error: unknown): Promise<number> {
    const { chunk, failures } = running;
    const { index } = this.#context;
    if (this.#abort.signal.aborted) throw error;
    if (this.#tries.failed(index, error)) {
      await this.#pause(running);
      return index;
    }
    if (!chunk.keepGoing) throw error;
    failures.push(this.#failure(chunk, error));
    if (this.#spec.mode === "map") values[index - running.base] = undefined;
    return index + 1;
  }

  async #foldBlocks(running: Running): Promise<void> {
    const { start, end, tries } = running.chunk;
    const { values: totals } = running;
    this.#tries.reset(start, tries);
    this.#tell();
    if (tries > 0) await this.#pause(running);
    for (let block = start; block < end; ) {
      try {
        totals.push(await this.#foldBlock(running, block));
        block++;
      } catch (error) {
        // The total of a block that failed half way may be half changed: it starts again.
        if (this.#abort.signal.aborted || !this.#tries.failed(block, error)) throw error;
        await this.#pause(running);
      }
    }
  }

  /** Lets other threads know how often an index has failed. */
  #tell(): void {
    const { key, count } = this.#tries.last;
    this.#host.beat[1] = key;
    this.#host.beat[2] = count;
  }

  /** Waits before an item's next try: that is no part of any try's time. */
  async #pause(running: Running): Promise<void> {
    const begin = performance.now();
    this.#host.beat[0] = -1;
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

  /** @param first index of the first item of the chunk */
  async #runItems(
    running: Running,
    start: number,
    end: number,
    first: number,
    values: unknown[],
  ): Promise<void> {
    const { mode, source } = this.#spec;
    const items = source.kind === "payload" ? running.chunk.items : source;
    const context = this.#context;
    for (let from = start; from < end; from = context.index + 1) {
      const until = untilOf(running, from, end);
      const pending =
        this.#loop === undefined
          ? await this.#runOpened(running, from, until, values)
          : this.#runLoop(this.#loop, from, until, first, items, values, running.base);
      if (pending === undefined) continue;
      const value = await pending;
      this.#abort.signal.throwIfAborted();
      if (mode === "map") values[context.index - running.base] = value;
      else if (mode === "fold") values[0] = value;
    }
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
    const { beat } = this.#host;
    this.#host.enter(this.#context);
    try {
      return loop(this.#task, this.#context, from, end, first, items, values, base, beat);
    } finally {
      this.#host.leave();
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
      this.#host.beat[0] = i;
      const begin = performance.now();
      const item = await this.#readItem(i);
      running.readMs += performance.now() - begin;
      let value = this.#call(() =>
        mode === "fold" ? task(values[0], item, context) : task(item, context),
      );
      if (isPromise(value)) {
        value = await value;
        this.#abort.signal.throwIfAborted();
      }
      if (mode === "map") values[i - running.base] = value;
      else if (mode === "fold") values[0] = value;
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

  async #readItem(index: number): Promise<unknown> {
    try {
      return await this.#call(() => (this.#source as OpenSource<unknown>).item(index));
    } catch (cause) {
      throw isSwathError(cause) ? cause : new SourceFailedError("source", index, { cause });
    }
  }

  #failure(chunk: ChunkOrder, error: unknown): ItemFailure {
    const { index } = this.#context;
    const key = this.#spec.mode === "fold" ? Math.floor(index / this.#spec.unit) : index;
    const attempt = this.#tries.attempt(key);
    return { itemIndex: index, preview: this.#preview(chunk, index), attempt, error };
  }

  #preview(chunk: ChunkOrder, index: number): string {
    const { source, unit } = this.#spec;
    if (source.kind === "range") return previewOf(source.first + index * source.step);
    const at = source.kind === "payload" ? index - chunk.start * unit : index;
    const items =
      source.kind === "payload" ? chunk.items : source.kind === "view" ? source.view : undefined;
    return items === undefined ? "" : previewOf(items[at]);
  }
}

/** Gives the encoder a batch that is full; returns the index up to which the next one goes. */
function untilOf(running: Running, from: number, end: number): number {
  const { encoder, values } = running;
  if (encoder === undefined) return end;
  if (from - running.base >= BATCH_ITEMS) {
    encoder.take(values, from - running.base);
    // What is garbage should look like it: else the next collection keeps it all.
    values.fill(undefined);
    running.base = from;
  }
  return Math.min(end, running.base + BATCH_ITEMS);
}

/** All results of a chunk below the index `until`, encoded. */
function resultsUntil({ encoder, values, base, chunk }: Running, until: number): EncodedResults {
  if (encoder !== undefined) {
    encoder.take(values, until - base);
    return encoder.finish();
  }
  return bareResults(
    values.length > until - chunk.start ? values.slice(0, until - chunk.start) : values,
  );
}

async function openSource({ source }: JobSpec): Promise<OpenSource<unknown> | undefined> {
  if (source.kind !== "opened") return undefined;
  const opener = await loadTask(source.opener);
  return (await (opener as (data: unknown) => unknown)(source.data)) as OpenSource<unknown>;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
