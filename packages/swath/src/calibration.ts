import type { DriverEvent } from "./driver/events.ts";
import type { Stretch } from "./report/recorder.ts";

/**
 * One worker runs alone at most so often. Memory, caches and clocks are shared with others, and what is
 * left of them changes from one second to the next: many short looks see more of that than a few.
 */
const STRETCHES = 24;
/** Between these shares of its items: a job has few workers before, and short chunks after. */
const FIRST = 0.1;
const LAST = 0.9;
/** The first of them, and the doubled one each further time, where the number of items is unknown. */
const FIRST_AFTER_MS = 200;
/** The first chunks of a worker are slower by the compilation of the task. */
const WARM_CHUNKS = 3;
/** Chunks that a stretch is to measure. */
const CHUNKS = 5;
/** What one of them is to take: long enough for the clock, short beside a chunk of 50 ms. */
const CHUNK_MS = 4;
/** All stretches together take at most this share of the job's expected length, … */
const MAX_SHARE = 0.2;
/** … and up to any point of it as much as is due by then, and this part of the whole in advance. */
const ADVANCE = 0.1;

/** How a job stands when a worker has done a chunk. */
export interface Standing {
  readonly at: number;
  /** Indices that are done, and all of them; `Infinity` where nobody knows. */
  readonly done: number;
  readonly total: number;
  readonly worker: number;
  /** Of the chunk. */
  readonly indices: number;
  readonly ms: number;
  /** The worker that is alone, according to the driver. */
  readonly alone: number | undefined;
  /** Whether all others have nothing. */
  readonly othersRest: boolean;
}

/**
 * Decides when one worker is to run alone, and notes when it did. Every item is run once, as
 * ever; what it costs is that the other workers rest meanwhile.
 */
export class Calibration {
  readonly #stretches: Stretch[] = [];
  readonly #begin: number;
  readonly #workers: number;
  /** Chunks that each worker has done, and when it had done the last of them. */
  readonly #chunks = new Map<number, number>();
  readonly #lastDone = new Map<number, number>();
  #next = 0;
  #spent = 0;
  /** Longest chunk of late: others may take so long to come to rest. */
  #longest = 0;
  #now:
    | { readonly worker: number; readonly asked: number; from: number; chunks: number }
    | undefined;

  constructor(begin: number, workers: number) {
    this.#begin = begin;
    this.#workers = workers;
  }

  /** What the driver is to be told, if anything. */
  after(standing: Standing): DriverEvent | undefined {
    const { at, worker, ms } = standing;
    this.#chunks.set(worker, (this.#chunks.get(worker) ?? 0) + 1);
    this.#lastDone.set(worker, at);
    this.#longest = Math.max(ms, this.#longest * 0.9);
    return this.#now === undefined ? this.#mayBegin(standing) : this.#mayEnd(standing);
  }

  #mayBegin(standing: Standing): DriverEvent | undefined {
    const { at, worker, indices, ms } = standing;
    if (this.#workers < 2 || !this.#isWarm() || !this.#isDue(standing)) return undefined;
    if (!this.#isGoodMoment(standing)) return undefined;
    this.#next++;
    if (!this.#isWorthIt(standing)) return undefined;
    this.#now = { worker, asked: at, from: Number.NaN, chunks: 0 };
    const size = Math.max(1, Math.round((indices * CHUNK_MS) / Math.max(ms, 1e-3)));
    return { kind: "alone", worker, size };
  }

  #mayEnd(standing: Standing): DriverEvent | undefined {
    const now = this.#now;
    if (now === undefined) return undefined;
    const { at, worker, alone, othersRest } = standing;
    if (alone !== now.worker) this.#end(at);
    if (this.#now === undefined) return undefined;
    if (!othersRest) return undefined;
    if (Number.isNaN(now.from)) now.from = at;
    else if (worker === now.worker) now.chunks++;
    // The first ones began before, or had been cut before.
    if (now.chunks < CHUNKS) return undefined;
    this.#end(at);
    return { kind: "together" };
  }

  /** The stretches of a job that has ended. */
  close(at: number): readonly Stretch[] {
    this.#end(at);
    return this.#stretches;
  }

  #end(at: number): void {
    if (this.#now === undefined) return;
    const { worker, asked, from } = this.#now;
    this.#now = undefined;
    this.#spent += at - asked;
    this.#stretches.push({ worker, asked, from, to: at });
  }

  #isWarm(): boolean {
    const counts = [...this.#chunks.values()];
    return counts.length === this.#workers && counts.every((count) => count >= WARM_CHUNKS);
  }

  #isDue({ at, done, total }: Standing): boolean {
    if (total === Infinity) return at - this.#begin >= FIRST_AFTER_MS * 2 ** this.#next;
    return this.#next < STRETCHES && done / total >= positionOf(this.#next);
  }

  /**
   * Whether the others are soon at the end of what they run, and rest no longer than they must: of two
   * workers with chunks of one length, one always has less than half of its chunk left when the other
   * is done. It is not waited for long, for chunks may differ, and workers be many.
   */
  #isGoodMoment({ at, worker, done, total }: Standing): boolean {
    const isLate =
      total === Infinity
        ? at - this.#begin >= 1.5 * FIRST_AFTER_MS * 2 ** this.#next
        : done / total >= positionOf(this.#next + 0.5);
    if (isLate) return true;
    for (const [other, since] of this.#lastDone) {
      if (other !== worker && at - since < this.#longest / 2) return false;
    }
    return true;
  }

  #isWorthIt({ at, done, total, indices, ms }: Standing): boolean {
    const elapsed = at - this.#begin;
    const expected = total === Infinity ? 2 * elapsed : (elapsed * total) / Math.max(1, done);
    const due = Math.min(1, elapsed / expected + ADVANCE);
    // The chunk that runs and the one that waits behind it, then those of the stretch.
    const foreseen = 1.5 * this.#longest + CHUNKS * Math.max(CHUNK_MS, ms / indices);
    const { length } = this.#stretches;
    const cost = length === 0 ? foreseen : this.#spent / length;
    return this.#spent + cost <= MAX_SHARE * due * expected;
  }
}

/** Share of the items after which a stretch is due. */
function positionOf(stretch: number): number {
  return FIRST + ((LAST - FIRST) * stretch) / (STRETCHES - 1);
}
