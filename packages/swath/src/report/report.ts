import type { Route } from "../sources/source.ts";
import type { Spans } from "./spans.ts";

/**
 * The measured record of one run, as plain JSON. Times are in seconds, sizes in bytes;
 * worker-seconds are seconds of one worker. Every view of a run is made from it alone.
 */
export interface Report {
  readonly schema: "swath.report/1";
  readonly task: string;
  /** From the start of the job to the last result in the caller's thread. */
  readonly wall: number;
  /** Threads that ran chunks; 1 for a job that ran in place. */
  readonly workers: number;
  readonly executor: "threads" | "inline";
  readonly schedule: string;
  readonly source: string;
  readonly items: number;
  /** Where `workers · wall` worker-seconds went; they sum to exactly that. */
  readonly buckets: Buckets;
  readonly efficiency: Efficiency;
  /**
   * Compute : communication, useful time over all time spent moving data on both sides; null
   * where nothing was moved.
   */
  readonly ratio: number | null;
  readonly serialization: Serialization;
  readonly stragglers: Stragglers;
  readonly memory: { readonly peakResident: number };
  /** Of a job with `inline: "auto"`: what ran in the caller's thread, and why no more or less. */
  readonly place?: Place;
  readonly routes: Routes;
  readonly perWorker: readonly WorkerFigures[];
  readonly chunks: { readonly count: number; readonly lost: number };
  /** The chunks that took longest, longest first. */
  readonly slowest: readonly {
    readonly start: number;
    readonly end: number;
    readonly seconds: number;
  }[];
  /** Chunk by chunk, for timelines and replays; a sample where there are very many. */
  readonly spans: Spans;
  readonly environment: Environment;
}

/** Which way everything went. */
export interface Routes {
  readonly items: Route;
  /** By the workers, from files and the like. */
  readonly bytesRead: number;
  readonly input: RouteFigures;
  /** `with`, and what functions captured. */
  readonly broadcast: RouteFigures;
  readonly results: RouteFigures;
}

/** What travelled, and how. Bytes that were copied were estimated where `serialization` says so. */
export interface RouteFigures {
  /** "none": nothing left its thread. */
  readonly route: Route | "none";
  readonly copied: number;
  readonly moved: number;
  /** Encoding and decoding, in all threads together. */
  readonly seconds: number;
  /** In a few words. */
  readonly why: string;
}

/** What ran in the caller's thread of a job that could choose. */
export interface Place {
  readonly items: number;
  readonly seconds: number;
  /** Without its end. */
  readonly why: string;
}

/** Worker-seconds; every one is in exactly one bucket. */
export interface Buckets {
  /** Until the worker had loaded the task. */
  readonly start: number;
  /** After its own last finished chunk: idle, or busy with one that failed or was abandoned. */
  readonly tail: number;
  /** While work remained: idle, or busy with a chunk that was lost. */
  readonly starve: number;
  /** Decoding input, reading, encoding results. */
  readonly transfer: number;
  /** Garbage collection during chunks. */
  readonly gc: number;
  /** Inside the task. */
  readonly useful: number;
}

/** Factors from 0 to 1; `parallel` is their product, and `useful / (workers · wall)`. */
export interface Efficiency {
  readonly parallel: number;
  readonly start: number;
  readonly balance: number;
  readonly dispatch: number;
  readonly transfer: number;
  readonly gc: number;
}

/** What sending cost. `~` figures were estimated from a sample of the chunks. */
export interface Serialization {
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** `bytesIn` by the way results took: structured clone, JSON text, packed columns. */
  readonly bytesInBy: { readonly clone: number; readonly json: number; readonly columns: number };
  /** False where bytes were estimated. */
  readonly exact: boolean;
  /** Seconds, all workers together. */
  readonly workerDecode: number;
  readonly workerEncode: number;
  /** Seconds of the caller's thread. */
  readonly driverEncode: number;
  readonly driverDecode: number;
}

/** How unevenly the workers ended. Seconds since the start of the job. */
export interface Stragglers {
  readonly firstDone: number;
  readonly lastDone: number;
  /** Worker-seconds idle at the end. */
  readonly idle: number;
  /** Longest over mean useful time of a worker; 1 is even. */
  readonly imbalance: number;
}

/** One worker's part. Seconds. */
export interface WorkerFigures {
  readonly worker: number;
  /** When it had first loaded the task, counted from the start of the job; null if it never had. */
  readonly ready: number | null;
  readonly chunks: number;
  readonly items: number;
  readonly useful: number;
  readonly read: number;
  readonly transfer: number;
  readonly gc: number;
  readonly idle: number;
}

/** The machine and program. */
export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
}
