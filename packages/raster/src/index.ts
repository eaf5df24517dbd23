export { type Classification, type ClassifyOptions, classify } from "./classify.ts";
export type { DType, Pixels } from "./dtype.ts";
export { RasterFileError, RasterUnsupportedError, RasterWriteError } from "./errors.ts";
export type { PixelFunction } from "./kernels/pixel-function.ts";
export {
  type MapWindowsOptions,
  mapWindows,
  type WindowsOutput,
  type WrittenWindows,
} from "./map-windows.ts";
export { openRaster, type Raster } from "./raster.ts";
export type { RasterJob, RasterJobOptions } from "./raster-job.ts";
export type { MappingRule } from "./rules/rules.ts";
export { type WriteSampleOptions, type WrittenSample, writeSample } from "./sample.ts";
export { type BandStats, type RasterStats, type StatsOptions, stats } from "./stats.ts";
export type { Georeference, TiffFile, TiffImage } from "./tiff/image.ts";
export type { WindowFunction } from "./windows/map-windows-entry.ts";
export { pixelAt, type RasterWindow } from "./windows/raster-window.ts";
export type { WindowOptions } from "./windows/windows.ts";
