import { setTimeout as delay } from "node:timers/promises";
import { misfits } from "../codecs/refusals.ts";
import { decodeResults } from "../codecs/results-decoder.ts";
import type { EncodedResults } from "../codecs/results-encoder.ts";
import { messageOf } from "../errors.ts";
import { now } from "../protocol/clock.ts";
import type { ChunkOrder, ChunkSpan, ItemFailure, WorkerTally } from "../protocol/messages.ts";
import type { ExecutorEvent, JobRequest, OpenJob, Slicer } from "./executor.ts";
import { plainHost } from "./host.ts";
import { type ChunkOutcome, type ChunkPart, LoadedJob } from "./loaded-job.ts";

/** How long an abandoned job's `init` or running item may go on before it is no longer waited for. */
const GRACE_MS = 1_000;
/** The event loop of the caller's thread turns at least this often between chunks. */
const YIELD_EVERY_MS = 10;

/** One slice for each chunk. */
const WHOLE: Slicer = { size: Infinity, add() {} };

/** One job in the thread that asks: chunks run one after the other. */
export class InlineJob implements OpenJob {
  readonly #request: JobRequest;
  readonly #on: (event: ExecutorEvent) => void;
  readonly #slicer: Slicer;
  readonly #queue: ChunkOrder[] = [];
  readonly #opening: Promise<void>;
  #job: LoadedJob | undefined;
  /** Whether nobody waits for it any more. */
  #isOver = false;
  #isClosed = false;
  #draining: Promise<void> | undefined;
  #yieldedAt = now();
  #onLeft: ((chunks: readonly number[]) => void) | undefined;

  constructor(request: JobRequest, on: (event: ExecutorEvent) => void, slicer: Slicer = WHOLE) {
    this.#request = request;
    this.#on = on;
    this.#slicer = slicer;
    this.#opening = this.#open();
  }

  run(_worker: number, chunk: ChunkOrder): undefined {
    // It is nobody else's: there is nobody to give the rest to.
    this.#queue.push({ ...chunk, budget: undefined });
    this.#draining ??= this.#drain();
  }

  revoke(_worker: number, chunk: number): boolean {
    const at = this.#queue.findIndex(({ id }) => id === chunk);
    if (at >= 0) this.#queue.splice(at, 1);
    return at >= 0;
  }

  /** Whoever would ask waits for this very thread. */
  running(): number {
    return -1;
  }

  tries(): number {
    return 0;
  }

  hold(): boolean {
    return false;
  }

  /** This thread is the caller's own. */
  stop(): void {}

  retire(): void {}

  /** Begins no further slice, and tells `onLeft` the chunks that are not done. */
  leave(onLeft: (chunks: readonly number[]) => void): void {
    this.#onLeft = onLeft;
    if (this.#draining === undefined) this.#giveUp();
  }

  /** Takes back {@link leave}, which has not come to its end. */
  keepOn(): void {
    this.#onLeft = undefined;
  }

  async close({
    abandon,
  }: {
    readonly abandon: boolean;
  }): Promise<ReadonlyMap<number, WorkerTally>> {
    this.#isOver = true;
    this.#queue.length = 0;
    if (abandon) this.#job?.cancel();
    const ended = this.#opening.then(() => this.#draining);
    if (abandon) await withinGrace(ended);
    else await ended;
    this.#isClosed = true;
    await this.#dispose();
    return new Map();
  }

  async #dispose(): Promise<void> {
    try {
      await this.#job?.close();
    } catch (error) {
      process.emitWarning(`Closing a job failed: ${messageOf(error)}`);
    }
  }

