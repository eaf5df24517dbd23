import type { JobOptions, Progress } from "swath";
import { JOB_OPTION_NAMES } from "swath/plugin";

/** Options that every verb of the kit hands on to the loop underneath. */
export type ImagesJobOptions = Pick<JobOptions, "workers" | "signal" | "stdio">;

/** Names of {@link ImagesJobOptions}. */
export const LOOP_OPTIONS = ["workers", "signal", "stdio"] as const satisfies readonly (
  | keyof ImagesJobOptions
  | (typeof JOB_OPTION_NAMES)[number]
)[];

/** What runs underneath: a job of swath whose items are several images each. */
interface Running {
  readonly progress: Progress;
  cancel(reason?: unknown): void;
}

/** How many images there are, and how many make an item. */
export interface ImageCount {
  readonly images: number;
  readonly perItem: number;
}

/** A running verb of the kit: await it for its result. It has started. */
export class ImagesJob<T> implements PromiseLike<T> {
  readonly #result: Promise<T>;
  #running: { readonly job: Running; readonly count: ImageCount } | undefined;
  #cancelled: { readonly reason: unknown } | undefined;

  /** @param work gets a function to be told the job that it starts */
  constructor(work: (follow: <J extends Running>(job: J, count: ImageCount) => J) => Promise<T>) {
    this.#result = work((job, count) => {
      this.#running = { job, count };
      if (this.#cancelled !== undefined) job.cancel(this.#cancelled.reason);
      return job;
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

  /** How far it is, in images; undefined before the files are listed. */
  get progress(): Progress | undefined {
    if (this.#running === undefined) return undefined;
    const { job, count } = this.#running;
    const { progress } = job;
    return {
      ...progress,
      done: Math.min(count.images, progress.done * count.perItem),
      total: count.images,
    };
  }

  /** Ends it. */
  cancel(reason?: unknown): void {
    this.#cancelled = { reason };
    this.#running?.job.cancel(reason);
  }
}

/** The options of a verb that are for the loop. */
export function loopOptionsOf(options: ImagesJobOptions): JobOptions {
  return Object.fromEntries(
    LOOP_OPTIONS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
