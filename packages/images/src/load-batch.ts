import { assertKnownKeys } from "swath/worker";
import type { Batch, PixelsOf } from "./batches/batch.ts";
import {
  allocateRing,
  type BatchImageOptions,
  IMAGE_OPTIONS,
  planBatches,
} from "./batches/batch-plan.ts";
import { BatchStream } from "./batches/batch-stream.ts";
import type { PixelType } from "./batches/shared-pixels.ts";
import { sizeOfFirst } from "./decode/first-size.ts";
import { assertFiles, listFiles } from "./files/list-files.ts";
import { ImagesJob, LOOP_OPTIONS } from "./images-job.ts";

/** Options of {@link loadBatch}. */
export type LoadBatchOptions<D extends PixelType = PixelType> = BatchImageOptions<D>;

/**
 * Loads images into one (N, H, W, C) array in shared memory, on all cores, the right way up: see
 * `batches`. With `onError: "skip"` the array holds those that could be had; `indices` says which.
 *
 * @param files paths, folders (all images in them and below), and glob patterns
 * @throws InvalidOptionError at once for options that are not right
 * @throws BatchMemoryError, ImageFileError, ImageSizeError
 * @example
 * const { data, shape } = await loadBatch("photos", { height: 2100, width: 1400 });
 */
export function loadBatch<D extends PixelType = "uint8">(
  files: string | readonly string[],
  options: LoadBatchOptions<D> = {},
): ImagesJob<Batch<PixelsOf<D>>> {
  assertKnownKeys("options", options, [...IMAGE_OPTIONS, ...LOOP_OPTIONS]);
  planBatches({ ...options, batchSize: 1 });
  assertFiles(files);
  return new ImagesJob(async (follow) => {
    const { paths } = await listFiles(files);
    const plan = planBatches({ ...options, batchSize: paths.length, prefetch: 0 });
    const size = await sizeOfFirst(paths, plan);
    const ring = allocateRing(plan, size, 1);
    const skipped: Error[] = [];
    const onSkip = (error: Error) => void skipped.push(error);
    const stream = new BatchStream({ plan, paths, size, ring, loop: options, onSkip });
    follow(stream, { images: paths.length, perItem: 1 });
    try {
      const next = await stream.next();
      if (next === undefined) throw skipped[0];
      return next.batch as Batch<PixelsOf<D>>;
    } finally {
      await stream.close();
    }
  });
}
