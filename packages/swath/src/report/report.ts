import type { Route } from "../sources/source.ts";
import type { Spans } from "./spans.ts";

/**
 * The measured record of one run, as plain JSON. Times are in seconds, sizes in bytes;
 * worker-seconds are seconds of one worker. Every view of a run is made from it alone.
 */
export interface Report {
  readonly schema: "swath.report/1";
  readonly task: string;
  /** What the user calls the run; the core does not name runs. */
  readonly name?: string;
  /** The command line that started it, where one did. */
  readonly command?: string;
  /** When the job started, ISO 8601. */
  readonly startedAt: string;
  /** From the start of the job to the last result in the caller's thread. */
  readonly wall: number;
  /** Threads that ran chunks; 1 for a job that ran in place. */
  readonly workers: number;
  readonly executor: "threads" | "inline";
  readonly schedule: string;
  readonly source: string;
  readonly items: number;
  /** Items of an index: 1, or the length of a block of `reduce`. Chunks are whole indices. */
  readonly unit: number;
  /** What the job really ran with, defaults filled in. */
  readonly options: Readonly<Record<string, Leaf>>;
  /** One sentence: how fast, and why not faster. */
  readonly verdict?: string;
  /** Where `workers · wall` worker-seconds went; they sum to exactly that. */
  readonly buckets: Buckets;
  readonly efficiency: Efficiency;
  /**
   * Useful time of the same items alone in one thread over their useful time beside the others;
   * below 1, workers take memory, cache or clock from each other. Absent unless it was asked for
   * (`report: { calibrate: true }`) and the job was long enough; of a job on one worker it is 1.
   */
  readonly computeScaling?: ComputeScaling;
  /** `workers · efficiency.parallel · computeScaling.value`; absent without the last. */
  readonly speedup?: number;
  /** What kept the job from being faster. */
  readonly bound: Bound;
  /**
   * Compute : communication, useful time over all time spent moving data on both sides; null
   * where nothing was moved.
   */
  readonly ratio: number | null;
  readonly serialization: Serialization;
  readonly stragglers: Stragglers;
  readonly memory: Memory;
  /** Of a job with `inline: "auto"`: what ran in the caller's thread, and why no more or less. */
  readonly place?: Place;
  readonly routes: Routes;
  readonly perWorker: readonly WorkerFigures[];
  readonly chunks: { readonly count: number; readonly lost: number };
  /** The chunks that took longest, longest first. */
  readonly slowest: readonly SlowChunk[];
  /** The caller's thread while the job ran. */
  readonly driver: DriverFigures;
  /**
   * Seconds on a core, while the job ran, of threads of the process that are none of the job's: V8's
   * compiler and collector, libuv's pool, the program's own. Absent where nobody tells, where other
   * jobs ran too, in threads, with `inline: "auto"`, and where a worker came too late for any work.
   */
  readonly helpers?: number;
  /**
   * What the whole process read and wrote from a quarter of a second after the start of the job
   * on; absent where nobody tells, and for shorter jobs.
   */
  readonly io?: ProcessIo;
  /** Pauses for garbage collection during chunks. */
  readonly gc: GcPauses;
  /** Findings, the one that saves most first. */
  readonly advice?: readonly Advice[];
  /** What measuring cost: all threads together, and as a share of the wall time. */
  readonly overhead: { readonly seconds: number; readonly share: number };
  /** Chunk by chunk, for timelines and replays; a sample where there are very many. */
  readonly spans: Spans;
  readonly environment: Environment;
}

/** A value that stands for itself. */
export type Leaf = string | number | boolean;

/** A ratio with the interval that holds it with 90 % probability. */
export interface ComputeScaling {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Items that ran alone to find it. */
  readonly items: number;
}

