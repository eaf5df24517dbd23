import type { ChunkOrder, JobSpec, WorkerTally } from "../protocol/messages.ts";
import type {
  Executor,
  ExecutorEvent,
  JobRequest,
  Opened,
  OpenJob,
  PlaceFigures,
  Sent,
  Slicer,
} from "./executor.ts";
import { InlineJob } from "./inline-job.ts";

/** Threads that end one after the other before any has loaded the task: there will be none. */
const MAX_FAILED_STARTS = 3;

/** Decides how long the caller's thread works by itself. */
export interface PlacePolicy extends Slicer {
  readonly size: number;
  /** What the slices were in all, in indices and milliseconds. */
  readonly done: number;
  readonly spent: number;
  /** Why the work is where it is. */
  readonly why: string;
  /**
   * Asked after each slice: the job as threads are to have it, if they are to be started now.
   *
   * @param remaining indices that are not done; `Infinity` where nobody knows
   */
  threads(remaining: number): JobSpec | undefined;
  /** There will be no threads, for this reason. */
  stay(why: unknown): void;
}

/**
 * Runs a job in the caller's thread, and goes over to threads if they would be faster. The loop
 * goes on until the first of them are ready: the caller's thread is worker 0 until the thread
 * of that number takes its place.
 *
 * **Every index is run once**: what the caller's thread has not begun when it gives up its place
 * goes back to whoever hands out work.
 */
export class InPlaceFirst implements Executor {
  readonly workers: number;
  readonly #threads: Executor;
  readonly #policy: PlacePolicy;

  constructor(threads: Executor, policy: PlacePolicy) {
    this.workers = threads.workers;
    this.#threads = threads;
    this.#policy = policy;
  }

  open(request: JobRequest, on: (event: ExecutorEvent) => void): OpenJob {
    return new PlaceFirstJob(request, on, this.#threads, this.#policy);
  }

  close(): Promise<void> {
    return this.#threads.close();
  }
}

/** Who is worker 0. */
type Phase =
  /** The caller's thread, alone. */
  | "place"
  /** The caller's thread, while threads start. */
  | "starting"
  /** The caller's thread, which has been told to stop. */
  | "leaving"
  /** A thread. */
  | "threads";

class PlaceFirstJob implements OpenJob {
  readonly #request: JobRequest;
  readonly #on: (event: ExecutorEvent) => void;
  readonly #executor: Executor;
  readonly #policy: PlacePolicy;
  readonly #place: InlineJob;
  #threads: OpenJob | undefined;
  #phase: Phase = "place";
  #failedStarts = 0;
  readonly #joined = new Set<number>();

  constructor(
    request: JobRequest,
    on: (event: ExecutorEvent) => void,
    executor: Executor,
    policy: PlacePolicy,
  ) {
    this.#request = request;
    this.#on = on;
    this.#executor = executor;
    this.#policy = policy;
    this.#place = new InlineJob(request, (event) => this.#fromPlace(event), policy);
  }

  get place(): PlaceFigures {
    const { done: indices, spent, why } = this.#policy;
    return { usedThreads: this.#joined.size > 0, indices, spent, why };
  }

  get opened(): Opened | undefined {
    return this.#threads?.opened;
  }

  run(worker: number, chunk: ChunkOrder): Sent | undefined {
    return this.#at(worker).run(worker, chunk);
  }

  revoke(worker: number, chunk: number): boolean {
    return this.#at(worker).revoke(worker, chunk);
  }

  running(worker: number): number {
    return this.#at(worker).running(worker);
  }

  tries(worker: number): number {
    return this.#at(worker).tries(worker);
  }

  hold(worker: number, item: number): boolean {
    return this.#at(worker).hold(worker, item);
  }

  stop(worker: number, reason: Error): void {
    this.#at(worker).stop(worker, reason);
  }

  retire(worker: number): void {
    this.#threads?.retire(worker);
  }

  async close(options: { readonly abandon: boolean }): Promise<ReadonlyMap<number, WorkerTally>> {
    const [, tallies] = await Promise.all([
      this.#place.close(options),
      this.#threads?.close(options),
    ]);
    return tallies ?? new Map();
  }

  #at(worker: number): OpenJob {
    const isPlace = this.#threads === undefined || (worker === 0 && this.#phase !== "threads");
    return isPlace ? this.#place : (this.#threads as OpenJob);
  }

  #fromPlace(event: ExecutorEvent): void {
    // The answer to it may be a slice that takes long, and enough may be known before.
    if (event.kind === "joined") this.#mayStart();
    this.#on(event);
    this.#mayStart();
  }

  #mayStart(): void {
    if (this.#phase !== "place") return;
    const spec = this.#specForThreads();
    if (spec !== undefined) this.#start(spec);
  }

  /** Looking at items may run their own code: whatever that throws, the loop goes on. */
  #specForThreads(): JobSpec | undefined {
    try {
      return this.#policy.threads(this.#request.remaining());
    } catch (error) {
      this.#policy.stay(error);
      return undefined;
    }
  }

  #start(spec: JobSpec): void {
    try {
      this.#threads = this.#executor.open({ ...this.#request, spec, local: {} }, (event) =>
        this.#fromThreads(event),
      );
      this.#phase = "starting";
    } catch (error) {
      this.#policy.stay(error);
    }
  }

  #fromThreads(event: ExecutorEvent): void {
    if (this.#phase === "place") return;
    if (this.#phase === "starting" && this.#joined.size === 0 && !this.#isGood(event)) return;
    if (event.kind === "joined") this.#joined.add(event.worker);
    const isHidden = event.worker === 0 && this.#phase !== "threads";
    // For those above, worker 0 has been there all the time.
    if (isHidden && event.kind === "joined") return this.#replacePlace();
    if (isHidden && event.kind === "left") return this.#keepPlace();
    this.#on(event);
  }

  /** Before any thread is ready, whatever goes wrong with them leaves the work where it is. */
  #isGood(event: ExecutorEvent): boolean {
    const isFailure = event.kind === "unready" || event.kind === "left";
    if (event.kind === "left" && ++this.#failedStarts < MAX_FAILED_STARTS) return false;
    if (isFailure) this.#forgetThreads(event.kind === "left" ? event.reason : event.error);
    return !isFailure;
  }

  #forgetThreads(why: unknown): void {
    void this.#threads?.close({ abandon: true });
    this.#threads = undefined;
    this.#phase = "place";
    this.#policy.stay(why);
  }

  #replacePlace(): void {
    this.#phase = "leaving";
    this.#place.leave((chunks) => {
      this.#phase = "threads";
      for (const chunk of chunks) this.#on({ kind: "returned", worker: 0, chunk });
    });
  }

  /** The thread that was to take its place is gone; another is started. */
  #keepPlace(): void {
    this.#joined.delete(0);
    this.#phase = "starting";
    this.#place.keepOn();
  }
}
