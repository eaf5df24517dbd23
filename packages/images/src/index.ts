export type { Batch } from "./batches/batch.ts";
export type { BatchesOptions, BatchImageOptions } from "./batches/batch-plan.ts";
export { type Batches, batches } from "./batches.ts";
export {
  BatchMemoryError,
  ImageFileError,
  type ImageSize,
  ImageSizeError,
  ImageWriteError,
} from "./errors.ts";
export type { ImageFormat } from "./files/image-names.ts";
export { type ImageCount, ImagesJob, type ImagesJobOptions } from "./images-job.ts";
export { type LoadBatchOptions, loadBatch } from "./load-batch.ts";
export {
  type ThumbnailsOptions,
  type ThumbnailsResult,
  type ThumbOutcome,
  thumbnails,
} from "./thumbnails.ts";
