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
  #failure: { readonly cause: unknown } | undefined;
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

  /** What the source threw; it has ended then. */
  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /**
   * Pulls until there are `until` items or the source has ended; one pull after the other.
   * Never rejects: what the source throws is kept as {@link failure}.
   *
   * @param onWait called whenever the source lets us wait, so that what has come can be used
   */
  fill(until: number, onWait: () => void = () => {}): Promise<void> {
    this.#filling = this.#filling.then(() => this.#fillTo(until, onWait));
    return this.#filling;
  }

  async #fillTo(until: number, onWait: () => void): Promise<void> {
    try {
      while (!this.#ended && this.until < until) {
        let step: unknown = this.#iterator.next();
        if (isThenable(step)) {
          onWait();
          step = await step;
        }
        const { done, value } = asStep(step);
        if (done === true) this.#ended = true;
        else this.#items.push(value);
      }
    } catch (cause) {
      this.#failure = { cause };
      this.#ended = true;
    }
  }

  /** The items `[start, end)`, which must have come and not been released. */
  slice(start: number, end: number): unknown[] {
    return this.#items.slice(start - this.#base, end - this.#base);
  }

  /** The item `index`; undefined if it has not come or is forgotten. */
  at(index: number): unknown {
    return index < this.#base ? undefined : this.#items[index - this.#base];
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

function asStep(value: unknown): IteratorResult<unknown> {
  if (typeof value === "object" && value !== null) return value as IteratorResult<unknown>;
  throw new TypeError(`The iterator's next() gave ${String(value)}, not an object`);
}
