import { bytesText } from "swath/plugin";
import { SwathError, type SwathErrorOptions } from "swath/worker";

/** An image file is missing, no image, cut off or damaged, or of a kind that is not read. */
export class ImageFileError extends SwathError {
  readonly code = "SWATH_IMAGE_FILE";
  readonly path: string;
  /** What is wrong with it. */
  readonly reason: string;

  constructor(path: string, reason: string, options: SwathErrorOptions = {}) {
    super(`Cannot read "${path}": ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** An image, or the folder that it belongs into, cannot be written. */
export class ImageWriteError extends SwathError {
  readonly code = "SWATH_IMAGE_WRITE";
  readonly path: string;
  /** What stands in the way. */
  readonly reason: string;

  constructor(path: string, reason: string, options: SwathErrorOptions = {}) {
    super(`Cannot write "${path}": ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** An image is not as large as the batch that it belongs into. */
export class ImageSizeError extends SwathError {
  readonly code = "SWATH_IMAGE_SIZE";
  readonly path: string;
  /** Of the image as it is shown, in pixels. */
  readonly width: number;
  readonly height: number;
  /** What the batch has. */
  readonly expectedWidth: number;
  readonly expectedHeight: number;

  constructor(path: string, size: ImageSize, expected: ImageSize) {
    super(
      `Cannot put "${path}" into the batch: expected ${sizeText(expected)}, got ${sizeText(size)}. ` +
        'Let it be resized with `fit: "cover"`, "contain" or "fill", or leave it out with `onError: "skip"`',
    );
    this.path = path;
    this.width = size.width;
    this.height = size.height;
    this.expectedWidth = expected.width;
    this.expectedHeight = expected.height;
  }
}

/** Pixels across and down. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

function sizeText({ width, height }: ImageSize): string {
  return `${width} x ${height} pixels`;
}

/** The batches do not fit into memory. */
export class BatchMemoryError extends SwathError {
  readonly code = "SWATH_BATCH_MEMORY";
  /** Bytes that all batches of the ring need together. */
  readonly needed: number;
  /** Bytes that are free. */
  readonly available: number;
  /** Batches of the ring. */
  readonly batches: number;
  /** Bytes of one batch. */
  readonly batchBytes: number;

  constructor(
    need: { readonly batches: number; readonly batchBytes: number; readonly available: number },
    options: SwathErrorOptions = {},
  ) {
    const { batches, batchBytes, available } = need;
    const needed = batches * batchBytes;
    const each = batches === 1 ? "" : ` (${batches} of ${bytesText(batchBytes)})`;
    super(
      `The batches need ${bytesText(needed)} of memory${each}, ${bytesText(available)} can be had. ` +
        'Choose a smaller `batchSize`, `prefetch` or image size, or `dtype: "uint8"`',
      options,
    );
    this.needed = needed;
    this.available = available;
    this.batches = batches;
    this.batchBytes = batchBytes;
  }
}

/**
 * What went wrong with a file, as it crosses threads: the class of an error does not.
 * {@link failureError} makes the error of it.
 */
export type FileFailure =
  | { readonly kind: "read"; readonly path: string; readonly reason: string }
  | { readonly kind: "write"; readonly path: string; readonly reason: string }
  | {
      readonly kind: "size";
      readonly path: string;
      readonly size: ImageSize;
      readonly expected: ImageSize;
    };

/** The error that a {@link FileFailure} tells of. */
export function failureError(
  failure: FileFailure,
): ImageFileError | ImageWriteError | ImageSizeError {
  switch (failure.kind) {
    case "read":
      return new ImageFileError(failure.path, failure.reason);
    case "write":
      return new ImageWriteError(failure.path, failure.reason);
    case "size":
      return new ImageSizeError(failure.path, failure.size, failure.expected);
    default:
      return failure satisfies never;
  }
}

/** Thrown inside workers; never leaves them. */
export class FailedFile extends Error {
  readonly failure: FileFailure;

  constructor(failure: FileFailure) {
    super(failure.kind === "size" ? "wrong size" : failure.reason);
    this.failure = failure;
  }
}

/** Throws that `path` cannot be read. */
export function unreadable(path: string, reason: string): FailedFile {
  return new FailedFile({ kind: "read", path, reason });
}
