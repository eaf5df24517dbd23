import type { OpenJob } from "./executors/executor.ts";
import { now } from "./protocol/clock.ts";

/** Looks at the workers this often within a timeout: an item may exceed it by two tenths. */
const LOOKS_PER_TIMEOUT = 10;
/** Longest time between two looks, in ms. */
const MAX_INTERVAL_MS = 100;

interface Sighting {
  readonly item: number;
  /** How often it had failed by then: each try has the whole time. */
  readonly tries: number;
  readonly since: number;
}

/**
 * Watches how long each worker has been at its item. Tasks need not help: the caller's thread
 * reads the shared word in which a worker says where it is.
 */
export class TimeoutWatch {
  readonly #timeout: number;
  readonly #job: OpenJob;
  readonly #workers: number;
  readonly #onLate: (worker: number, item: number) => void;
  readonly #seen = new Map<number, Sighting>();
  readonly #timer: NodeJS.Timeout;

  /**
   * @param timeout milliseconds that an item may take
   * @param onLate called once for each item that takes longer
   */
  constructor(
    timeout: number,
    job: OpenJob,
    workers: number,
    onLate: (worker: number, item: number) => void,
  ) {
    this.#timeout = timeout;
    this.#job = job;
    this.#workers = workers;
    this.#onLate = onLate;
    const interval = Math.max(1, Math.min(timeout / LOOKS_PER_TIMEOUT, MAX_INTERVAL_MS));
    // The workers keep the program alive, not the watch.
    this.#timer = setInterval(() => this.#look(), interval).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A worker is gone: the clock of the one after it starts again. */
  restart(worker: number): void {
    this.#seen.delete(worker);
  }

  #look(): void {
    for (let worker = 0; worker < this.#workers; worker++) {
      const item = this.#job.running(worker);
      const tries = this.#job.tries(worker);
      const seen = this.#seen.get(worker);
      if (seen?.item !== item || seen.tries !== tries) {
        this.#seen.set(worker, { item, tries, since: now() });
      } else if (item >= 0 && now() - seen.since >= this.#timeout) {
        this.#seen.delete(worker);
        this.#onLate(worker, item);
      }
    }
  }
}
