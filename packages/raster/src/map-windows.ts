import { type Job, type JobOptions, map } from "swath";
import { defineSource, JOB_OPTION_NAMES, referenceOf } from "swath/plugin";
import {
  assertFunction,
  assertKnownKeys,
  type TaskContext,
  type TaskReference,
} from "swath/worker";
import type { DType } from "./dtype.ts";
import { functionReference } from "./function-reference.ts";
import { assertDistinct, journalPath } from "./output-paths.ts";
import { bandIndex, type Raster, toRaster } from "./raster.ts";
import { jobOptionsOf, RasterJob } from "./raster-job.ts";
import { groupBlocks } from "./tiff/write/block-groups.ts";
import { parseCreationOptions } from "./tiff/write/creation-options.ts";
import { planTiffOutput } from "./tiff/write/plan.ts";
import { TiffWriter } from "./tiff/write/tiff-writer.ts";
import { WINDOW_BYTES } from "./windows/cut.ts";
import {
  type MapWindowsData,
  openMapWindows,
  type WindowFunction,
  type WindowRun,
  windowRun,
} from "./windows/map-windows-entry.ts";
import type { RasterWindow } from "./windows/raster-window.ts";
import { assertHalo } from "./windows/windows.ts";

/** The file that {@link mapWindows} writes. */
export interface WindowsOutput {
  readonly path: string;
  /** @default that of the input */
  readonly dtype?: DType;
  /** @default that of the input, if the types are the same */
  readonly nodata?: number;
  /** GDAL's creation options. @default deflated tiles */
  readonly creation?: readonly string[];
}

/** Options of {@link mapWindows}. */
export interface MapWindowsOptions extends Omit<JobOptions, "route" | "costs" | "inFlight"> {
  /** Counted from 1. @default 1 */
  readonly band?: number;
  /** Rows and columns of neighbours around each window. @default 0 */
  readonly halo?: number;
  readonly out: WindowsOutput;
}

/** What was written. */
export interface WrittenWindows {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

const OWN_OPTIONS = ["band", "halo", "out"];

/**
 * Makes a new raster of the same size out of windows of `input`: for functions of a pixel and
 * its neighbours (filters, slopes), or with state. Windows cover whole blocks of the output;
 * each worker reads its windows itself.
 *
 * With `out`, `fn` returns the `width · height` new pixels of its window, row by row; they are
 * converted to the output's type as by typed arrays. Without, this is `map` over the windows.
 *
 * @throws InvalidOptionError at once for options that are not right
 * @example
 * await mapWindows("elevation.tif", slope, { halo: 1, out: { path: "slope.tif", dtype: "float32" } });
 */
export function mapWindows(
  input: string | Raster,
  fn: WindowFunction,
  options: MapWindowsOptions,
): RasterJob<WrittenWindows>;
export function mapWindows<R>(
  input: string | Raster,
  fn: (window: RasterWindow, context: TaskContext) => R,
  options?: Omit<MapWindowsOptions, "out"> & { readonly out?: undefined },
): Job<Awaited<R>>;
export function mapWindows(
  input: string | Raster,
  fn: (window: RasterWindow, context: TaskContext) => unknown,
  options: Partial<Omit<MapWindowsOptions, "out">> & {
    readonly out?: WindowsOutput | undefined;
  } = {},
): RasterJob<WrittenWindows> | Job<unknown> {
  assertFunction("fn", fn);
  assertKnownKeys("options", options, [...OWN_OPTIONS, ...JOB_OPTION_NAMES]);
  const raster = toRaster(input);
  const { band = 1, halo = 0, out } = options;
  if (out === undefined) return map(raster.windows({ band, halo }), fn, jobOptionsOf(options));
  return writeWindows(raster, fn as WindowFunction, { ...options, out });
}

function writeWindows(
  raster: Raster,
  fn: WindowFunction,
  options: MapWindowsOptions,
): RasterJob<WrittenWindows> {
  const { band = 1, halo = 0, out } = options;
  assertHalo(halo);
  assertKnownKeys("out", out, ["path", "dtype", "nodata", "creation"]);
  assertDistinct(raster.path, { "out.path": out.path, journal: journalPath(options) });
  const { image, georeference } = raster.file;
  const { dtype = image.dtype, nodata = dtype === image.dtype ? image.nodata : undefined } = out;
  const { width, height } = image;
  const creation = parseCreationOptions(out.creation);
  const output = planTiffOutput({
    path: out.path,
    width,
    height,
    dtype,
    nodata,
    creation,
    georeference,
  });
  const groups = groupBlocks(image, output, WINDOW_BYTES);
  const reference = functionReference(fn);
  const data: MapWindowsData = { image, band: bandIndex(image, band), halo, fn: reference, groups };
  const source = defineSource<WindowRun>({
    name: "raster windows",
    length: groups.count,
    access: {
      route: "read",
      how: { kind: "opened", opener: referenceOf(openMapWindows) as TaskReference, data },
    },
  });
  return new RasterJob(async (follow) => {
    using writer = TiffWriter.open(output);
    const job = follow(map(source, windowRun, jobOptionsOf(options)));
    let block = 0;
    for await (const blocks of job) {
      for (const bytes of blocks) writer.append(block++, bytes);
    }
    await writer.close();
    return { path: output.path, width, height };
  });
}
