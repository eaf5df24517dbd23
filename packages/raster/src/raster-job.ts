import type { JobOptions, Progress } from "swath";
import { InvalidOptionError, JOB_OPTION_NAMES } from "swath/plugin";
import { isSwathError } from "swath/worker";

/**
 * Options that every verb of the kit hands on to the loop underneath. `route` is "read" by
 * default: each worker reads its part of the file; "copy", where a verb offers it: this thread
 * reads it all and sends the pixels.
 */
export type RasterJobOptions = Pick<
  JobOptions,
  "workers" | "schedule" | "chunk" | "route" | "signal" | "journal" | "stdio" | "report"
>;

/** What runs underneath: a job of swath, or several one after the other. */
interface Running {
  readonly progress: Progress;
  cancel(reason?: unknown): void;
}

/** A running verb of the kit: await it for its result. It has started. */
export class RasterJob<T> implements PromiseLike<T> {
  readonly #result: Promise<T>;
  /** Jobs that were started, one after the other. */
  readonly #started: Running[] = [];
  readonly #passes: number;
  #cancelled: { readonly reason: unknown } | undefined;

  /**
   * @param work gets a function to be told each job that it starts
   * @param passes how many jobs it will start
   */
  constructor(work: (follow: <J extends Running>(job: J) => J) => Promise<T>, passes = 1) {
    this.#passes = passes;
    this.#result = work((job) => {
      this.#started.push(job);
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

  /**
   * How far it is, in windows, all its passes together; undefined before it has started to read.
   * A pass that is still to come counts as large as the one before.
   */
  get progress(): Progress | undefined {
    const passes = this.#started.map(({ progress }) => progress);
    const [first] = passes;
    const current = passes.at(-1);
    if (first === undefined || current === undefined) return undefined;
    const before = passes.slice(0, -1).reduce((sum, { done }) => sum + done, 0);
    const toCome = this.#passes - passes.length;
    return {
      done: before + current.done,
      total: current.total === undefined ? undefined : before + current.total * (1 + toCome),
      resumed: passes.reduce((sum, { resumed }) => sum + resumed, 0),
      elapsed: first.elapsed,
      failed: passes.reduce((sum, { failed }) => sum + failed, 0),
    };
  }

  /** Ends it; nothing is left under the names of its outputs. */
  cancel(reason?: unknown): void {
    this.#cancelled = { reason };
    this.#started.at(-1)?.cancel(reason);
  }
}

/**
 * The result of these verbs holds the report of the loop.
 *
 * @throws InvalidOptionError for `report: false`
 */
export function assertReported(verb: string, { report }: Pick<JobOptions, "report">): void {
  if (report !== false) return;
  const hint = `: what \`${verb}\` gives holds the report`;
  throw new InvalidOptionError("report", "absent, `true` or an object", report, hint);
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
