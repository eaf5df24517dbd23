/** A value with its place in the source. */
export interface Indexed<R> {
  readonly index: number;
  readonly value: R;
}

/** An index that failed for good. */
export interface Failed {
  readonly index: number;
  readonly error: unknown;
}

/** Results, which may be made only when they are asked for. */
export interface Values {
  readonly length: number;
  slice(from?: number, to?: number): unknown[];
  /** Puts all of them into `all`, from place `at` on, where they stay; absent of a list. */
  copyTo?(all: unknown[], at: number): void;
}

/** Puts values into `all`, from place `at` on, where they stay. */
export function copyValues(values: Values, all: unknown[], at: number): void {
  if (values.copyTo !== undefined) return values.copyTo(all, at);
  const list = Array.isArray(values) ? (values as readonly unknown[]) : values.slice();
  for (let i = 0; i < list.length; i++) all[at + i] = list[i];
}

/** The results of the indices `[start, end)`. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly values: Values;
  /** By index; the values of these are undefined. */
  readonly failed: readonly Failed[];
  /** Whether they were there before the job began. */
  readonly isOld?: boolean;
}

/**
 * Holds the results of chunks until they are taken, whole chunks at a time: in index order, or
 * as they come.
 *
 * Parts cover the indices of the source once; in order, a part is ready when all before it are.
 */
export class Collector {
  readonly #waiting = new Map<number, Part>();
  #ready: Part[] = [];
  #head = 0;
  #ordered = true;

  /** Gives up the order: what has come is ready, and whatever comes will be. */
  disorder(): void {
    this.#ordered = false;
    this.#ready.push(...this.#waiting.values());
    this.#waiting.clear();
  }

  /** Adds a part. */
  add(part: Part): void {
    if (!this.#ordered) {
      this.#ready.push(part);
      return;
    }
    this.#waiting.set(part.start, part);
    for (;;) {
      const next = this.#waiting.get(this.#head);
      if (next === undefined) return;
      this.#waiting.delete(this.#head);
      this.#ready.push(next);
      this.#head = next.end;
    }
  }

  /** Takes all parts that are ready. */
  take(): readonly Part[] {
    const parts = this.#ready;
    this.#ready = [];
    return parts;
  }

  /** Whether there is anything to take. */
  get isReady(): boolean {
    return this.#ready.length > 0;
  }
}
