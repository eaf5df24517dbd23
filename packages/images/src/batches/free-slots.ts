/** The places of the ring that no batch is in. */
export class FreeSlots {
  readonly #free: number[];
  #waiting: ((slot: number | undefined) => void) | undefined;
  #isClosed = false;

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, slot) => count - 1 - slot);
  }

  /** Waits for a place; undefined once it is closed. One at a time may wait. */
  take(): Promise<number | undefined> {
    const slot = this.#free.pop();
    if (slot !== undefined || this.#isClosed) return Promise.resolve(slot);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  release(slot: number): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#free.push(slot);
    else waiting(slot);
  }

  /** Whoever waits gets undefined. */
  close(): void {
    this.#isClosed = true;
    this.#waiting?.(undefined);
    this.#waiting = undefined;
  }
}
