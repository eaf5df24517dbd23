import { SwathError, type SwathErrorOptions } from "swath/worker";

/** Where in a file something was found. */
export interface FilePlace {
  readonly path: string;
  /** Position in bytes; undefined where the file as a whole is meant. */
  readonly offset?: number | undefined;
}

/** A raster file cannot be opened, is truncated, corrupt or hostile. */
export class RasterFileError extends SwathError {
  readonly code = "SWATH_RASTER_FILE";
  readonly path: string;
  /** Position in the file, in bytes; undefined where the file as a whole is meant. */
  readonly offset: number | undefined;

  constructor(place: FilePlace, reason: string, options: SwathErrorOptions = {}) {
    const at = place.offset === undefined ? "" : ` at byte ${place.offset}`;
    super(`Cannot read "${place.path}"${at}: ${reason}`, options);
    this.path = place.path;
    this.offset = place.offset;
  }
}

/** A raster file is sound, but uses something that is not read: a codec, a layout, a depth. */
export class RasterUnsupportedError extends SwathError {
  readonly code = "SWATH_RASTER_UNSUPPORTED";
  readonly path: string;
  /** What is not supported, by its name and TIFF code. */
  readonly feature: string;

  constructor(path: string, feature: string, hint = "", options: SwathErrorOptions = {}) {
    super(
      `Cannot read "${path}": ${feature} is not supported${hint === "" ? "" : `. ${hint}`}`,
      options,
    );
    this.path = path;
    this.feature = feature;
  }
}

/** A raster file cannot be written. */
export class RasterWriteError extends SwathError {
  readonly code = "SWATH_RASTER_WRITE";
  readonly path: string;

  constructor(path: string, reason: string, options: SwathErrorOptions = {}) {
    super(`Cannot write "${path}": ${reason}`, options);
    this.path = path;
  }
}
