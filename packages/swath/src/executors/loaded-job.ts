import type { EncodedResults } from "../codecs/results-encoder.ts";
import type { ChunkOrder, ItemFailure, JobSpec } from "../protocol/messages.ts";
import type { OpenSource } from "../sources/source.ts";
import { loadTask } from "../task/load.ts";
import { BEAT } from "./beat.ts";
import { JobResults } from "./chunk-results.ts";
import type { LocalFunctions } from "./executor.ts";
import { type JobHost, logOf, plainHost, UnsendableResult } from "./host.ts";
import { ItemRunner, isGated } from "./item-runner.ts";
import { pass } from "./loop.ts";
import { RunningChunk } from "./running-chunk.ts";
import type { OwnContext } from "./task-context.ts";
import { Tries } from "./tries.ts";

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

/** A job inside the thread that runs its chunks: task found, source open, `init` done. */
export class LoadedJob {
  readonly #spec: JobSpec;
  readonly #source: OpenSource<unknown> | undefined;
  readonly #context: OwnContext;
  readonly #results: JobResults;
  readonly #runner: ItemRunner;
  readonly #tries: Tries;
  readonly #host: JobHost;
  readonly #abort: AbortController;
  #running: RunningChunk | undefined;

  private constructor(
    spec: JobSpec,
    worker: number,
    task: (...args: never[]) => unknown,
    source: OpenSource<unknown> | undefined,
    host: JobHost,
    abort = new AbortController(),
  ) {
    this.#spec = spec;
    this.#abort = abort;
    this.#source = source;
    const isDirect = spec.source.kind !== "opened" && !isGated(spec, host);
    this.#results = new JobResults(spec, host, task, isDirect);
    // The loops save there too.
    this.#host = { ...host, saver: this.#results.saver };
    const { signal } = this.#abort;
    this.#context = { index: -1, worker, state: undefined, with: spec.with, signal, log: () => {} };
    this.#context.log = logOf(host, this.#context);
    this.#runner = new ItemRunner(spec, task, this.#context, source, this.#results, this.#host);
    this.#tries = new Tries(spec);
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
    const job = new LoadedJob(spec, worker, task, await openSource?.(), host, local.abort);
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
    const isFold = this.#spec.mode === "fold";
    const running = new RunningChunk(chunk, this.#results, isFold);
    this.#running = running;
    this.#context.index = chunk.start * this.#spec.unit;
    try {
      if (isFold) await this.#foldBlocks(running);
      else await this.#runAll(running);
      const read = running.readMs + (this.#source?.readMs ?? 0) - readBefore;
      const bytesRead = (this.#source?.bytesRead ?? 0) - bytesBefore;
      const { elapsed, end: until, failures } = running;
      const { count: saved, ms: saving } = running.results.posted;
      const run = elapsed - read;
      this.#results.saving.took(chunk.start, until, elapsed);
      this.#host.beat[BEAT.until] = until;
      const results = running.results.until(until);
      return { ok: true, until, results, saved, failures, run, read, bytesRead, saving };
    } catch (error) {
      return { ok: false, failure: this.#failure(chunk, error), part: this.part() };
    } finally {
      running.results.drop();
      this.#host.beat[BEAT.item] = -1;
      this.#running = undefined;
    }
  }

  /** What is done of the chunk that runs, for a thread that ends. */
  part(): ChunkPart | undefined {
    if (this.#running === undefined) return undefined;
    const { order: chunk, results: all, failures } = this.#running;
    const { mode, unit } = this.#spec;
    const until = mode === "fold" ? chunk.start + all.values.length : this.#context.index;
    // The thread may end within a loop that puts results into columns.
    all.endDirect(until);
    if (until <= chunk.start) return undefined;
    const done = failures.filter(({ itemIndex }) => itemIndex < until * unit);
    const results = all.until(until);
    return { chunk, until, results, saved: all.posted.count, failures: done };
  }

  /** The item that runs; undefined between chunks. */
  get runningItem(): number | undefined {
    return this.#running === undefined ? undefined : this.#context.index;
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
  async #runAll(running: RunningChunk): Promise<void> {
    const { order: chunk } = running;
    const { start } = chunk;
    this.#tries.reset(start, chunk.tries);
    this.#tell();
    if (chunk.tries > 0) await this.#pause(running);
    for (let from = start; from < running.end; ) {
      try {
        await this.#runner.run(running, from, running.end);
        return;
      } catch (error) {
        from = await this.#afterFailure(running, error);
      }
    }
  }

  /** @returns the index to go on from */
  async #afterFailure(running: RunningChunk, error: unknown): Promise<number> {
    const { order: chunk, failures, results } = running;
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
    results.failed(index, failure);
    return index + 1;
  }

  async #foldBlocks(running: RunningChunk): Promise<void> {
    const { start, tries } = running.order;
    this.#tries.reset(start, tries);
    this.#tell();
    if (tries > 0) await this.#pause(running);
    for (let block = start; block < running.end; ) {
      this.#context.index = block * this.#spec.unit;
      if (this.#host.mustEnd()) this.#host.end();
      pass(this.#host, this.#context.index);
      try {
        const total = await this.#foldBlock(running, block);
        running.results.addTotal(block, total);
        block++;
        running.endIfSpent(block);
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
  async #pause(running: RunningChunk): Promise<void> {
    const begin = performance.now();
    if (this.#spec.mode !== "fold") this.#host.beat[BEAT.until] = this.#context.index;
    this.#host.beat[BEAT.item] = -1;
    this.#tell();
    await this.#tries.pause(this.#abort.signal);
    running.pausedMs += performance.now() - begin;
  }

  async #foldBlock(running: RunningChunk, block: number): Promise<unknown> {
    const { unit, itemCount, initial } = this.#spec;
    const { items, start: firstBlock } = running.order;
    const start = block * unit;
    const known = items === undefined ? itemCount : firstBlock * unit + items.length;
    const total = [typeof initial === "object" ? structuredClone(initial) : initial];
    await this.#runner.run(running, start, Math.min(start + unit, known), total);
    return total[0];
  }

  #failure(chunk: ChunkOrder, error: unknown): ItemFailure {
    if (UnsendableResult.is(error)) {
      const itemIndex = error.index * this.#spec.unit;
      return { itemIndex, preview: "", attempt: 1, error: error.refusal };
    }
    const { index } = this.#context;
    const key = this.#spec.mode === "fold" ? Math.floor(index / this.#spec.unit) : index;
    const attempt = this.#tries.attempt(key);
    return { itemIndex: index, preview: this.#runner.preview(chunk, index), attempt, error };
  }
}

type Opener = (data: unknown) => OpenSource<unknown> | Promise<OpenSource<unknown>>;

/** What opens the source; undefined where there is nothing to open. */
async function loadOpener({ source }: JobSpec): Promise<(() => ReturnType<Opener>) | undefined> {
  if (source.kind !== "opened") return undefined;
  const { opener, data } = source;
  const open = (await loadTask(opener)) as unknown as Opener;
  return () => open(data);
}
