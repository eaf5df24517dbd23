import { createPool, type JobReport, range } from "swath";
import { JOB_OPTION_NAMES } from "swath/plugin";
import { assertKnownKeys } from "swath/worker";
import { assertReported, jobOptionsOf, RasterJob, type RasterJobOptions } from "./raster-job.ts";
import { classQuotas } from "./sample/class-quotas.ts";
import { planSample } from "./sample/plan-sample.ts";
import { countBand, fillItem, openFill } from "./sample/sample-entry.ts";
import { sampleGeoreference } from "./sample/sample-georeference.ts";
import { bandsOf, SAMPLE_NODATA, type SampleOptions, sampleSpec } from "./sample/sample-spec.ts";
import { parseCreationOptions } from "./tiff/write/creation-options.ts";
import { planTiffOutput, type TiffOutputPlan } from "./tiff/write/plan.ts";
import { TiffWriter } from "./tiff/write/tiff-writer.ts";

/** Options of {@link writeSample}. */
export interface WriteSampleOptions extends SampleOptions, RasterJobOptions {
  /** GDAL's creation options. @default ["COMPRESS=NONE"]: uncompressed tiles of 256 × 256 */
  readonly creation?: readonly string[];
  /**
   * Whether a file that has the name is replaced; false keeps it, also one that appears while this
   * runs, and fails.
   * @default true
   */
  readonly overwrite?: boolean;
}

/** What was written. */
export interface WrittenSample {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /**
   * Pixels of class 0 to 3 in each of the four strips, from north to south: by the function
   * `v <= 0 || NaN → 0, v > 400 → 3, v > 150 → 2, else 1`. At scale 1 those of the raster that
   * the sample imitates; at other scales in proportion.
   */
  readonly strips: readonly (readonly number[])[];
  /** Report of the pass that made the pixels. */
  readonly report: JobReport;
}

/** One counts what the other then fills in. */
const PASSES = 2;

/**
 * Writes a vegetation raster shaped like Australia: int16, values 1 to 687, −32768 for no data,
 * with known class counts. The same bytes for the same size and seed on every machine; made in
 * parallel, never in memory whole.
 *
 * @throws InvalidOptionError at once for options that are not right
 * @throws RasterWriteError if the file cannot be written; nothing is left then
 * @example
 * const { strips } = await writeSample("australia.tif", { scale: 0.1 });
 */
export function writeSample(
  path: string,
  options: WriteSampleOptions = {},
): RasterJob<WrittenSample> {
  const { scale, width, height, seed, overwrite, creation = ["COMPRESS=NONE"] } = options;
  const own = ["scale", "width", "height", "seed", "creation", "overwrite"];
  assertKnownKeys("options", options, [...own, ...JOB_OPTION_NAMES]);
  assertReported("writeSample", options);
  const spec = sampleSpec(defined({ scale, width, height, seed }));
  const output = planTiffOutput({
    path,
    width: spec.width,
    height: spec.height,
    dtype: "int16",
    creation: parseCreationOptions(creation),
    georeference: sampleGeoreference(spec),
    nodata: SAMPLE_NODATA,
  });
  const { workers, stdio, ...jobOptions } = jobOptionsOf(options);
  return new RasterJob(async (follow) => {
    const blocks = isPositioned(output) ? "positioned" : "appended";
    using writer = TiffWriter.open(output, { blocks, overwrite });
    await using pool = createPool({ workers, stdio });
    const bands = range(bandsOf(spec).length);
    // Balanced wants costs: a band's rows, while rows of blocks are as good as even.
    const isBalanced = jobOptions.schedule === "balanced";
    const bandCosts = isBalanced ? { costs: bandsOf(spec).map(({ rows }) => rows) } : {};
    const blockCosts = isBalanced ? { costs: new Array<number>(output.blocksDown).fill(1) } : {};
    const counted = follow(pool.map(bands, countBand, { ...jobOptions, ...bandCosts, with: spec }));
    const plan = planSample(spec, await counted);
    const temporaryPath = isPositioned(output) ? writer.temporaryPath : undefined;
    const items = temporaryPath === undefined ? range(output.blocksDown) : bands;
    const costs = temporaryPath === undefined ? blockCosts : bandCosts;
    const data = { plan, output, temporaryPath };
    const fill = { ...jobOptions, ...costs, init: openFill, with: data };
    const filled = follow(pool.map(items, fillItem as never, fill));
    let block = 0;
    for await (const blocks of filled as AsyncIterable<readonly Uint8Array[]>) {
      for (const bytes of blocks) writer.append(block++, bytes);
    }
    await writer.close();
    const strips = classQuotas(spec).map((quota) => Array.from(quota));
    return {
      path: output.path,
      width: spec.width,
      height: spec.height,
      strips,
      report: await filled.report,
    };
  }, PASSES);
}

/** Whether workers can write the blocks themselves: every position is known beforehand. */
function isPositioned({ compression, sparse }: TiffOutputPlan): boolean {
  return compression === "none" && !sparse;
}

function defined(
  options: { readonly [K in keyof SampleOptions]: SampleOptions[K] | undefined },
): SampleOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
