import { setTimeout as delay } from "node:timers/promises";
import { isSwathError } from "../errors.ts";
import type { JobSpec } from "../protocol/messages.ts";

/** The longest pause before a retry, in ms: doubling would soon be longer than anyone waits. */
const MAX_RETRY_DELAY_MS = 60_000;

/** Counts how often an item has been tried, and says whether it is tried again. */
export class Tries {
  readonly #spec: JobSpec;
  #key = -1;
  #count = 0;

  constructor(spec: JobSpec) {
    this.#spec = spec;
  }

  /** Forgets what was counted: `count` tries of `key` have failed already, elsewhere. */
  reset(key: number, count: number): void {
    this.#key = key;
    this.#count = count;
  }

  /** What was tried last, and how often it has failed. */
  get last(): { readonly key: number; readonly count: number } {
    return { key: this.#key, count: this.#count };
  }

  /** Which try of `key` is the one that is running, from 1. */
  attempt(key: number): number {
    return (key === this.#key ? this.#count : 0) + 1;
  }

  /** Whether `key`, whose try has just failed with `error`, is tried again. */
  failed(key: number, error: unknown): boolean {
    const attempt = this.attempt(key);
    // A source that cannot be read is no fault of the task.
    if (attempt > this.#spec.retries || isSwathError(error, "SWATH_SOURCE_FAILED")) return false;
    this.reset(key, attempt);
    return true;
  }

  /** Waits before the next try of what failed last. Rejects when `signal` is aborted. */
  async pause(signal: AbortSignal): Promise<void> {
    const { retryDelay } = this.#spec;
    if (retryDelay === 0) return;
    const ms = Math.min(retryDelay * 2 ** (this.#count - 1), MAX_RETRY_DELAY_MS);
    await delay(ms, undefined, { signal });
  }
}
