import { availableParallelism } from "node:os";
import { createPool, type Job, type Pool, type Progress } from "swath";
import { failureError, type ImageSize } from "../errors.ts";
import type { ImagesJobOptions } from "../images-job.ts";
import { type Batch, makeBatch } from "./batch.ts";
import type { BatchPlan } from "./batch-plan.ts";
import { type BatchData, type BatchRun, type FailedPlace, fillRun } from "./batches-entry.ts";
import { FreeSlots } from "./free-slots.ts";
import { orderOf } from "./order.ts";
import { type Pixels, viewOf } from "./shared-pixels.ts";

/** What a stream of batches is made of. */
export interface StreamParts {
  readonly plan: BatchPlan;
  readonly paths: readonly string[];
  readonly size: ImageSize;
  readonly ring: readonly SharedArrayBuffer[];
  readonly loop: ImagesJobOptions;
  /** Is told each image that is left out. */
  readonly onSkip: (error: Error) => void;
}

/** What a batch is made of. */
interface BatchFiles {
  /** Since the start. */
  readonly number: number;
  readonly epoch: number;
  /** Of its images in the list of files. */
  readonly indices: Uint32Array;
}

/** A batch that is being filled, or is full. */
interface Filling extends BatchFiles {
  readonly slot: number;
  /** Images that are not there yet. */
  missing: number;
  readonly failed: FailedPlace[];
}

/** A batch for the consumer, who gives its place back. */
export interface ReadyBatch {
  readonly batch: Batch;
  release(): void;
}

/** Images of a run at most … */
const MAX_RUN = 8;
/** … and pixels of its images, so that all workers end a batch together. */
const RUN_PIXELS = 2_000_000;

/**
 * Runs of one job at least. A job keeps a record of every run: endless training would keep them
 * all. A new job costs the few milliseconds in which one worker waits for the other.
 */
const JOB_RUNS = 1_000;
/** Workers hardly make objects; with room for many more they would fill it up with garbage. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

/**
 * Fills the places of a ring with batches, by jobs one after the other on the same workers. A
 * place is filled again only after it was given back: that bounds memory, and is all that slows
 * the workers down.
 */
