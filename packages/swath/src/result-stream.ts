import type { Part } from "./driver/collector.ts";

/** Results that are made at once: few enough to be garbage soon, many enough to cost little. */
const BLOCK_ROWS = 256;

const DONE = { done: true, value: undefined } as const;

/**
 * The results of a job one by one. By hand, for an async generator would take three turns of the
 * promise queue for each of them; this takes the one that `for await` needs.
 *
 * As with a generator, calls of `next` are answered one after the other, and leaving it early
 * (`return`, `throw`) ends the job.
 */
export class ResultStream<T> implements AsyncGenerator<T> {
  readonly #parts: AsyncGenerator<Part>;
  readonly #shape: (value: unknown, index: number) => T;
  readonly #cancel: () => void;
  /** Results that are ready, and which is next. */
  #rows: unknown[] = [];
  #next = 0;
  /** Index of the first of them in the source. */
  #first = 0;
  /** The part they are of, and how many of its results have been made. */
  #part: Part | undefined;
  #made = 0;
  #skipped: ReadonlySet<number> = new Set();
  #ended = false;
  /** What the last call of `next` waits for. */
  #waiting: Promise<IteratorResult<T>> | undefined;

  /**
   * @param shape makes of a result and its index what is given out
   * @param cancel ends the job
   */
  constructor(
    parts: AsyncGenerator<Part>,
    shape: (value: unknown, index: number) => T,
    cancel: () => void,
  ) {
    this.#parts = parts;
    this.#shape = shape;
    this.#cancel = cancel;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#waiting === undefined && this.#next < this.#rows.length && this.#skipped.size === 0) {
      return Promise.resolve({ done: false, value: this.#take() });
    }
    return this.#wait();
  }

  async return(value?: unknown): Promise<IteratorResult<T>> {
    this.#end();
    await this.#parts.return(undefined);
    return { done: true, value };
  }

  async throw(error: unknown): Promise<IteratorResult<T>> {
    this.#end();
    await this.#parts.return(undefined);
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #wait(): Promise<IteratorResult<T>> {
    const before = this.#waiting;
    const waiting =
      before === undefined
        ? this.#advance()
        : before.then(NOTHING, NOTHING).then(() => this.#advance());
    this.#waiting = waiting;
    const clear = () => {
      if (this.#waiting === waiting) this.#waiting = undefined;
    };
    waiting.then(clear, clear);
    return waiting;
  }

  async #advance(): Promise<IteratorResult<T>> {
    for (;;) {
      while (this.#next < this.#rows.length) {
        const isSkipped = this.#skipped.has(this.#first + this.#next);
        if (!isSkipped) return { done: false, value: this.#take() };
        this.#next++;
      }
      if (this.#ended || !(await this.#fill())) return DONE;
    }
  }

  #take(): T {
    const at = this.#next++;
    const value = this.#rows[at];
    // Who takes results one by one may want to hold but one.
    this.#rows[at] = undefined;
    return this.#shape(value, this.#first + at);
  }

  /** Makes the next results ready; false if there are none. */
  async #fill(): Promise<boolean> {
    try {
      if (this.#part === undefined || this.#made >= this.#part.values.length) {
        this.#rows = [];
        this.#part = undefined;
        const { done, value } = await this.#parts.next();
        if (done === true || this.#ended) {
          this.#ended = true;
          return false;
        }
        this.#part = value;
        this.#made = 0;
        this.#skipped = new Set(value.failed.map(({ index }: { readonly index: number }) => index));
      }
      const { values, start } = this.#part as Part;
      this.#rows = values.slice(this.#made, this.#made + BLOCK_ROWS);
      this.#next = 0;
      this.#first = start + this.#made;
      this.#made += this.#rows.length;
      return true;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#rows = [];
    this.#next = 0;
    this.#cancel();
  }
}

const NOTHING = () => {};
