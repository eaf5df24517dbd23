/**
 * Items of a pulled source that have come and may still be asked for. Keeps those that are not
 * done, for a chunk may be lost with its worker and wanted again.
 */
export class PullBuffer {
  readonly #iterator: AsyncIterator<unknown> | Iterator<unknown>;
  #items: unknown[] = [];
  /** Index of the first item that is kept. */
  #base = 0;
  #ended = false;
  #filling: Promise<void> = Promise.resolve();

  constructor(iterator: AsyncIterator<unknown> | Iterator<unknown>) {
    this.#iterator = iterator;
  }

  /** Number of items that have come. */
  get until(): number {
    return this.#base + this.#items.length;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Pulls until there are `until` items or the source has ended; one pull after the other. */
  fill(until: number): Promise<void> {
    this.#filling = this.#filling.then(() => this.#fillTo(until));
    return this.#filling;
  }

  async #fillTo(until: number): Promise<void> {
    while (!this.#ended && this.until < until) {
      const step = this.#iterator.next();
      const { done, value } = step instanceof Promise ? await step : step;
      if (done) this.#ended = true;
      else this.#items.push(value);
    }
  }

  /** The items `[start, end)`, which must have come and not been released. */
  slice(start: number, end: number): unknown[] {
    return this.#items.slice(start - this.#base, end - this.#base);
  }

  /** Forgets the items below `index`. */
  release(index: number): void {
    const dead = Math.min(index, this.until) - this.#base;
    if (dead <= 0 || dead * 2 < this.#items.length) return;
    this.#items = this.#items.slice(dead);
    this.#base += dead;
  }

  /** Closes the iterator if it has not ended. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#iterator.return?.();
  }
}