/** What a job was short of. */
export type BoundKind =
  /** Cores. */
  | "cpu"
  /** Memory bandwidth, or whatever else workers on different cores share. */
  | "memory"
  | "disk"
  | "network"
  /** Tasks waited, and nothing tells what for. */
  | "waiting"
  | "garbage"
  /** The caller's thread, or what it has to send and to receive. */
  | "coordinator"
  /** It is too small for any of them to matter. */
  | "nothing";

export interface Bound {
  readonly kind: BoundKind;
  /** Why, with the numbers. */
  readonly evidence: string;
}

/** Memory of the process. */
export interface Memory {
  /** Largest resident set of the process up to the end of the job, not of the job alone. */
  readonly peakResident: number;
  readonly samples: MemorySamples;
}

/** Columns of one length; evenly spaced as far as the caller's thread was free. */
export interface MemorySamples {
  /** Seconds since the start of the job. */
  readonly at: readonly number[];
  /** Resident set of the process. */
  readonly resident: readonly number[];
  /** JavaScript heap of the caller's thread. */
  readonly heapUsed: readonly number[];
}

/** Items `start` to `end` (exclusive). */
export interface SlowChunk {
  readonly start: number;
  readonly end: number;
  /** Inside the task and reading. */
  readonly seconds: number;
  /** The item that was seen to run longest, where one ran long enough to be seen. */
  readonly item?: number;
  /** For at least so long. */
  readonly itemSeconds?: number;
  /** That item, else the first of the chunk, as a short text; absent where it is not at hand. */
  readonly preview?: string;
}

/** The caller's thread. */
export interface DriverFigures {
  /** Seconds in which its event loop was not idle, whatever it did. */
  readonly busy: number;
  /** Of these, until the first worker was ready: looking for what functions need, starting threads. */
  readonly starting: number;
}

/** Bytes of the whole process, other jobs included. */
export interface ProcessIo {
  /** By system calls that read, from files, the page cache and sockets alike. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** From and to disks and the like. */
  readonly storageRead: number;
  readonly storageWritten: number;
  /** By all network interfaces that the process sees, whoever they were for. */
  readonly received?: number;
}

/** One row for each pause, or the 20,000 longest, as columns of one length, by their begin. */
export interface GcPauses {
  readonly worker: readonly number[];
  /** Seconds since the start of the job. */
  readonly begin: readonly number[];
  readonly duration: readonly number[];
}

/** A finding. */
export interface Advice {
  /** `SW101` and the like. */
  readonly id: string;
  readonly title: string;
  readonly evidence: string;
  /** Seconds of wall time. */
  readonly savingSeconds: number;
  readonly savingError: number;
  /** One line of code. */
  readonly change: string;
  /** Address of the page that explains it. */
  readonly docs: string;
}

/** Which way everything went. */
export interface Routes {
  readonly items: Route;
  /** By the workers, from files and the like. */
  readonly bytesRead: number;
  /** What they had to read, were items cut as well as can be; absent unless the source knows it. */
  readonly bytesNeeded?: number;
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
  /** Of these, what items were that are typed arrays. Absent if there were none. */
  readonly arrays?: number;
  readonly moved: number;
  /** In memory that all threads see: used where it lies. Absent if there was none. */
  readonly shared?: number;
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
  /** Bytes that were sent to it, and that it sent; estimated where `serialization` says so. */
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Bytes that it read by itself. */
  readonly bytesRead: number;
  /**
   * Seconds on a core, to within a tick of the kernel (1 to 4 ms); absent where nobody tells, or
   * where the thread worked for other jobs too.
   */
  readonly cpu?: number;
  /** Seconds in which it was ready to run and waited for a core. */
  readonly runQueue?: number;
  /** Seconds on a core before it had loaded the task, of a thread that was started for the job. */
  readonly starting?: number;
  /** JavaScript heap of its thread at the end of the job. */
  readonly heapUsed?: number;
}

/** The machine and program. */
export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Bytes that one thread copies in a second; only where the job was calibrated. */
  readonly copyRate?: number;
}
