import type { JobOptions, Progress } from "swath";
import { isSwathError, JOB_OPTION_NAMES } from "swath/plugin";

/** Options that every verb of the kit hands on to the loop underneath. */
export type RasterJobOptions = Pick<JobOptions, "workers" | "schedule" | "chunk" | "signal">;

/** What runs underneath: a job of swath, or several one after the other. */
interface Running {
  readonly progress: Progress;
  cancel(reason?: unknown): void;
}

/** A running verb of the kit: await it for its result. It has started. */
export class RasterJob<T> implements PromiseLike<T> {
  readonly #result: Promise<T>;
  #running: Running | undefined;
  #cancelled: { readonly reason: unknown } | undefined;

  /** @param work gets a function to be told each job that it starts */
  constructor(work: (follow: <J extends Running>(job: J) => J) => Promise<T>) {
    this.#result = work((job) => {
      this.#running = job;
      if (this.#cancelled !== undefined) job.cancel(this.#cancelled.reason);
      return job;
    }).catch((error: unknown) => {
      throw unwrap(error);
    });
    // Whoever awaits gets the error; one that nobody awaits must not end the program unseen.
    this.#result.catch(() => {});
  }

  then<A = T, B = never>(
    resolve?: ((result: T) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(resolve, reject);
  }

  /** How far it is, in windows; undefined before it has started to read. */
  get progress(): Progress | undefined {
    return this.#running?.progress;
  }

  /** Ends it; nothing is left under the names of its outputs. */
  cancel(reason?: unknown): void {
    this.#cancelled = { reason };
    this.#running?.cancel(reason);
  }
}

/** The options of a verb that are for the loop. */
export function jobOptionsOf(options: object): JobOptions {
  const known = new Set<string>(JOB_OPTION_NAMES);
  return Object.fromEntries(Object.entries(options).filter(([key]) => known.has(key)));
}

/**
 * The kit's own tasks are no business of the user: what failed inside of them is. Its class is
 * lost on the way from the worker, its code and fields are not.
 */
function unwrap(error: unknown): unknown {
  if (!isSwathError(error, "SWATH_TASK_FAILED")) return error;
  return isSwathError(error.cause) ? error.cause : error;
}
