import type { EncodedError } from "./errors.ts";
import type { TaskReference } from "./reference.ts";
import type { SharedView } from "./shared-view.ts";

/** What the values of a chunk are made into. */
export type JobMode =
  /** One result for each item. */
  | "map"
  /** No results. */
  | "each"
  /** One result for each block of `unit` items: the fold of the block. */
  | "fold";

/** How a worker has the items of a chunk. */
export type SourceAccess =
  /** They come with the chunk. */
  | { readonly kind: "payload" }
  /** `first + index · step`. */
  | { readonly kind: "range"; readonly first: number; readonly step: number }
  /** Elements of a typed array in shared memory. */
  | { readonly kind: "view"; readonly view: ArrayLike<unknown> }
  /** Tiles of an array in shared memory, or its rows. */
  | {
      readonly kind: "shared";
      readonly array: SharedView;
      /** Length of a tile along each axis; undefined for rows. */
      readonly tile: readonly number[] | undefined;
    }
  /** Rows of a table; what is not in shared memory comes with the chunk as a {@link TablePart}. */
  | { readonly kind: "table"; readonly columns: readonly TableColumn[] }
  /** `opener(data)` gives an `OpenSource`. */
  | { readonly kind: "opened"; readonly opener: TaskReference; readonly data: unknown };

/** A column of a table. */
export type TableColumn = {
  readonly name: string;
} & (
  | { readonly kind: "shared"; readonly values: ArrayLike<unknown> }
  /** Its rows are the values. */
  | { readonly kind: "rows"; readonly array: SharedView }
  /** In the part of the table that comes with a chunk. */
  | { readonly kind: "copied" }
);

/** The values of some rows in the columns of a table that are copied, in their order. */
export interface TablePart {
  /** Number of rows. */
  readonly length: number;
  readonly cells: readonly ArrayLike<unknown>[];
}

/** A job as plain data: sent to each worker once. */
export interface JobSpec {
  readonly task: TaskReference;
  readonly mode: JobMode;
  readonly source: SourceAccess;
  /** Number of items, `Infinity` if not known; the last block of a fold is cut by it. */
  readonly itemCount: number;
  /** Items of an index: 1, or the length of a block of a fold. */
  readonly unit: number;
  readonly init: TaskReference | undefined;
  readonly with: unknown;
  /** As what the results of a `map` are wanted. */
  readonly results: "values" | "columns";
  /** What each fold starts from. */
  readonly initial: unknown;
  /** Where the results of a map are written; they do not travel then. */
  readonly into?: SharedView | undefined;
  /** How often an item whose task threw is tried again; a fold tries its whole block again. */
  readonly retries: number;
  /** Milliseconds before the first retry; doubled before each further one. */
  readonly retryDelay: number;
}

/** Whether the results of a job's chunks are sent. */
export function sendsResults({ mode, into }: Pick<JobSpec, "mode" | "into">): boolean {
  return mode !== "each" && into === undefined;
}

/** A chunk to be run; indices count units. */
export interface ChunkOrder {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  readonly attempt: number;
  /** How often its only item has failed by itself in other workers. */
  readonly tries: number;
  /** Whether the items after one that fails are run. */
  readonly keepGoing: boolean;
  /** The items, where they travel. */
  readonly items: ArrayLike<unknown> | undefined;
  /** Whether they are a typed array that is of no other use: its memory may be moved. */
  readonly isFresh: boolean;
  /** Microseconds after which what has not begun is given back. @default it never is */
  readonly budget?: number | undefined;
}

/** A chunk as it goes to a worker thread. */
export interface ChunkMessage extends ChunkOrder {
  /** Which word of the job's claim words settles who has the chunk. */
  readonly slot: number;
}

/** What a worker measured while it ran a chunk. Times are in milliseconds of the shared clock. */
export interface ChunkSpan {
  /** When the worker took the chunk up. */
  readonly begin: number;
  /** When its results had been encoded. */
  readonly end: number;
  readonly decode: number;
  readonly read: number;
  /** Inside the task. */
  readonly run: number;
  readonly encode: number;
  /** Bytes that the source read. */
  readonly bytesRead: number;
  /** Bytes of the results whose memory was moved. @default 0 */
  readonly moved?: number;
}

