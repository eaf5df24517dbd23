import type { Store } from "../codecs/columns/store.ts";
import { isSwathError, previewOf, SourceFailedError } from "../errors.ts";
import type { ChunkOrder, JobSpec } from "../protocol/messages.ts";
import type { OpenSource } from "../sources/source.ts";
import { BEAT } from "./beat.ts";
import type { ChunkResults, JobResults } from "./chunk-results.ts";
import type { JobHost } from "./host.ts";
import { itemMaker } from "./item-access.ts";
import { type DirectLoop, type Loop, Loops, pass, Unplaced } from "./loop.ts";
import type { RunningChunk } from "./running-chunk.ts";
import type { OwnContext } from "./task-context.ts";

/** A loop that puts results into columns itself, and how far it may go. */
interface Direct {
  readonly loop: DirectLoop;
  readonly store: Store;
  readonly limit: number;
}

/** Calls the task of one job for items, and hands on what it returns. */
export class ItemRunner {
  readonly #spec: JobSpec;
  readonly #task: (...args: never[]) => unknown;
  readonly #context: OwnContext;
  readonly #source: OpenSource<unknown> | undefined;
  readonly #results: JobResults;
  readonly #host: JobHost;
  readonly #maker: ReturnType<typeof itemMaker>;
  readonly #loops: Loops | undefined;

  /** @param context its index becomes that of each item before the task is called */
  constructor(
    spec: JobSpec,
    task: (...args: never[]) => unknown,
    context: OwnContext,
    source: OpenSource<unknown> | undefined,
    results: JobResults,
    host: JobHost,
  ) {
    this.#spec = spec;
    this.#task = task;
    this.#context = context;
    this.#source = source;
    this.#results = results;
    this.#host = host;
    this.#maker = itemMaker(spec.source);
    const { mode } = spec;
    const { kind } = spec.source;
    if (kind !== "opened") {
      this.#loops = new Loops(
        task,
        { mode, source: kind, isGated: isGated(spec, host) },
        results.writer,
      );
    }
  }

  /**
   * Runs the items `[start, end)` of a chunk, or those before its time is up. Throws what the task
   * throws; `context.index` tells at which item.
   *
   * @param total of a fold: the accumulator as its only element
   */
  async run(running: RunningChunk, start: number, end: number, total?: unknown[]): Promise<void> {
    const { results } = running;
    const { source, unit } = this.#spec;
    const payload = running.order.items;
    const first = running.order.start * unit;
    const items = source.kind === "payload" ? payload : (this.#maker?.(payload, first) ?? source);
    for (let from = start; from < end; ) {
      results.take(from);
      const direct = this.#direct(results, from);
      const batchEnd = direct === undefined ? results.batchEnd : from + direct.limit;
      const to = Math.min(end, running.limit, batchEnd);
      const loop = this.#loops?.loop(results.areSaved);
      const pending =
        loop === undefined
          ? await this.#runOpened(running, from, to, total)
          : direct === undefined
            ? this.#runLoop(loop, results, from, to, first, items, total)
            : this.#runDirect(direct, results, from, to, first, items);
      if (pending === undefined) from = to;
      else {
        const isUnplaced = pending instanceof Unplaced;
        const value = isUnplaced ? pending.value : await pending;
        if (!isUnplaced) this.#context.signal.throwIfAborted();
        const { index } = this.#context;
        this.#store(results, index, value, total);
        from = index + 1;
        if (!isUnplaced) this.#mayEnd(from);
      }
      if (running.isUp(from)) return;
    }
  }

  /** A short text of the item, where that takes no reading. */
  preview({ items, start }: ChunkOrder, index: number): string {
    const { source, unit } = this.#spec;
    const first = start * unit;
    switch (source.kind) {
      case "range":
        return previewOf(source.first + index * source.step);
      case "payload":
        return items === undefined ? "" : previewOf(items[index - first]);
      case "view":
        return previewOf(source.view[index]);
      case "shared":
      case "table":
        return previewOf(this.#maker?.(items, first).item(index));
      case "opened":
        return "";
      default:
        return source satisfies never;
    }
  }

  /** How results get into columns without being stored; undefined where they are to be stored. */
  #direct(results: ChunkResults, from: number): Direct | undefined {
    const rows = results.direct(from);
    const loop = rows && this.#loops?.direct(rows);
    // Making code from text is forbidden here.
    if (rows !== undefined && loop === undefined) this.#results.forbidDirect();
    return loop && { loop, store: rows.store, limit: rows.limit };
  }

  #runLoop(
    loop: Loop,
    { values, base }: ChunkResults,
    from: number,
    end: number,
    first: number,
    items: unknown,
    total: unknown[] | undefined,
  ): Promise<unknown> | undefined {
    const to = total ?? this.#results.writer ?? values;
    this.#host.enter(this.#context);
    try {
      return loop(this.#task, this.#context, from, end, first, items, this.#host, to, base);
    } finally {
      this.#host.leave();
    }
  }

  #runDirect(
    { loop, store }: Direct,
    results: ChunkResults,
    from: number,
    end: number,
    first: number,
    items: unknown,
  ): ReturnType<DirectLoop> {
    const context = this.#context;
    let isWhole = false;
    results.beginDirect();
    this.#host.enter(context);
    try {
      const pending = loop(this.#task, context, from, end, first, items, this.#host, store);
      isWhole = pending === undefined;
      return pending;
    } finally {
      this.#host.leave();
      results.endDirect(isWhole ? end : context.index);
    }
  }

  /** Items that the worker reads: each is worth its own two clock readings. */
  async #runOpened(
    running: RunningChunk,
    from: number,
    end: number,
    total: unknown[] | undefined,
  ): Promise<undefined> {
    const context = this.#context;
    const task = this.#task as (...args: unknown[]) => unknown;
    for (let i = from; i < end; i++) {
      context.index = i;
      if (total !== undefined) this.#host.beat[BEAT.item] = i;
      else pass(this.#host, i);
      const begin = performance.now();
      const read = this.#readItem(i);
      const item = isPromise(read) ? await read : read;
      running.readMs += performance.now() - begin;
      let value = this.#call(() =>
        total === undefined ? task(item, context) : task(total[0], item, context),
      );
      if (isPromise(value)) {
        value = await value;
        context.signal.throwIfAborted();
      }
      this.#store(running.results, i, value, total);
      this.#mayEnd(i + 1);
    }
    return undefined;
  }

  #store(results: ChunkResults, index: number, value: unknown, total: unknown[] | undefined): void {
    if (total === undefined) results.store(index, value);
    else total[0] = value;
  }

  /** An item that waited is done, and `next` would follow: a thread that must end does so now. */
  #mayEnd(next: number): void {
    if (this.#spec.mode === "fold" || !this.#host.mustEnd()) return;
    this.#context.index = next;
    this.#host.end();
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
}

/** Whether the thread may be ended because of an item: a fold is tried again block by block. */
export function isGated({ mode }: JobSpec, { gate }: JobHost): boolean {
  return gate !== undefined && mode !== "fold";
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
