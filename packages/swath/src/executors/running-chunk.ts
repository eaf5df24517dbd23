import type { ChunkOrder, ItemFailure } from "../protocol/messages.ts";
import { ChunkResults, type JobResults } from "./chunk-results.ts";

/** A first item that took longer has its time from its own work. */
const COLD_START_MS = 2;

/** A chunk while it runs: how far it may go, and what it has taken. Times are in milliseconds. */
export class RunningChunk {
  readonly order: ChunkOrder;
  readonly results: ChunkResults;
  /** Items that are left out. */
  readonly failures: ItemFailure[] = [];
  /** Spent in reading items. */
  readMs = 0;
  /** Spent in waiting before retries. */
  pausedMs = 0;
  #end: number;
  /** Index at which the next look at the clock is due. */
  #stepEnd: number;
  /** After which nothing more is begun. */
  #budget: number;
  readonly #begin: number;

  /** @param isFold then its time is looked at after each block */
  constructor(order: ChunkOrder, results: JobResults, isFold: boolean) {
    this.order = order;
    this.results = new ChunkResults(results, order);
    this.#end = order.end;
    this.#budget = (order.budget ?? Infinity) / 1e3;
    this.#stepEnd = order.budget === undefined || isFold ? Infinity : order.start + 1;
    this.#begin = performance.now();
  }

  /** One past the last index that is run: lower than was ordered where its time is up. */
  get end(): number {
    return this.#end;
  }

  /** Index that a loop must not pass without asking {@link isUp}. */
  get limit(): number {
    return Math.min(this.#stepEnd, this.results.probeEnd);
  }

  /** What it has been at its items, reading and running them. */
  get elapsed(): number {
    return performance.now() - this.#begin - this.pausedMs - this.results.ms;
  }

  /** Whether the chunk ends before the index `next`, all before it being done. */
  isUp(next: number): boolean {
    if (next >= this.results.probeEnd) this.results.endProbe(next, this.elapsed);
    if (next < this.#stepEnd || next >= this.#end) return false;
    const done = next - this.order.start;
    if (done === 1) this.#allowColdStart();
    if (this.endIfSpent(next)) return true;
    // Steps that double cost few readings of the clock, and overrun the budget twofold at most.
    this.#stepEnd = next + done;
    return false;
  }

  /** Ends the chunk before the index `next` if it has had its time. */
  endIfSpent(next: number): boolean {
    if (this.#budget === Infinity || this.elapsed < this.#budget) return false;
    this.#end = next;
    return true;
  }

  /** The first item may have taken so long only because V8 had compiled nothing yet. */
  #allowColdStart(): void {
    const first = this.elapsed;
    if (first < COLD_START_MS) this.#budget += first;
  }
}