/** A pause for garbage collection in a worker. */
export interface GcPause {
  readonly begin: number;
  readonly duration: number;
}

/** What a thread has had of the machine, in milliseconds. */
export interface ThreadUsage {
  /** On a core. */
  readonly cpu: number;
  /** Ready to run, and without a core. */
  readonly runQueue: number;
}

/** What a worker measured of itself while it had a job. */
export interface WorkerTally {
  readonly gc: readonly GcPause[];
  /** Undefined where nobody tells, or where the thread worked for other jobs too. */
  readonly usage?: ThreadUsage | undefined;
  /** Milliseconds on a core before it had loaded the job, if the thread was started for it. */
  readonly starting?: number | undefined;
  /** The same since the job came, if the thread was there before. */
  readonly loading?: number | undefined;
  /** Bytes of its JavaScript heap at the end of the job. */
  readonly heapUsed?: number | undefined;
  /** Milliseconds that finding this out took. */
  readonly cost: number;
}

/** Messages to a worker. */
export type ToWorker =
  | {
      readonly kind: "open";
      readonly job: number;
      readonly spec: JobSpec;
      /** A word for each chunk that a worker may hold: its id + 1 until it is begun or revoked. */
      readonly claim: Int32Array;
      /** Whether the job is still to be had: `executors/threads/standing.ts`. */
      readonly standing: Int32Array;
      /** Where the worker says where it is: `executors/beat.ts`. */
      readonly beat: Float64Array;
      /** Whether the thread may be ended because of an item: it says when it begins one. */
      readonly isGated: boolean;
      /** Whether every result is saved as soon as there is one. */
      readonly saves: boolean;
      /** Whether anybody wants a {@link WorkerTally}. */
      readonly isMeasured: boolean;
    }
  | { readonly kind: "chunk"; readonly job: number; readonly chunk: ChunkMessage }
  | { readonly kind: "close"; readonly job: number };

/** What comes with the doorbell, so that it need not wait for the chunk that is running. */
export type Ring =
  /** Messages wait on the data port. */
  | { readonly kind: "messages" }
  /** The thread is to end; it may save what it has done. */
  | { readonly kind: "end" }
  /** Nobody waits for the job any more. */
  | { readonly kind: "cancel"; readonly job: number };

/** Messages from a worker. */
export type FromWorker =
  /** The worker begins to load the task. */
  | { readonly kind: "opening"; readonly job: number }
  /** The task's module is loaded and the source open; `init` comes next. */
  | { readonly kind: "loaded"; readonly job: number }
  | { readonly kind: "ready"; readonly job: number; readonly at: number }
  | { readonly kind: "unready"; readonly job: number; readonly error: EncodedError }
  /** The results wait on the data port. */
  | {
      readonly kind: "done";
      readonly job: number;
      readonly chunk: number;
      /** Messages that have saved results of the chunk: those are not among the others. */
      readonly saved: number;
      readonly span: ChunkSpan;
      /** Items that failed, by index; their results are undefined. */
      readonly failures: readonly EncodedFailure[];
    }
  /** The chunk ends before its end; the results up to the index `until` wait on the data port. */
  | {
      readonly kind: "part";
      readonly job: number;
      readonly chunk: number;
      readonly until: number;
      /** As that of `done`. */
      readonly saved: number;
      readonly failures: readonly EncodedFailure[];
      /** Of a chunk whose budget is used up: the worker gives the rest back. */
      readonly span?: ChunkSpan | undefined;
    }
  | {
      readonly kind: "failed";
      readonly job: number;
      readonly chunk: number;
      readonly failure: EncodedFailure;
    }
  | { readonly kind: "closed"; readonly job: number; readonly tally: WorkerTally }
  /** The worker, which is about to be replaced, has let go of the job. */
  | { readonly kind: "parted"; readonly job: number; readonly tally: WorkerTally };

/** An item that failed inside a worker. */
export interface ItemFailure {
  readonly itemIndex: number;
  /** A short text of the item; empty where there is none. */
  readonly preview: string;
  /** Which try of the item it was, from 1. */
  readonly attempt: number;
  readonly error: unknown;
}

/** An {@link ItemFailure} on its way to the driver's thread. */
export interface EncodedFailure extends ItemFailure {
  readonly error: EncodedError;
}
