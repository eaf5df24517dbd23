/**
 * How long a run will still take. From the mean rate since the first work was done, which wavers
 * least; the estimate moves towards a new one by degrees, counts down with the clock in between,
 * and is never negative.
 */
export class Eta {
  #first: { readonly done: number; readonly elapsed: number } | undefined;
  #estimate: number | undefined;
  #at = 0;

  /**
   * @param done share of the work that is done, 0 to 1
   * @param elapsed ms since the start
   * @returns ms that remain; undefined while too little is known
   */
  update(done: number, elapsed: number): number | undefined {
    if (this.#first === undefined && done > 0) this.#first = { done, elapsed };
    if (this.#first === undefined) return undefined;
    const worked = elapsed - this.#first.elapsed;
    const share = done - this.#first.done;
    // What an earlier run had done says nothing of how fast this one is.
    const least = MIN_SHARE * (1 - this.#first.done);
    if (worked < MIN_WORKED_MS || share <= 0 || share < least) return undefined;
    const fresh = (worked / share) * (1 - done);
    const counted = this.#estimate === undefined ? fresh : this.#estimate - (elapsed - this.#at);
    this.#estimate = Math.max(0, counted + NEWEST_WEIGHT * (fresh - counted));
    this.#at = elapsed;
    return this.#estimate;
  }
}

/** Below this share of the work that was left, or time of work, an estimate would be a guess. */
const MIN_SHARE = 0.02;
const MIN_WORKED_MS = 300;
const NEWEST_WEIGHT = 0.2;
