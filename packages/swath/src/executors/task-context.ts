/** What a task is given beside the item. One object for all items: read it during the call. */
export interface TaskContext<S = unknown, W = unknown> {
  /** Index of the item in the source. */
  readonly index: number;
  /** Number of the worker, from 0. */
  readonly worker: number;
  /** What `init` returned in this worker. */
  readonly state: S;
  /** The `with` option of the job; sent once to each worker. */
  readonly with: W;
  /** Aborted when the job is cancelled or has failed. */
  readonly signal: AbortSignal;
  /** Prints a line on stderr, as `console.error` would, marked with worker and item. */
  readonly log: (...args: readonly unknown[]) => void;
}

/** The context as the thread keeps it that runs the job. */
export type OwnContext = { -readonly [K in keyof TaskContext]: TaskContext[K] };
