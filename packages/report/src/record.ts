/**
 * The record of one run as the page reads it: `swath.report/1`, plain JSON. Only `schema` must be
 * there; whatever else a record lacks is shown as "not recorded", never as 0. Times are in
 * seconds, sizes in bytes; worker-seconds are seconds of one worker.
 */
export interface RunRecord {
  readonly schema: "swath.report/1";
  /** Name of the function that ran. */
  readonly task?: string;
  /** What the user calls the run. */
  readonly name?: string;
  /** The command line that started it. */
  readonly command?: string;
  /** When it started, ISO 8601. */
  readonly startedAt?: string;
  /** From the start of the job to the last result in the caller's thread. */
  readonly wall?: number;
  readonly workers?: number;
  readonly executor?: string;
  readonly schedule?: string;
  readonly source?: string;
  readonly items?: number;
  /** Items of an index: 1, or the length of a block of `reduce`. */
  readonly unit?: number;
  /** One sentence: how fast, and why not faster. */
  readonly verdict?: string;
  /** Where `workers · wall` worker-seconds went. */
  readonly buckets?: Buckets;
  readonly efficiency?: Efficiency;
  /** Useful time of the same items alone in one thread ÷ useful time, with its interval. */
  readonly computeScaling?: ComputeScaling;
  /** Times as fast as one thread. */
  readonly speedup?: number;
  /** What kept the run from being faster. */
  readonly bound?: Bound;
  /** Compute : communication; null where nothing was moved. */
  readonly ratio?: number | null;
  readonly serialization?: Serialization;
  readonly stragglers?: Stragglers;
  readonly memory?: Memory;
  /** Bytes, times and names by route; shown as they are. */
  readonly routes?: Tree;
  /** What ran in the caller's thread of a job that could choose. */
  readonly place?: Place;
  /**
   * The caller's thread while the job ran: seconds in which it was not idle, and of these before a
   * worker was ready.
   */
  readonly driver?: { readonly busy?: number; readonly starting?: number };
  /** Seconds on a core of threads that were none of the job's. */
  readonly helpers?: number;
  /** What the process read and wrote meanwhile; shown as it is. */
  readonly io?: Readonly<Record<string, Leaf>>;
  readonly perWorker?: readonly WorkerFigures[];
  readonly chunks?: { readonly count?: number; readonly lost?: number };
  readonly slowest?: readonly SlowChunk[];
  readonly advice?: readonly Advice[];
  readonly spans?: Spans;
  readonly gc?: GcPauses;
  readonly options?: Readonly<Record<string, Leaf>>;
  /** What measuring cost; `share` is of the wall time. */
  readonly overhead?: { readonly seconds?: number; readonly share?: number };
  readonly environment?: Readonly<Record<string, Leaf>>;
}

/** A value of a map that is shown as it is. */
export type Leaf = string | number | boolean;

/** Values of maps within maps. */
export interface Tree {
  readonly [key: string]: Leaf | Tree;
}

export interface Place {
  readonly items?: number;
  readonly seconds?: number;
  readonly why?: string;
}

/** Worker-seconds; every one is in exactly one bucket. */
export interface Buckets {
  readonly start: number;
  readonly tail: number;
  readonly starve: number;
  readonly transfer: number;
  readonly gc: number;
  readonly useful: number;
}

/** Factors from 0 to 1; `parallel` is their product. */
export interface Efficiency {
  readonly parallel?: number;
  readonly start?: number;
  readonly balance?: number;
  readonly dispatch?: number;
  readonly transfer?: number;
  readonly gc?: number;
}

export interface ComputeScaling {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** Items that were run alone to find it. */
  readonly items?: number;
}

export interface Bound {
  /** `cpu`, `memory`, `disk`, `network`, `garbage`, `coordinator`, `nothing`. */
  readonly kind: string;
  readonly evidence?: string;
}

export interface Serialization {
  readonly bytesOut?: number;
  readonly bytesIn?: number;
  /** `bytesIn` by the way that results took. */
  readonly bytesInBy?: {
    readonly clone?: number;
    readonly json?: number;
    readonly columns?: number;
  };
  /** False where bytes were estimated. */
  readonly exact?: boolean;
  readonly workerDecode?: number;
  readonly workerEncode?: number;
  readonly driverEncode?: number;
  readonly driverDecode?: number;
}

export interface Stragglers {
  readonly firstDone?: number;
  readonly lastDone?: number;
  readonly idle?: number;
  /** Useful time of the busiest worker ÷ the mean. */
  readonly imbalance?: number;
}

export interface Memory {
  readonly peakResident?: number;
  readonly samples?: MemorySamples;
}

/** Columns of one length. */
export interface MemorySamples {
  /** Seconds since the start of the job. */
  readonly at: Column;
  readonly resident: Column;
  readonly heapUsed?: Column;
}

export interface WorkerFigures {
  readonly worker: number;
  /** When it had first loaded the task, counted from the start of the job. */
  readonly ready?: number;
  readonly chunks?: number;
  readonly items?: number;
  readonly useful?: number;
  readonly read?: number;
  readonly transfer?: number;
  readonly gc?: number;
  readonly idle?: number;
  /** Bytes that were sent to it, that it sent, and that it read by itself. */
  readonly bytesOut?: number;
  readonly bytesIn?: number;
  readonly bytesRead?: number;
  /** Seconds on a core, and waiting for one. */
  readonly cpu?: number;
  readonly runQueue?: number;
  /** Seconds on a core before it had loaded the task. */
  readonly starting?: number;
  /** JavaScript heap at the end. */
  readonly heapUsed?: number;
}

/** Items `start` to `end` (exclusive). */
export interface SlowChunk {
  readonly start: number;
  readonly end: number;
  readonly seconds: number;
  /** The one that ran longest, and for how long at least. */
  readonly item?: number;
  readonly itemSeconds?: number;
  /** An item as text; anything may stand in it. */
  readonly preview?: string;
}

export interface Advice {
  /** `SW101` and the like. */
  readonly id: string;
  readonly title: string;
  readonly evidence?: string;
  /** Seconds of wall time, by replaying the run. */
  readonly savingSeconds?: number;
  readonly savingError?: number;
  /** One line of code. */
  readonly change?: string;
  /** Address of the page that explains the rule. */
  readonly docs?: string;
}

/** One row per chunk, as columns of one length: all chunks, or a sample of them. */
export interface Spans {
  /** Chunks that ran; exact. */
  readonly count: number;
  /** Chunks in the columns. */
  readonly recorded: number;
  readonly worker: Column;
  /** Items `start` to `end` (exclusive). */
  readonly start: Column;
  readonly end: Column;
  /** Seconds since the start of the job. */
  readonly begin: Column;
  /** From begin to end; what its parts leave of it are pauses. */
  readonly duration?: Column;
  readonly decode: Column;
  readonly read: Column;
  readonly run: Column;
  readonly encode: Column;
}

/** One row per pause, as columns of one length. Seconds since the start of the job. */
export interface GcPauses {
  readonly worker: Column;
  readonly begin: Column;
  readonly duration: Column;
}

export type Column = Float64Array;
