import { isSwathError, previewOf, SourceFailedError } from "../errors.ts";
import type { ChunkOrder, JobSpec } from "../protocol/messages.ts";
import type { OpenSource } from "../sources/source.ts";
import { loadTask } from "../task/load.ts";
import type { LocalFunctions } from "./executor.ts";
import { type JobHost, logOf, plainHost } from "./host.ts";
import { listFor } from "./list.ts";
import { type Loop, makeLoop } from "./loop.ts";

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
      readonly values: unknown[];
      readonly run: number;
      readonly read: number;
      readonly bytesRead: number;
    }
  | {
      readonly ok: false;
      readonly itemIndex: number;
      readonly preview: string;
      readonly error: unknown;
    };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A job inside the thread that runs its chunks: task found, source open, `init` done. */
export class LoadedJob {
  readonly #spec: JobSpec;
  readonly #task: (...args: never[]) => unknown;
  readonly #source: OpenSource<unknown> | undefined;
  readonly #context: Mutable<TaskContext>;
  readonly #loop: Loop | undefined;
  readonly #host: JobHost;
  readonly #abort = new AbortController();

  private constructor(
    spec: JobSpec,
    worker: number,
    task: (...args: never[]) => unknown,
    source: OpenSource<unknown> | undefined,
    host: JobHost,
  ) {
    this.#host = host;
    this.#spec = spec;
    this.#task = task;
    this.#source = source;
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
    const begin = performance.now();
    const reading = { ms: 0 };
    try {
      const values =
        this.#spec.mode === "fold"
          ? await this.#foldBlocks(chunk, reading)
          : await this.#runItems(chunk, chunk.start, chunk.end, this.#resultsOf(chunk), reading);
      const read = reading.ms + (this.#source?.readMs ?? 0) - readBefore;
      const bytesRead = (this.#source?.bytesRead ?? 0) - bytesBefore;
      return { ok: true, values, run: performance.now() - begin - read, read, bytesRead };
    } catch (error) {
      const { index } = this.#context;
      return { ok: false, itemIndex: index, preview: this.#preview(chunk, index), error };
    } finally {
      this.#host.beat[0] = -1;
    }
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

  #resultsOf(chunk: ChunkOrder): unknown[] {
    return listFor(this.#spec.mode === "map" ? chunk.end - chunk.start : 0);
  }

  async #foldBlocks(chunk: ChunkOrder, reading: { ms: number }): Promise<unknown[]> {
    const { unit, itemCount, initial } = this.#spec;
    const totals: unknown[] = [];
    for (let block = chunk.start; block < chunk.end; block++) {
      const start = block * unit;
      const known = chunk.items === undefined ? itemCount : chunk.start * unit + chunk.items.length;
      const end = Math.min(start + unit, known);
      const total = [typeof initial === "object" ? structuredClone(initial) : initial];
      await this.#runItems(chunk, start, end, total, reading);
      totals.push(total[0]);
    }
    return totals;
  }

  async #runItems(
    chunk: ChunkOrder,
    start: number,
    end: number,
    values: unknown[],
    reading: { ms: number },
  ): Promise<unknown[]> {
    const { mode, unit, source } = this.#spec;
    const first = chunk.start * unit;
    const items = source.kind === "payload" ? chunk.items : source;
    for (let from = start; from < end; from = this.#context.index + 1) {
      const pending =
        this.#loop === undefined
          ? await this.#runOpened(from, end, start, values, reading)
          : this.#runLoop(this.#loop, from, end, first, items, values);
      if (pending === undefined) break;
      const value = await pending;
      this.#abort.signal.throwIfAborted();
      if (mode === "map") values[this.#context.index - first] = value;
      else if (mode === "fold") values[0] = value;
    }
    return values;
  }

  #runLoop(
    loop: Loop,
    from: number,
    end: number,
    first: number,
    items: unknown,
    values: unknown[],
  ): Promise<unknown> | undefined {
    const { beat } = this.#host;
    this.#host.enter(this.#context);
    try {
      return loop(this.#task, this.#context, from, end, first, items, values, beat);
    } finally {
      this.#host.leave();
    }
  }

  /** Items that the worker reads: each is worth its own two clock readings. */
  async #runOpened(
    from: number,
    end: number,
    start: number,
    values: unknown[],
    reading: { ms: number },
  ): Promise<undefined> {
    const { mode } = this.#spec;
    const context = this.#context;
    const task = this.#task as (...args: unknown[]) => unknown;
    for (let i = from; i < end; i++) {
      context.index = i;
      this.#host.beat[0] = i;
      const begin = performance.now();
      const item = await this.#readItem(i);
      reading.ms += performance.now() - begin;
      let value = this.#call(() =>
        mode === "fold" ? task(values[0], item, context) : task(item, context),
      );
      if (isPromise(value)) {
        value = await value;
        this.#abort.signal.throwIfAborted();
      }
      if (mode === "map") values[i - start] = value;
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

  #preview(chunk: ChunkOrder, index: number): string {
    const { source, unit } = this.#spec;
    if (source.kind === "range") return previewOf(source.first + index * source.step);
    const at = source.kind === "payload" ? index - chunk.start * unit : index;
    const items =
      source.kind === "payload" ? chunk.items : source.kind === "view" ? source.view : undefined;
    return items === undefined ? "" : previewOf(items[at]);
  }
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
