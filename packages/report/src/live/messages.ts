/** A job that is shown. Plain data. */
export interface LiveJob {
  readonly number: number;
  readonly task: string;
  readonly workers: number;
  readonly schedule: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** How far a job is. Seconds. */
export interface LiveProgress {
  readonly done: number;
  readonly total: number | undefined;
  readonly resumed: number;
  readonly failed: number;
  readonly elapsed: number;
}

/** Sums for each worker, in this order, over all its chunks that have ended. Milliseconds. */
export const WORKER_SUMS = [
  "ready",
  "until",
  "chunks",
  "items",
  "decode",
  "read",
  "run",
  "encode",
] as const;

/** Columns of the spans in a message, one after the other. Milliseconds since the job's start. */
export const SPAN_COLUMNS = [
  "worker",
  "start",
  "end",
  "begin",
  "duration",
  "decode",
  "read",
  "run",
  "encode",
] as const;

/** What is known of a job that runs. */
export interface LiveUpdate {
  readonly progress: LiveProgress;
  /** Chunks that have ended. */
  readonly chunks: number;
  /** {@link WORKER_SUMS} of the first worker, of the second, … `ready` is NaN until it is. */
  readonly sums: Float64Array;
  /** New spans by {@link SPAN_COLUMNS}: a sample where there are many. */
  readonly spans: Float64Array;
  /** Seconds of the caller's thread. */
  readonly driverEncode: number;
  readonly driverDecode: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly exact: boolean;
}

/** From the job's thread to the one that serves. */
export type ToServer =
  | { readonly kind: "job"; readonly job: LiveJob }
  | { readonly kind: "figures"; readonly update: LiveUpdate }
  | { readonly kind: "report"; readonly record: object }
  | { readonly kind: "close" };

/** And back. */
export type FromServer =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "viewers"; readonly count: number }
  | { readonly kind: "delivered" }
  | { readonly kind: "closed" };

/** What the thread is started with. */
export interface ServerOptions {
  readonly token: string;
  readonly port: number;
}
