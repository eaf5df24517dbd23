import { availableParallelism } from "node:os";
import { type Job, map } from "swath";
import { failureError, type ImageSize } from "../errors.ts";
import { type ImagesJobOptions, loopOptionsOf } from "../images-job.ts";
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

/** A batch that is being filled, or is full. */
interface Filling {
  readonly number: number;
  readonly slot: number;
  readonly epoch: number;
  /** Of its images in the list of files. */
  readonly indices: Uint32Array;
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
 * Fills the places of a ring with batches, one loop over all passes. A place is filled again only
 * after it was given back: that bounds memory, and is all that slows the workers down.
 */
export class BatchStream {
  readonly #parts: StreamParts;
  readonly #free: FreeSlots;
  readonly #filling = new Map<number, Filling>();
  readonly #runs = new Map<number, BatchRun>();
  readonly #full: Filling[] = [];
  #wake: (() => void) | undefined;
  #end: { readonly error: unknown } | "done" | undefined;
  readonly job: Job<readonly FailedPlace[]>;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#free = new FreeSlots(parts.ring.length);
    const { plan, size, ring, loop } = parts;
    const { channels, dtype, fit } = plan;
    const data: BatchData = { ring, ...size, channels, dtype, fit };
    const options = { ...loopOptionsOf(loop), schedule: "dynamic", chunk: 1, with: data } as const;
    this.job = map(this.#pull(), fillRun, options);
    void this.#collect();
  }

  /** The next batch; undefined after the last. One call at a time. */
  async next(): Promise<ReadyBatch | undefined> {
    for (;;) {
      const next = this.#takeFull();
      if (next !== undefined) {
        if (next.indices.length > next.failed.length) return this.#ready(next);
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

  /** Ends the loop, if it runs. */
  stop(reason?: unknown): void {
    this.#free.close();
    this.job.cancel(reason);
  }

  /** Runs of images, batch after batch: each waits until a place is free. */
  async *#pull(): AsyncGenerator<BatchRun> {
    const { plan, paths } = this.#parts;
    let item = 0;
    for (let number = 0, epoch = 0; epoch < plan.epochs; epoch++) {
      const order = orderOf(paths.length, plan.seed, epoch);
      for (let first = 0; first < order.length; first += plan.batchSize, number++) {
        const indices = order.subarray(first, first + plan.batchSize);
        if (plan.dropLast && indices.length < plan.batchSize) break;
        const slot = await this.#free.take();
        if (slot === undefined) return;
        const filling = { number, slot, epoch, indices, missing: indices.length, failed: [] };
        this.#filling.set(number, filling);
        for (const run of this.#runsOf(filling)) {
          this.#runs.set(item++, run);
          yield run;
        }
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

  async #collect(): Promise<void> {
    try {
      for await (const { index, value } of this.job.unordered()) this.#add(index, value);
      this.#end = "done";
    } catch (error) {
      this.#end = { error };
    }
    this.#wake?.();
  }

  #add(item: number, failed: readonly FailedPlace[]): void {
    const run = this.#runs.get(item) as BatchRun;
    this.#runs.delete(item);
    const [first] = failed;
    if (first !== undefined && this.#parts.plan.onError === "stop")
      throw failureError(first.failure);
    const filling = this.#filling.get(run.batch) as Filling;
    filling.failed.push(...failed);
    filling.missing -= run.files.length;
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
    const { plan, paths, size, ring, onSkip } = this.#parts;
    const { slot, epoch, failed } = filling;
    const { dtype, channels } = plan;
    const each = size.width * size.height * channels;
    const data = viewOf(dtype, ring[slot] as SharedArrayBuffer);
    for (const { failure } of failed) onSkip(failureError(failure));
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
