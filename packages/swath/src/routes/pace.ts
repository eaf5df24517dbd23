/** A slice takes about so long: then the event loop turns, and threads that are ready are served. */
const SLICE_MS = 10;
/**
 * A slice may have this many times the indices of the largest before it. Before V8 has compiled
 * what is around the task, each slice costs some 0.1 ms: a few must do.
 */
const GROWTH = 16;
/** Slices that take less are taken together: each is too short to tell a cost from. */
const MIN_TELLING_MS = 1;
/** An index that takes so long says by itself what it costs; whatever is shorter may be a hiccup. */
const LONG_MS = 50;
/** A cost is steady when it is at least this share of the one before: V8 is done compiling. */
const STEADY_SHARE = 0.75;

/**
 * Cuts work that runs in the caller's thread into slices of time, and measures what an index
 * costs. It begins with single indices.
 */
export class Pace {
  #largest = 0;
  #cost: number | undefined;
  #before: number | undefined;
  #spent = 0;
  /** Slices since the last cost. */
  #recent = { indices: 0, ms: 0 };

  /** Indices that the next slice may have. */
  get size(): number {
    const grown = Math.max(1, this.#largest * GROWTH);
    if (this.#cost === undefined) return grown;
    return Math.max(1, Math.min(grown, Math.floor(SLICE_MS / this.#cost)));
  }

  /**
   * Milliseconds for an index, as of late: the less of the last two costs, for the processor may
   * have been at something else. Undefined before that can be told.
   */
  get cost(): number | undefined {
    if (this.#cost === undefined || this.#before === undefined) return this.#cost;
    return Math.min(this.#cost, this.#before);
  }

  /** Milliseconds of all slices. */
  get spent(): number {
    return this.#spent;
  }

  /**
   * Whether the cost can be relied upon. The first calls of a function take up to 80 times as
   * long as those that V8 has compiled; what takes long is compiled while it runs.
   */
  get isSteady(): boolean {
    if (this.#cost === undefined) return false;
    if (this.#before === undefined) return this.#cost >= LONG_MS;
    if (Math.min(this.#cost, this.#before) >= SLICE_MS) return true;
    return this.#spent >= SLICE_MS && this.#cost >= STEADY_SHARE * this.#before;
  }

  /**
   * Indices ran before there were slices: so soon, and in another loop, they say what an index
   * costs only where each takes long by itself.
   */
  began(indices: number, ms: number): void {
    if (ms / indices >= MIN_TELLING_MS) this.add(indices, ms);
    else this.#spent += ms;
  }

  /** A slice of so many indices has taken `ms`. */
  add(indices: number, ms: number): void {
    this.#spent += ms;
    this.#largest = Math.max(this.#largest, indices);
    const recent = { indices: this.#recent.indices + indices, ms: this.#recent.ms + ms };
    const isTelling = recent.ms >= MIN_TELLING_MS;
    this.#recent = isTelling ? { indices: 0, ms: 0 } : recent;
    if (!isTelling) return;
    this.#before = this.#cost;
    this.#cost = recent.ms / recent.indices;
  }
}
