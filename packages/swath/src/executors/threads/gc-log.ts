import { PerformanceObserver, performance } from "node:perf_hooks";
import { now } from "../../protocol/clock.ts";
import type { GcPause } from "../../protocol/messages.ts";

/** Pauses of a job beyond this number are joined two by two: their sum stays. */
const MAX_PAUSES = 8_192;
/** Chunks that are remembered until the pauses during them have been reported. */
const MAX_CHUNKS = 4_096;

interface RanChunk {
  readonly job: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * Pauses for garbage collection of this thread, each booked to the job whose chunk it
 * interrupted. Node reports pauses when the event loop turns, after the chunk. Keeps nothing
 * alive.
 */
export class GcLog {
  readonly #pauses = new Map<number, GcPause[]>();
  #chunks: RanChunk[] = [];
  #isWatching = false;

  /** Begins to watch, if it does not yet. */
  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    // performance.now() counts from the start of the thread, the shared clock does not.
    const offset = now() - performance.now();
    const observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        this.#book({ begin: startTime + offset, duration });
      }
    });
    observer.observe({ entryTypes: ["gc"] });
  }

  /** A chunk of `job` has run from `begin` to `end`, in ms of the shared clock. */
  ran(job: number, begin: number, end: number): void {
    if (!this.#isWatching) return;
    this.#chunks.push({ job, begin, end });
    if (this.#chunks.length > MAX_CHUNKS) this.#chunks = this.#chunks.slice(MAX_CHUNKS / 2);
  }

  /** Takes the pauses of a job that has ended. */
  take(job: number): readonly GcPause[] {
    const pauses = this.#pauses.get(job) ?? [];
    this.#pauses.delete(job);
    return pauses;
  }

  #book(pause: GcPause): void {
    const chunk = this.#chunks.findLast((ran) => ran.begin <= pause.begin);
    if (chunk === undefined || chunk.end <= pause.begin) return;
    let pauses = this.#pauses.get(chunk.job) ?? [];
    pauses.push(pause);
    if (pauses.length > MAX_PAUSES) pauses = joined(pauses);
    this.#pauses.set(chunk.job, pauses);
  }
}

function joined(pauses: readonly GcPause[]): GcPause[] {
  return pauses.flatMap((pause, i) => {
    if (i % 2 === 1) return [];
    const next = pauses[i + 1]?.duration ?? 0;
    return [{ begin: pause.begin, duration: pause.duration + next }];
  });
}
