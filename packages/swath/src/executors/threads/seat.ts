import type { LoadWatch } from "./load-watch.ts";

/** Claim words of a job in a worker: one for each chunk that it may hold. */
export const CLAIM_WORDS = 2;

/** A chunk that a worker has. */
export interface Given {
  readonly id: number;
  /** First index that is not known to be done. */
  start: number;
  readonly end: number;
}

/** A worker as one job sees it: how far it is with the job, and the chunks that it has of it. */
export class Seat {
  /** How far the worker is with this job; it may be busy with others before it begins. */
  state: "asked" | "opening" | "joined" = "asked";
  /** What it is opening, or was when it failed. */
  stage: "load" | "init" = "load";
  /** Ends the worker if it does not load the task in time. */
  readonly loading: LoadWatch;
  /** Word by word: 0, or the id + 1 of a chunk that has been given and not begun. */
  readonly #claim: Int32Array;
  /** The chunk that each word stands for, until it is done. */
  readonly #slots = new Array<Given | undefined>(CLAIM_WORDS).fill(undefined);

  /** @param claim {@link CLAIM_WORDS} words that the worker has, too */
  constructor(claim: Int32Array, loading: LoadWatch) {
    this.#claim = claim;
    this.loading = loading;
    claim.fill(0);
  }

  /** Whether the worker has a chunk, or has yet to come to the job. */
  get isBusy(): boolean {
    return this.state !== "joined" || this.#slots.some((chunk) => chunk !== undefined);
  }

  /** The chunk that the worker runs: it clears a chunk's word when it begins with it. */
  get begun(): Given | undefined {
    return this.#slots.find((chunk, slot) => {
      return chunk !== undefined && Atomics.load(this.#claim, slot) === 0;
    });
  }

  /** First index of a chunk that is not known to be done; 0 if the worker does not have it. */
  startOf(id: number): number {
    return this.#slots[this.#slotOf(id)]?.start ?? 0;
  }

  /**
   * Notes a chunk that is about to be sent.
   *
   * @returns the number of its word
   */
  give({ id, start, end }: Given): number {
    const slot = this.#slots.indexOf(undefined);
    this.#slots[slot] = { id, start, end };
    Atomics.store(this.#claim, slot, id + 1);
    return slot;
  }

  /** A chunk is done up to `until`, if not all of it. */
  advance(id: number, until: number): void {
    const given = this.#slots[this.#slotOf(id)];
    if (given === undefined) return;
    given.start = until;
    if (until === given.end) this.free(id);
  }

  /** The worker has a chunk no longer. */
  free(id: number): void {
    const slot = this.#slotOf(id);
    if (slot >= 0) this.#slots[slot] = undefined;
  }

  /** Takes a chunk back that the worker has not begun; false if it has, or does not have it. */
  takeBack(id: number): boolean {
    const slot = this.#slotOf(id);
    if (slot < 0 || Atomics.compareExchange(this.#claim, slot, id + 1, 0) !== id + 1) return false;
    this.#slots[slot] = undefined;
    return true;
  }

  /** The same of all that it has. */
  takeBackAll(): void {
    for (const chunk of this.#slots) if (chunk !== undefined) this.takeBack(chunk.id);
  }

  #slotOf(id: number): number {
    return this.#slots.findIndex((given) => given?.id === id);
  }
}