  async #open(): Promise<void> {
    let stage: "load" | "init" = "load";
    const loaded = () => {
      stage = "init";
    };
    const host = { ...plainHost(), mayOpen: () => !this.#isClosed, loaded };
    try {
      this.#job = await LoadedJob.open(this.#request.spec, 0, this.#request.local, host);
    } catch (error) {
      return this.#on({ kind: "unready", worker: 0, stage, error });
    }
    // Nobody waits for it any more.
    if (this.#isClosed) return this.#dispose();
    this.#on({ kind: "joined", worker: 0, at: now() });
  }

  async #drain(): Promise<void> {
    this.#yieldedAt = now();
    for (let chunk = this.#queue.shift(); chunk !== undefined; chunk = this.#queue.shift()) {
      const isDone = await this.#runChunk(chunk);
      if (this.#onLeft === undefined) continue;
      if (!isDone) this.#queue.unshift(chunk);
      break;
    }
    this.#draining = undefined;
    if (this.#onLeft !== undefined) this.#giveUp();
  }

  #giveUp(): void {
    const onLeft = this.#onLeft;
    this.#onLeft = undefined;
    onLeft?.(this.#queue.splice(0).map(({ id }) => id));
  }

  /** @returns whether nothing of it is left to be run */
  async #runChunk(chunk: ChunkOrder): Promise<boolean> {
    // What a source makes its items of is for the chunk as a whole.
    const isWhole = chunk.items !== undefined && this.#request.spec.source.kind !== "payload";
    for (let start = chunk.start; start < chunk.end; ) {
      const size = isWhole ? Infinity : this.#slicer.size;
      const slice = this.#part(chunk, start, Math.min(chunk.end, start + size));
      const begin = now();
      const outcome = await (this.#job as LoadedJob).run(slice);
      const end = now();
      const failure = this.#failureOf(slice, outcome);
      if (outcome.ok && failure === undefined) {
        this.#done(slice, slice.end === chunk.end, outcome, { begin, end });
      } else if (failure !== undefined) {
        this.#on({ kind: "failed", worker: 0, chunk: chunk.id, failure });
      }
      if (end - this.#yieldedAt >= YIELD_EVERY_MS) await this.#letLoopTurn();
      start = slice.end;
      if (failure !== undefined || this.#isOver) return true;
      if (this.#onLeft !== undefined) return start === chunk.end;
    }
    return true;
  }

  /** What ends the chunk; what came before it is told. */
  #failureOf(slice: ChunkOrder, outcome: ChunkOutcome): ItemFailure | undefined {
    if (outcome.ok) return slice.keepGoing ? undefined : refusedOf(outcome.results, slice)[0];
    if (outcome.part !== undefined) this.#tellPart(outcome.part);
    return outcome.failure;
  }

  #tellPart({ chunk, until, results, failures }: ChunkPart): void {
    const refused = refusedOf(results, chunk);
    // It runs again, and is refused then.
    if (refused.length > 0 && !chunk.keepGoing) return;
    const values = decodeResults(results.message);
    const all = [...failures, ...refused];
    this.#on({ kind: "part", worker: 0, chunk: chunk.id, until, values, failures: all });
  }

  #done(
    slice: ChunkOrder,
    isLast: boolean,
    outcome: ChunkOutcome & { readonly ok: true },
    times: Pick<ChunkSpan, "begin" | "end">,
  ): void {
    const { results, run, read, bytesRead } = outcome;
    const { id: chunk, end: until } = slice;
    const values = decodeResults(results.message);
    const failures = [...outcome.failures, ...refusedOf(results, slice)];
    const span = { ...times, decode: 0, read, run, encode: results.ms, bytesRead };
    this.#slicer.add(slice, values, run + read);
    const what = { worker: 0, chunk, span, values, failures };
    if (isLast) this.#on({ kind: "done", ...what, decode: undefined });
    else this.#on({ kind: "part", ...what, until });
  }

  #part(chunk: ChunkOrder, start: number, end: number): ChunkOrder {
    if (start === chunk.start && end === chunk.end) return chunk;
    const { unit } = this.#request.spec;
    const [from, to] = [start - chunk.start, end - chunk.start];
    // Its tries are those of the first index of the chunk.
    const tries = from === 0 ? chunk.tries : 0;
    const items = partOf(chunk.items, from * unit, to * unit);
    return { ...chunk, start, end, tries, items };
  }

  async #letLoopTurn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#yieldedAt = now();
  }
}

/** Results that have no place in columns. */
function refusedOf({ refused }: EncodedResults, { start }: ChunkOrder): readonly ItemFailure[] {
  return misfits(refused).map(({ offset, error }) => {
    return { itemIndex: start + offset, preview: "", attempt: 1, error };
  });
}

/** Some of the items of a chunk; none of those of a typed array are copied. */
function partOf<T extends ArrayLike<unknown> | undefined>(items: T, from: number, to: number): T {
  if (items === undefined) return items;
  if (ArrayBuffer.isView(items))
    return (items as unknown as Uint8Array).subarray(from, to) as never;
  return Array.prototype.slice.call(items, from, to) as never;
}

/** Waits for `ended`, but not longer than {@link GRACE_MS}. */
async function withinGrace(ended: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = delay(GRACE_MS, undefined, { signal: over.signal }).catch(() => {});
  await Promise.race([ended, late]);
  over.abort();
}
