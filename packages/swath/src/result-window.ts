import { UNBOUNDED, type Window } from "./driver/events.ts";
import type { JobPlan } from "./plan.ts";
import type { Rows } from "./protocol/results.ts";
import { StreamBudget } from "./stream-budget.ts";

/** A stream may run this many chunks per worker ahead of its reader. */
const CHUNKS_PER_WORKER = 4;

/**
 * How far a job may run ahead of whoever takes its results: bounded, unless it is known that all of
 * them are kept anyway.
 */
export class ResultWindow {
  readonly #plan: JobPlan;
  readonly #workers: number;
  readonly #budget: StreamBudget | undefined;
  #isBounded = true;

  /** @param workers of the executor */
  constructor(plan: JobPlan, workers: number) {
    this.#plan = plan;
    this.#workers = workers;
    // Who says how long chunks are gets them so.
    if (plan.options["chunk"] === undefined) this.#budget = new StreamBudget(plan.spec.unit);
  }

  get isBounded(): boolean {
    return this.#isBounded;
  }

  /** As it is now. */
  get size(): Window {
    if (!this.#isBounded) return UNBOUNDED;
    const { inFlight, spec } = this.#plan;
    if (inFlight !== undefined) {
      return { items: Math.max(1, Math.floor(inFlight / spec.unit)), chunks: Infinity };
    }
    const chunks = CHUNKS_PER_WORKER * this.#workers;
    return { items: Infinity, chunks, chunkItems: this.#budget?.most ?? Infinity };
  }

  /** @param isBounded false where all results are kept: nothing is won by waiting then */
  bound(isBounded: boolean): void {
    this.#isBounded = isBounded;
  }

  /** Items of a source that has to be read have come. @returns whether {@link size} is another */
  sawItems(newest: () => readonly unknown[] | undefined): boolean {
    if (!this.#isBounded || this.#budget === undefined) return false;
    const items = newest();
    return items !== undefined && this.#budget.sawItems(items);
  }

  /** Results have come. @returns as {@link sawItems} */
  sawResults(rows: Rows): boolean {
    return this.#isBounded && this.#budget?.sawResults(rows) === true;
  }
}
