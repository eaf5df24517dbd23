import type { Batch, PixelsOf } from "./batches/batch.ts";
import {
  allocateRing,
  type BatchesOptions,
  type BatchPlan,
  planBatches,
} from "./batches/batch-plan.ts";
import { BatchStream } from "./batches/batch-stream.ts";
import type { PixelType } from "./batches/shared-pixels.ts";
import { sizeOfFirst } from "./decode/first-size.ts";
import { assertFiles, listFiles } from "./files/list-files.ts";

/** Batches of images, made ahead while the last one is in use. Each loop over it starts anew. */
export interface Batches<D extends PixelType = PixelType>
  extends AsyncIterable<Batch<PixelsOf<D>>> {
  /** Why images were left out, with `onError: "skip"`, in the loops so far. */
  readonly skipped: readonly Error[];
}

/**
 * Loads images in batches for training: (N, H, W, C) arrays in a ring of `prefetch + 1` shared
 * arrays that the workers fill, the right way up. No more than those are ever in memory.
 *
 * A batch is valid until the next one is asked for, unless it is copied (`batch.copy()`). Leaving
 * the loop ends the workers.
 *
 * The pixels are those of sharp; common JPEGs that are as large as the batch are decoded straight
 * into it.
 *
 * @param files paths, folders (all images in them and below), and glob patterns
 * @throws InvalidOptionError at once for options that are not right; while looping for patterns
 *   that match nothing
 * @throws BatchMemoryError if the ring does not fit into memory, ImageFileError for an image that
 *   cannot be read, ImageSizeError for one of another size with `fit: "none"`; all while looping
 * @example
 * for await (const { data, shape } of batches("photos", { batchSize: 32, height: 224, width: 224,
 *   fit: "cover", dtype: "float32", shuffle: { seed: 1 }, epochs: 10 })) train(data, shape);
 */
export function batches<D extends PixelType = "uint8">(
  files: string | readonly string[],
  options: BatchesOptions<D>,
): Batches<D> {
  const plan = planBatches(options);
  assertFiles(files);
  const skipped: Error[] = [];
  const onSkip = (error: Error) => void skipped.push(error);
  return {
    skipped,
    [Symbol.asyncIterator]: () =>
      stream(files, plan, options, onSkip) as AsyncGenerator<Batch<PixelsOf<D>>>,
  };
}

async function* stream(
  files: string | readonly string[],
  plan: BatchPlan,
  loop: BatchesOptions,
  onSkip: (error: Error) => void,
): AsyncGenerator<Batch> {
  loop.signal?.throwIfAborted();
  const { paths } = await listFiles(files);
  const size = await sizeOfFirst(paths, plan);
  const perEpoch = (plan.dropLast ? Math.floor : Math.ceil)(paths.length / plan.batchSize);
  const ring = allocateRing(plan, size, Math.min(plan.prefetch + 1, perEpoch * plan.epochs));
  const batchStream = new BatchStream({ plan, paths, size, ring, loop, onSkip });
  try {
    for (;;) {
      const next = await batchStream.next();
      if (next === undefined) return;
      yield next.batch;
      next.release();
    }
  } finally {
    await batchStream.close();
  }
}
