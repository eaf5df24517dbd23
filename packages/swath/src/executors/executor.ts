import type {
  ChunkOrder,
  ChunkSpan,
  ItemFailure,
  JobSpec,
  WorkerTally,
} from "../protocol/messages.ts";
import type { Rows } from "../protocol/results.ts";

/** What an executor tells the job about its workers. Times are of the shared clock, in ms. */
export type ExecutorEvent =
  | { readonly kind: "joined"; readonly worker: number; readonly at: number }
  /** The worker lives, but cannot load the task, or its `init` has failed. */
  | {
      readonly kind: "unready";
      readonly worker: number;
      readonly stage: "load" | "init";
      readonly error: unknown;
    }
  | {
      readonly kind: "done";
      readonly worker: number;
      readonly chunk: number;
      readonly span: ChunkSpan;
      /** Results in index order; none in mode `each`. */
      readonly values: Rows;
      /** Items that failed, by index; their results are undefined. */
      readonly failures: readonly ItemFailure[];
      /** Milliseconds that this thread took to decode the results; undefined in its own. */
      readonly decode: number | undefined;
    }
  /**
   * The worker has done its chunk up to `until`. It goes on with the rest, or gives it back, or
   * has left, or is about to.
   */
  | {
      readonly kind: "part";
      readonly worker: number;
      readonly chunk: number;
      readonly until: number;
      /** As those of `done`. */
      readonly values: Rows;
      readonly failures: readonly ItemFailure[];
      /** Since the part before; a worker that is about to leave has no time to say. */
      readonly span?: ChunkSpan | undefined;
      /** As that of `done`. */
      readonly decode?: number | undefined;
    }
  /** The worker gives a chunk back, or what is left of it after its last `part`. */
  | { readonly kind: "returned"; readonly worker: number; readonly chunk: number }
  | {
      readonly kind: "failed";
      readonly worker: number;
      readonly chunk: number;
      readonly failure: ItemFailure;
    }
  | {
      readonly kind: "left";
      readonly worker: number;
      readonly reason: Error;
      /** The chunk of this job that it was running; undefined if it ran none of them. */
      readonly begun: number | undefined;
      /** Whether it was loading this job's task, or never came to begin with anything. */
      readonly loading: boolean;
      /** The item of `begun` that was running; undefined if none was. */
      readonly running?: number | undefined;
      /** How often that item had failed by itself before. */
      readonly tries?: number | undefined;
      /**
       * What ended it, where that was an error that nobody could catch (in a timer, a rejected
       * promise) and an item of this job is known to have caused it; perhaps an earlier one.
       */
      readonly culprit?: { readonly itemIndex: number; readonly error: unknown } | undefined;
    };

/**
 * Where chunks run. It starts and stops workers and carries chunks and events; it decides
 * nothing. Workers are numbered `0 … workers-1`; one that leaves is replaced under its number
 * as long as a job is open.
 */
export interface Executor {
  readonly workers: number;
  /** Whether all workers run already. */
  readonly isWarm?: boolean;
  /** Starts workers for a job of so many items that is about to be opened. Never throws. */
  start?(items: number): void;
  /** Starts what is not running yet and loads the task everywhere; events follow. */
  open(job: JobRequest, on: (event: ExecutorEvent) => void): OpenJob;
  /** Stops all workers. Open jobs are told that they left. */
  close(): Promise<void>;
}

/** One job on an executor. */
export interface OpenJob {
  /**
   * Sends a chunk.
   * @returns undefined where nothing is sent, for the worker is the caller's thread
   * @throws DataCloneError if the items cannot be cloned
   */
  run(worker: number, chunk: ChunkOrder): Sent | undefined;
  /**
   * Takes back a chunk that the worker has not begun. Settled at once, with one
   * compare-and-swap on a word that both threads see: false means that it has begun.
   */
  revoke(worker: number, chunk: number): boolean;
  /** Index of the item of this job that runs in a worker right now, -1 if none does. */
  running(worker: number): number;
  /** How often the item that runs in a worker has failed by itself before, there and elsewhere. */
  tries(worker: number): number;
  /** What ran in the caller's thread, where that is this executor's to choose. */
  readonly place?: PlaceFigures | undefined;
  /** What went to workers once; undefined where nothing did. */
  readonly opened?: Opened | undefined;
  /**
   * Lets a worker begin no further item after the one it is at; false if it has begun one
   * already. To be followed by {@link stop}.
   */
  hold(worker: number, item: number): boolean;
  /**
   * Ends a worker at once, whatever it is doing; it is replaced. The `left` that follows gives
   * `reason`.
   */
  stop(worker: number, reason: Error): void;
  /** Goes on without a worker: it is not replaced because of this job. */
  retire(worker: number): void;
  /**
   * Ends the job on all workers. With `abandon` its running chunks are not waited for beyond a
   * grace time: workers that are still busy then are stopped.
   * @returns what workers measured of themselves, as far as they could say so
   */
  close(options: { readonly abandon: boolean }): Promise<ReadonlyMap<number, WorkerTally>>;
}

/** What sending a chunk took. */
export interface Sent {
  /** Milliseconds that this thread took to encode it. */
  readonly ms: number;
  /** Bytes of memory that changed hands. */
  readonly moved: number;
  /** What was copied, as far as it was not moved. */
  readonly copied: ArrayLike<unknown>;
}

/** A job as it went to workers. */
export interface Opened {
  readonly spec: JobSpec;
  /** How often it was sent. */
  readonly count: number;
  /** Milliseconds that this took. */
  readonly ms: number;
}

/** What a job hands an executor. */
export interface JobRequest {
  readonly spec: JobSpec;
  /** The functions themselves, for executors that run in this thread. */
  readonly local: LocalFunctions;
  /** Indices that are not done; `Infinity` while nobody knows. */
  readonly remaining: () => number;
  /**
   * How long a worker may take to import the task's module and to open the source, in ms; 0
   * for as long as it likes.
   * @default 0
   */
  readonly loadTimeout?: number | undefined;
  /** Whether workers may be held because of an item: {@link OpenJob.hold}. @default false */
  readonly mayHold?: boolean | undefined;
  /** Whether workers are to measure themselves: {@link OpenJob.close}. @default false */
  readonly isMeasured?: boolean | undefined;
  /** How chunks are cut that run in the caller's thread. @default not at all */
  readonly slicer?: Slicer | undefined;
}

/** Cuts chunks that run in the caller's thread into slices. */
export interface Slicer {
  /** Indices that the next slice may have. */
  readonly size: number;
  /** A slice is done; `ms` is what reading and running its items took. */
  add(slice: Slice, values: Rows, ms: number): void;
}

/** Indices that ran one after the other, with their items where those travel. */
export type Slice = Pick<ChunkOrder, "start" | "end" | "items">;

/** What ran in the caller's thread before, or instead of, threads. */
export interface PlaceFigures {
  /** Whether threads have run anything. */
  readonly usedThreads: boolean;
  readonly indices: number;
  /** Milliseconds. */
  readonly spent: number;
  /** Why it stayed there, or why it did not: one sentence without its end. */
  readonly why: string;
}

/** What need not be looked up or made. */
export interface LocalFunctions {
  readonly task?: ((...args: never[]) => unknown) | undefined;
  readonly init?: ((...args: never[]) => unknown) | undefined;
  /** Of the signal that the task is given. */
  readonly abort?: AbortController | undefined;
}
