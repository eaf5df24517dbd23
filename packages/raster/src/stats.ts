import { type JobReport, map } from "swath";
import { defineSource, JOB_OPTION_NAMES, referenceOf } from "swath/plugin";
import { assertKnownKeys, type TaskReference } from "swath/worker";
import { BYTES_PER_PIXEL, type DType } from "./dtype.ts";
import { bandIndex, type Raster, toRaster } from "./raster.ts";
import { assertReported, jobOptionsOf, RasterJob, type RasterJobOptions } from "./raster-job.ts";
import { type Moments, mergeMoments, NO_MOMENTS } from "./stats/band-moments.ts";
import { openStats, type StatsData, type StatsRun, statsRun } from "./stats/stats-entry.ts";
import { costOfBlocks } from "./tiff/block-costs.ts";

/** Options of {@link stats}. */
export interface StatsOptions extends RasterJobOptions {
  /** Only this band, counted from 1. @default all */
  readonly band?: number;
}

/** Figures of one band; nodata and NaN are left out of all but `nodata` and `checksum`. */
export interface BandStats {
  /** Counted from 1. */
  readonly band: number;
  readonly dtype: DType;
  /** undefined where nothing is valid, as are the next four. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Exact for integers, then rounded to the nearest double. */
  readonly sum: number | undefined;
  readonly mean: number | undefined;
  /** Of the whole population, as GDAL's: divided by `valid`. */
  readonly stddev: number | undefined;
  readonly valid: number;
  readonly nodata: number;
  /** As `gdalinfo -checksum`: of all pixels, nodata included. */
  readonly checksum: number;
}

/** What {@link stats} gives. */
export interface RasterStats {
  readonly bands: readonly BandStats[];
  readonly report: JobReport;
}

/** Decoded bytes of an item. */
const RUN_BYTES = 8 * 1024 * 1024;

/**
 * Minimum, maximum, sum, mean, standard deviation, counts and GDAL's checksum of each band, on
 * all cores. The figures are the same, to the last bit, for any number of workers.
 *
 * @throws InvalidOptionError at once for options that are not right
 * @throws RasterFileError, RasterUnsupportedError for the input
 */
export function stats(input: string | Raster, options: StatsOptions = {}): RasterJob<RasterStats> {
  assertKnownKeys("options", options, ["band", ...JOB_OPTION_NAMES]);
  assertReported("stats", options);
  const raster = toRaster(input);
  const data = planStats(raster, options.band);
  const planes = raster.file.image.interleave === "pixel" ? 1 : data.bands.length;
  const length = planes * data.itemsPerPlane;
  const source = defineSource<StatsRun>({
    name: "raster blocks",
    length,
    costs: Array.from({ length }, (_, item) => costOfItem(data, item)),
    access: {
      route: "read",
      how: { kind: "opened", opener: referenceOf(openStats) as TaskReference, data },
    },
  });
  return new RasterJob(async (follow) => {
    const job = follow(map(source, statsRun, jobOptionsOf(options)));
    const totals = new Map(data.bands.map((band) => [band, new BandTotal()]));
    for await (const parts of job) {
      for (const part of parts) totals.get(part.band)?.add(part, part.checksum);
    }
    const bands = [...totals].map(([band, total]) => total.stats(band + 1, raster.dtype));
    return { bands, report: await job.report };
  });
}

function planStats(raster: Raster, band: number | undefined): StatsData {
  const { image } = raster.file;
  const { blockWidth, blockHeight, blocksAcross, blocksDown, interleave, dtype } = image;
  const samples = interleave === "pixel" ? image.bands : 1;
  const blockBytes = blockWidth * blockHeight * samples * BYTES_PER_PIXEL[dtype];
  const blocks = Math.max(1, Math.floor(RUN_BYTES / blockBytes));
  const bands =
    band === undefined
      ? Array.from({ length: image.bands }, (_, index) => index)
      : [bandIndex(image, band)];
  return { image, bands, blocks, itemsPerPlane: Math.ceil((blocksAcross * blocksDown) / blocks) };
}

function costOfItem({ image, bands, blocks, itemsPerPlane }: StatsData, item: number): number {
  const band = bands[Math.floor(item / itemsPerPlane)] as number;
  const first = (item % itemsPerPlane) * blocks;
  const count = Math.min(blocks, image.blocksAcross * image.blocksDown - first);
  return costOfBlocks(image, image.interleave === "band" ? band : 0, [{ first, count }]);
}

/** Adds up parts in the order of the file. */
class BandTotal {
  #moments: Moments = NO_MOMENTS;
  #checksum = 0;
  /** Integers are summed exactly: parts are below 2^53, all of them together may not be. */
  #integers = 0n;
  #isExact = true;

  add(part: Moments, checksum: number): void {
    this.#moments = mergeMoments(this.#moments, part);
    this.#checksum = (this.#checksum + checksum) % 65_536;
    if (Number.isSafeInteger(part.sum)) this.#integers += BigInt(part.sum);
    else this.#isExact = false;
  }

  stats(band: number, dtype: DType): BandStats {
    const { valid, nodata, min, max, sum, mean, squares } = this.#moments;
    const exact = this.#isExact && !dtype.startsWith("float");
    const any = valid > 0;
    return {
      band,
      dtype,
      min: any ? min : undefined,
      max: any ? max : undefined,
      sum: any ? (exact ? Number(this.#integers) : sum) : undefined,
      mean: any ? (exact ? Number(this.#integers) / valid : mean) : undefined,
      stddev: any ? Math.sqrt(squares / valid) : undefined,
      valid,
      nodata,
      checksum: this.#checksum,
    };
  }
}
