import { setTimeout as delay } from "node:timers/promises";
import { misfits } from "../codecs/refusals.ts";
import { decodeResults } from "../codecs/results-decoder.ts";
import type { EncodedResults } from "../codecs/results-encoder.ts";
import { messageOf } from "../errors.ts";
import { now } from "../protocol/clock.ts";
import type { ChunkOrder, GcPause, ItemFailure } from "../protocol/messages.ts";
import type { Executor, ExecutorEvent, JobRequest, OpenJob } from "./executor.ts";
import { plainHost } from "./host.ts";
import { type ChunkPart, LoadedJob } from "./loaded-job.ts";

/** How long an abandoned job's `init` or running item may go on before it is no longer waited for. */
const GRACE_MS = 1_000;
/** The event loop of the caller's thread turns at least this often between chunks. */
const YIELD_EVERY_MS = 10;

/** Runs chunks in the thread that asks, one after the other: the serial twin of the threads. */
export class InlineExecutor implements Executor {
  readonly workers = 1;

  open(request: JobRequest, on: (event: ExecutorEvent) => void): OpenJob {
    return new InlineJob(request, on);
  }

  async close(): Promise<void> {}
}

class InlineJob implements OpenJob {
  readonly #request: JobRequest;
  readonly #on: (event: ExecutorEvent) => void;
  readonly #queue: ChunkOrder[] = [];
  readonly #opening: Promise<void>;
  #job: LoadedJob | undefined;
  #isClosed = false;
  #draining: Promise<void> | undefined;

  constructor(request: JobRequest, on: (event: ExecutorEvent) => void) {
    this.#request = request;
    this.#on = on;
    this.#opening = this.#open();
  }

  run(_worker: number, chunk: ChunkOrder): number {
    this.#queue.push(chunk);
    this.#draining ??= this.#drain();
    return 0;
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

  async close({
    abandon,
  }: {
    readonly abandon: boolean;
  }): Promise<ReadonlyMap<number, readonly GcPause[]>> {
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
    const host = { ...plainHost(), loaded };
    try {
      this.#job = await LoadedJob.open(this.#request.spec, 0, this.#request.local, host);
    } catch (error) {
      return this.#on({ kind: "unready", worker: 0, stage, error });
    }
    // It took longer than anyone waited.
    if (this.#isClosed) return this.#dispose();
    this.#on({ kind: "joined", worker: 0, at: now() });
  }

  async #drain(): Promise<void> {
    let yieldedAt = now();
    for (let chunk = this.#queue.shift(); chunk !== undefined; chunk = this.#queue.shift()) {
      const begin = now();
      const outcome = await (this.#job as LoadedJob).run(chunk);
      const end = now();
      const refused = outcome.ok ? refusedOf(outcome.results, chunk) : [];
      const failure = outcome.ok ? (chunk.keepGoing ? undefined : refused[0]) : outcome.failure;
      if (outcome.ok && failure === undefined) {
        const { results, run, read, bytesRead } = outcome;
        const failures = [...outcome.failures, ...refused];
        const values = decodeResults(results.message);
        const span = { begin, end, decode: 0, read, run, encode: results.ms, bytesRead };
        this.#on({ kind: "done", worker: 0, chunk: chunk.id, span, values, failures, decode: 0 });
      } else if (failure !== undefined) {
        if (!outcome.ok && outcome.part !== undefined) this.#tellPart(outcome.part);
        this.#on({ kind: "failed", worker: 0, chunk: chunk.id, failure });
      }
      if (end - yieldedAt < YIELD_EVERY_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      yieldedAt = now();
    }
    this.#draining = undefined;
  }

  #tellPart({ chunk, until, results, failures }: ChunkPart): void {
    const refused = refusedOf(results, chunk);
    // It runs again, and is refused then.
    if (refused.length > 0 && !chunk.keepGoing) return;
    const values = decodeResults(results.message);
    const all = [...failures, ...refused];
    this.#on({ kind: "part", worker: 0, chunk: chunk.id, until, values, failures: all });
  }
}

/** Results that have no place in columns. */
function refusedOf({ refused }: EncodedResults, { start }: ChunkOrder): readonly ItemFailure[] {
  return misfits(refused).map(({ offset, error }) => {
    return { itemIndex: start + offset, preview: "", attempt: 1, error };
  });
}

/** Waits for `ended`, but not longer than {@link GRACE_MS}. */
async function withinGrace(ended: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = delay(GRACE_MS, undefined, { signal: over.signal }).catch(() => {});
  await Promise.race([ended, late]);
  over.abort();
}