export class BatchStream {
  readonly #parts: StreamParts;
  readonly #pool: Pool;
  readonly #free: FreeSlots;
  readonly #filling = new Map<number, Filling>();
  readonly #full: Filling[] = [];
  readonly #began = performance.now();
  #job: Job<readonly FailedPlace[]> | undefined;
  #done = 0;
  #wake: (() => void) | undefined;
  #end: { readonly error: unknown } | "done" | undefined;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#free = new FreeSlots(parts.ring.length);
    const { workers, stdio } = parts.loop;
    this.#pool = createPool({ workers, stdio, resourceLimits: LIMITS });
    void this.#fill();
  }

  /** In images, failed ones included. */
  get progress(): Progress {
    const { plan, paths } = this.#parts;
    const elapsed = performance.now() - this.#began;
    return { done: this.#done, total: plan.epochs * paths.length, resumed: 0, failed: 0, elapsed };
  }

  /** The next batch; undefined after the last. One call at a time. */
  async next(): Promise<ReadyBatch | undefined> {
    for (;;) {
      const next = this.#takeFull();
      if (next !== undefined) {
        if (next.indices.length > next.failed.length) return this.#ready(next);
        this.#tellFailed(next);
        this.#free.release(next.slot);
        continue;
      }
      if (this.#end === "done") return undefined;
      if (this.#end !== undefined) throw this.#end.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends what runs. */
  cancel(reason?: unknown): void {
    this.#end ??= { error: reason };
    this.#free.close();
    this.#job?.cancel(reason);
  }

  /** Ends what runs, and the workers. */
  async close(): Promise<void> {
    this.cancel();
    await this.#pool.close();
  }

  async #fill(): Promise<void> {
    const batches = this.#batches();
    const { plan, size, ring, loop } = this.#parts;
    const { channels, dtype, fit } = plan;
    const data: BatchData = { ring, ...size, channels, dtype, fit };
    const options = { schedule: "dynamic", chunk: 1, with: data, signal: loop.signal } as const;
    try {
      while (this.#end === undefined) {
        const runs: BatchRun[] = [];
        this.#job = this.#pool.map(this.#pull(batches, runs), fillRun, options);
        for await (const { index, value } of this.#job.unordered()) {
          this.#add(runs[index] as BatchRun, value);
        }
        if (runs.length < JOB_RUNS) this.#end ??= "done";
      }
    } catch (error) {
      this.#end ??= { error };
    }
    this.#wake?.();
  }

  /** The files of all batches, in order. */
  *#batches(): Generator<BatchFiles> {
    const { plan, paths } = this.#parts;
    for (let number = 0, epoch = 0; epoch < plan.epochs; epoch++) {
      const order = orderOf(paths.length, plan.seed, epoch);
      for (let first = 0; first < order.length; first += plan.batchSize, number++) {
        const indices = order.subarray(first, first + plan.batchSize);
        if (plan.dropLast && indices.length < plan.batchSize) break;
        yield { number, epoch, indices };
      }
    }
  }

  /** Runs for one job, which are also noted in `runs`: each batch waits until a place is free. */
  async *#pull(batches: Generator<BatchFiles>, runs: BatchRun[]): AsyncGenerator<BatchRun> {
    while (runs.length < JOB_RUNS) {
      const { value: batch, done } = batches.next();
      if (done === true) return;
      const slot = await this.#free.take();
      if (slot === undefined) return;
      const filling = { ...batch, slot, missing: batch.indices.length, failed: [] };
      this.#filling.set(batch.number, filling);
      for (const run of this.#runsOf(filling)) {
        runs.push(run);
        yield run;
      }
    }
  }

  /** Images of a run. */
  get imagesPerItem(): number {
    const { plan, size, loop } = this.#parts;
    const workers = Math.max(1, loop.workers ?? availableParallelism());
    const byPixels = Math.floor(RUN_PIXELS / (size.width * size.height));
    const fair = Math.ceil(plan.batchSize / (4 * workers));
    return Math.max(1, Math.min(MAX_RUN, byPixels, fair));
  }

  *#runsOf({ number, slot, indices }: Filling): Generator<BatchRun> {
    const { paths } = this.#parts;
    const length = this.imagesPerItem;
    for (let start = 0; start < indices.length; start += length) {
      const files = Array.from(indices.subarray(start, start + length), (i) => paths[i] as string);
      yield { batch: number, slot, start, files };
    }
  }

  #add(run: BatchRun, failed: readonly FailedPlace[]): void {
    const [first] = failed;
    if (first !== undefined && this.#parts.plan.onError === "stop")
      throw failureError(first.failure);
    const filling = this.#filling.get(run.batch) as Filling;
    filling.failed.push(...failed);
    filling.missing -= run.files.length;
    this.#done += run.files.length;
    if (filling.missing > 0) return;
    this.#filling.delete(run.batch);
    this.#full.push(filling);
    this.#wake?.();
  }

  /** The batch whose turn it is. */
  #takeFull(): Filling | undefined {
    const { inOrder } = this.#parts.plan;
    const turn = inOrder ? Math.min(...this.#filling.keys(), Infinity) : Infinity;
    const [first, ...others] = this.#full;
    if (first === undefined) return undefined;
    const next = inOrder ? others.reduce((a, b) => (b.number < a.number ? b : a), first) : first;
    if (next.number > turn) return undefined;
    this.#full.splice(this.#full.indexOf(next), 1);
    return next;
  }

  #ready(filling: Filling): ReadyBatch {
    const { plan, paths, size, ring } = this.#parts;
    const { slot, epoch } = filling;
    const { dtype, channels } = plan;
    const each = size.width * size.height * channels;
    const data = viewOf(dtype, ring[slot] as SharedArrayBuffer);
    this.#tellFailed(filling);
    const left = closeUp(data, each, filling);
    const batch = makeBatch({
      data: data.subarray(0, left.length * each),
      shape: [left.length, size.height, size.width, channels],
      indices: left,
      files: left.map((index) => paths[index] as string),
      epoch,
    });
    return { batch, release: () => this.#free.release(slot) };
  }

  #tellFailed({ failed }: Filling): void {
    for (const { failure } of failed) this.#parts.onSkip(failureError(failure));
  }
}

/** Moves images forward to where others failed. @returns the indices of those that are left */
function closeUp(data: Pixels, each: number, { indices, failed }: Filling): readonly number[] {
  if (failed.length === 0) return Array.from(indices);
  const holes = new Set(failed.map(({ place }) => place));
  const left: number[] = [];
  for (const [place, index] of indices.entries()) {
    if (holes.has(place)) continue;
    if (left.length < place) data.copyWithin(left.length * each, place * each, (place + 1) * each);
    left.push(index);
  }
  return left;
}
