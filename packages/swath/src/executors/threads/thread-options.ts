/** Where what tasks print goes. */
export type Stdio = "plain" | "marked" | "stderr" | "ignore";

/** All that {@link Stdio} may be. */
export const STDIO = ["plain", "marked", "stderr", "ignore"] as const satisfies readonly Stdio[];

/** Limits of a thread, in MB (MiB), as `node:worker_threads` defines them. */
export interface ResourceLimits {
  /** Main part of the heap. */
  readonly maxOldGenerationSizeMb?: number | undefined;
  /** The part of the heap for new objects. */
  readonly maxYoungGenerationSizeMb?: number | undefined;
  /** Memory for compiled code. */
  readonly codeRangeSizeMb?: number | undefined;
  /** Stack. */
  readonly stackSizeMb?: number | undefined;
}

/** What worker threads are like; the same for all jobs that run on them. */
export interface ThreadOptions {
  /**
   * Limits of each worker thread, as Node defines them. A worker that reaches its heap limit is
   * lost and replaced; the program goes on, and what the worker had done is done. Saving each
   * result for that costs half a microsecond, if it is not a number.
   * @default Node's
   */
  readonly resourceLimits?: ResourceLimits | undefined;
  /**
   * Where what tasks print goes: "plain" to the program's stdout and stderr; "marked" too, each
   * line behind `[worker 1, item 4711] `; "stderr" all of it to stderr; "ignore" nowhere. It
   * arrives whole, line by line, in order for each worker. A line without its end waits for it
   * until the job or the worker ends.
   * @default "plain"
   */
  readonly stdio?: Stdio | undefined;
  /**
   * Replaces a worker between chunks once it has done so many items: for tasks that leak.
   * @default never
   */
  readonly maxItemsPerWorker?: number | undefined;
  /**
   * Replaces a worker between chunks once its heap and what hangs on it (buffers) take so many
   * bytes. Read after each chunk, before any collection that V8 has put off.
   * @default never
   */
  readonly maxMemoryPerWorker?: number | undefined;
}

/** Names of the {@link ThreadOptions}. */
export const THREAD_OPTION_NAMES = [
  "resourceLimits",
  "stdio",
  "maxItemsPerWorker",
  "maxMemoryPerWorker",
] as const satisfies readonly (keyof ThreadOptions)[];
