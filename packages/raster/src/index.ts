export { type Classification, type ClassifyOptions, classify } from "./classify.ts";
export type { DType, Pixels } from "./dtype.ts";
export { openRaster, type Raster } from "./raster.ts";
export type { RasterJob } from "./raster-job.ts";
export { pixelAt, type RasterWindow } from "./windows/raster-window.ts";
export type { WindowOptions } from "./windows/windows.ts";
export { type BandStats, type RasterStats, type StatsOptions, stats } from "./stats.ts";
export { type WriteSampleOptions, type WrittenSample, writeSample } from "./sample.ts";
