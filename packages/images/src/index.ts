export {
  BatchMemoryError,
  ImageFileError,
  type ImageSize,
  ImageSizeError,
  ImageWriteError,
} from "./errors.ts";
export type { ImageFormat } from "./files/image-names.ts";
export { type ImageCount, ImagesJob, type ImagesJobOptions } from "./images-job.ts";
export {
  type ThumbnailsOptions,
  type ThumbnailsResult,
  type ThumbOutcome,
  thumbnails,
} from "./thumbnails.ts";
