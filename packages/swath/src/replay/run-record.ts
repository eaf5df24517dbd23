/**
 * What replay and advice read of the record of a run, `swath.report/1`; anything may be absent.
 * Times are in seconds, sizes in bytes.
 */
export interface RunRecord {
  readonly task?: string;
  readonly wall?: number;
  readonly workers?: number;
  readonly executor?: string;
  readonly schedule?: string;
  readonly items?: number;
  /** Items of an index. */
  readonly unit?: number;
  readonly buckets?: RunBuckets;
  readonly computeScaling?: RunScaling;
  /** Times as fast as one thread. */
  readonly speedup?: number;
  readonly serialization?: RunSerialization;
  /** Of the caller's thread: seconds in which it was busy with anything. */
  readonly driver?: { readonly busy?: number; readonly starting?: number };
  /** Seconds on a core of threads that are none of the job's. */
  readonly helpers?: number;
  readonly routes?: RunRoutes;
  readonly perWorker?: readonly RunWorker[];
  readonly spans?: RunSpans;
  readonly slowest?: readonly RunChunk[];
  readonly memory?: { readonly peakResident?: number };
  readonly options?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, unknown>>;
}

/** Useful time of the same items alone in one thread ÷ useful time, with its interval. */
export interface RunScaling {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** Items `start` to `end` (exclusive). */
export interface RunChunk {
  readonly start: number;
  readonly end: number;
  readonly seconds: number;
  /** One of them, as text. */
  readonly preview?: string;
}

/** Worker-seconds; every one is in exactly one bucket. */
export interface RunBuckets {
  readonly start: number;
  readonly tail: number;
  readonly starve: number;
  readonly transfer: number;
  readonly gc: number;
  readonly useful: number;
}

export interface RunSerialization {
  readonly bytesOut?: number;
  readonly bytesIn?: number;
  readonly bytesInBy?: {
    readonly clone?: number;
    readonly json?: number;
    readonly columns?: number;
  };
  readonly workerDecode?: number;
  readonly workerEncode?: number;
  readonly driverEncode?: number;
  readonly driverDecode?: number;
}

export interface RunRoutes {
  readonly bytesRead?: unknown;
  /** What would have been enough to read. */
  readonly bytesNeeded?: unknown;
  readonly input?: unknown;
  readonly broadcast?: unknown;
  readonly results?: unknown;
}

export interface RunWorker {
  readonly worker: number;
  /** When it had loaded the task; null if it never had. */
  readonly ready?: number | null;
  readonly items?: number;
  readonly useful?: number;
  readonly read?: number;
  readonly transfer?: number;
  readonly gc?: number;
  /** Seconds on a core, and seconds in which it waited for one. */
  readonly cpu?: number;
  readonly runQueue?: number;
  /** Seconds on a core before it had loaded the task. */
  readonly starting?: number;
}

/** Chunk by chunk, as columns of one length. */
export interface RunSpans {
  /** Chunks that ran, of which the columns may be a sample. */
  readonly count?: number;
  readonly worker: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
  readonly begin: ArrayLike<number>;
  readonly duration?: ArrayLike<number>;
  readonly decode?: ArrayLike<number>;
  readonly read?: ArrayLike<number>;
  readonly run?: ArrayLike<number>;
  readonly encode?: ArrayLike<number>;
}
