import type { Source } from "swath";
import { assertInteger, InvalidOptionError } from "swath/worker";
import type { DType } from "./dtype.ts";
import type { Georeference, TiffFile, TiffImage } from "./tiff/image.ts";
import { openTiff } from "./tiff/open.ts";
import type { RasterWindow } from "./windows/raster-window.ts";
import { type WindowOptions, windowsSource } from "./windows/windows.ts";

/** A raster file that has been opened: what its header says, and its windows to loop over. */
export interface Raster {
  /** Absolute path. */
  readonly path: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dtype: DType;
  /** Value of missing pixels, rounded to `dtype`; undefined where there is none. */
  readonly nodata: number | undefined;
  readonly georeference: Georeference;
  /** Everything else that the file says. */
  readonly file: TiffFile;
  /**
   * The pixels as windows to loop over: `map(raster.windows(), fn)`. By default each worker
   * reads its windows from the file itself.
   */
  windows(options?: WindowOptions): Source<RasterWindow>;
}

/**
 * Opens a GeoTIFF; only its header is read.
 *
 * @throws RasterFileError if the file is missing, truncated, corrupt or not a TIFF
 * @throws RasterUnsupportedError for what is not read, by its name and TIFF code
 * @example
 * const raster = openRaster("elevation.tif");
 * const means = await map(raster.windows({ rows: 256 }), mean);
 */
export function openRaster(path: string): Raster {
  const file = openTiff(path);
  const { image, georeference } = file;
  return {
    path: image.path,
    width: image.width,
    height: image.height,
    bands: image.bands,
    dtype: image.dtype,
    nodata: image.nodata,
    georeference,
    file,
    windows: (options) => windowsSource(image, options),
  };
}

/**
 * A raster, opened if a path was given.
 *
 * @throws InvalidOptionError for anything else
 */
export function toRaster(input: string | Raster): Raster {
  if (typeof input === "string") return openRaster(input);
  if (typeof input !== "object" || input === null || !("file" in input)) {
    throw new InvalidOptionError(
      "input",
      "the path of a GeoTIFF, or what `openRaster` gave",
      input,
    );
  }
  return input;
}

/** Checks a band number, which counts from 1, and gives it counted from 0. */
export function bandIndex(image: TiffImage, band: number): number {
  assertInteger("band", band, { min: 1, max: image.bands });
  return band - 1;
}
