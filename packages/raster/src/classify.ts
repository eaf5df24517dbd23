import { extname } from "node:path";
import type { JobReport } from "swath";
import { JOB_OPTION_NAMES } from "swath/plugin";
import { assertFunction, assertKnownKeys, assertOneOf, InvalidOptionError } from "swath/worker";
import { ClassTotals } from "./classify/class-totals.ts";
import {
  type ClassifyData,
  countBlocks,
  countWindows,
  writeBlocks,
} from "./classify/classify-plan.ts";
import { startClassify } from "./classify/start-classify.ts";
import { functionReference } from "./function-reference.ts";
import type { PixelFunction } from "./kernels/pixel-function.ts";
import { OutputFile } from "./output-file.ts";
import { assertDistinct, journalPath } from "./output-paths.ts";
import { classPalette } from "./png/class-palette.ts";
import { quickLookSize } from "./png/quick-look.ts";
import { bandIndex, type Raster, toRaster } from "./raster.ts";
import { assertReported, jobOptionsOf, RasterJob, type RasterJobOptions } from "./raster-job.ts";
import { parseMapping } from "./rules/mapping.ts";
import { mayHaveNodata, type NodataByte, nodataByteFor } from "./rules/nodata-byte.ts";
import { assertRule, type ClassifyRule, type MappingRule } from "./rules/rules.ts";
import { parseCreationOptions } from "./tiff/write/creation-options.ts";
import { planTiffOutput, type TiffOutputPlan } from "./tiff/write/plan.ts";
import { TiffWriter } from "./tiff/write/tiff-writer.ts";

/** What to classify by (exactly one of `fn`, `breaks`, `mapping`), and what to make. */
export interface ClassifyOptions extends RasterJobOptions {
  /**
   * From a pixel's value to its class, an integer from 0 to 255; workers must be able to find
   * it, as for `map`. Called for every pixel that is not nodata.
   */
  readonly fn?: PixelFunction;
  /**
   * Whether `fn` depends on the value alone and has no effects. It is then called once for each
   * of the 256 or 65,536 values of a pixel of up to 16 bits, not once for each pixel.
   * @default false
   */
  readonly pure?: boolean;
  /** Ascending: class `i` holds `breaks[i-1] <= value < breaks[i]`. */
  readonly breaks?: readonly number[];
  /** GDAL's syntax, as "[1,150]=1; (150,400]=2; DEFAULT=0", or a rule. */
  readonly mapping?: string | MappingRule;
  /** Counted from 1. @default 1 */
  readonly band?: number;
  /** Path of a GeoTIFF of the classes, one byte a pixel. @default none is written */
  readonly output?: string;
  /** GDAL's creation options, as ["COMPRESS=ZSTD", "BLOCKXSIZE=512"]. @default deflated tiles */
  readonly creation?: readonly string[];
  /**
   * Whether `output` and `quicklook` replace files that have their names; false keeps such a file,
   * also one that appears while this runs, and fails.
   * @default true
   */
  readonly overwrite?: boolean;
  /** Path of a PNG of the classes, at most 1,024 pixels long. @default none is written */
  readonly quicklook?: string;
}

/** The classes of a raster. */
export interface Classification {
  readonly width: number;
  readonly height: number;
  readonly pixels: number;
  /** Pixels without a class: nodata, or mapped to NO_DATA. `pixels` less all classes. */
  readonly nodata: number;
  /** Pixels per class; for `breaks` every class, else those that occur. */
  readonly classes: Readonly<Record<string, number>>;
  /** What did it: `threshold-simd`, `lookup-wasm`, `pixel-function`, … */
  readonly kernel: string;
  readonly report: JobReport;
}

const OWN_OPTIONS = [
  "fn",
  "pure",
  "breaks",
  "mapping",
  "band",
  "output",
  "creation",
  "overwrite",
  "quicklook",
];

/**
 * Classifies every pixel of a raster on all cores: counts per class, and on demand a GeoTIFF
 * and a picture of the classes. Each worker reads its part of the file itself; the output is
 * the same, byte for byte, for any number of workers, and appears when it is whole.
 *
 * @throws InvalidOptionError at once for options that are not right
 * @throws RasterFileError, RasterUnsupportedError for the input
 * @throws RasterWriteError where an output cannot be written, or exists with `overwrite: false`
 * @throws SWATH_RASTER_PIXEL with row and column for a pixel that has no class
 * @example
 * const { classes } = await classify("vegetation.tif", { breaks: [1, 151, 401] });
 */
export function classify(
  input: string | Raster,
  options: ClassifyOptions,
): RasterJob<Classification> {
  assertKnownKeys("options", options, [...OWN_OPTIONS, ...JOB_OPTION_NAMES]);
  assertReported("classify", options);
  const rule = ruleOf(options);
  assertRule(rule);
  const raster = toRaster(input);
  const plan = planClassify(raster, rule, options);
  return new RasterJob(async (follow) => {
    const { quicklook, overwrite } = options;
    using writer =
      plan.output === undefined ? undefined : TiffWriter.open(plan.output, { overwrite });
    using picture =
      quicklook === undefined ? undefined : OutputFile.create(quicklook, { overwrite });
    const job = follow(startClassify(plan.data, plan.route, jobOptionsOf(options)));
    const total = new ClassTotals(plan.data.look);
    let block = 0;
    for await (const part of job) {
      total.add(part);
      for (const bytes of part.blocks) writer?.append(block++, bytes);
    }
    assertNoCollision(plan, total);
    const palette = classPalette(total.last + 1, { nodata: plan.nodata?.byte });
    if (total.look !== undefined) picture?.writeAt(total.look.toPng(palette), 0);
    await writer?.close({ colorTable: palette.colors });
    await picture?.commit();
    return resultOf(raster, rule, total, await job.report);
  });
}

interface ClassifyPlan {
  readonly route: "read" | "copy";
  readonly data: ClassifyData;
  readonly output: TiffOutputPlan | undefined;
  /** What stands for nodata in what is written; undefined where there is none. */
  readonly nodata: NodataByte | undefined;
}

function planClassify(raster: Raster, rule: ClassifyRule, options: ClassifyOptions): ClassifyPlan {
  const { image, georeference } = raster.file;
  const { output: path, quicklook, band = 1 } = options;
  assertOneOf("route", options.route ?? "auto", ["auto", "read", "copy"]);
  const route = options.route === "copy" ? "copy" : "read";
  if (quicklook !== undefined && extname(quicklook).toLowerCase() !== ".png") {
    throw new InvalidOptionError("quicklook", "a path that ends in .png", quicklook);
  }
  assertDistinct(raster.path, { output: path, quicklook, journal: journalPath(options) });
  if (options.creation !== undefined && path === undefined) {
    throw new InvalidOptionError("creation", "absent without `output`", options.creation);
  }
  const written = path !== undefined || quicklook !== undefined;
  const nodata = written && mayHaveNodata(rule, raster) ? requireNodataByte(rule) : undefined;
  const output =
    path === undefined
      ? undefined
      : planTiffOutput({
          path,
          width: image.width,
          height: image.height,
          dtype: "uint8",
          creation: parseCreationOptions(creationFor(raster, options.creation ?? [])),
          georeference,
          nodata: nodata?.byte,
          colorTable: classPalette(256).colors,
        });
  const look = quicklook === undefined ? undefined : quickLookSize(image.width, image.height);
  const data: ClassifyData = {
    image,
    band: bandIndex(image, band),
    kernel: {
      rule,
      dtype: image.dtype,
      nodata: image.nodata,
      write: written,
      ...(nodata === undefined ? {} : { nodataByte: nodata.byte }),
    },
    fn: options.fn === undefined ? undefined : functionReference(options.fn),
    look,
    work:
      output !== undefined
        ? writeBlocks(image, output)
        : route === "copy"
          ? countWindows(image)
          : countBlocks(image),
  };
  return { data, output, nodata, route };
}

function requireNodataByte(rule: ClassifyRule): NodataByte {
  const nodata = nodataByteFor(rule);
  if (nodata !== undefined) return nodata;
  const hint = ". There are nodata pixels, and a byte must be left to write them";
  throw new InvalidOptionError("options", "a rule with at most 255 classes", "256 classes", hint);
}

/** A function may return, and a mapping pass, the very byte that stands for nodata. */
function assertNoCollision(
  { nodata }: ClassifyPlan,
  { classes, nodata: missing }: ClassTotals,
): void {
  if (nodata === undefined || !nodata.mayCollide) return;
  const pixels = classes[nodata.byte] as number;
  if (pixels === 0 || missing === 0) return;
  throw new InvalidOptionError(
    "class",
    `below ${nodata.byte}, which stands for the ${missing} nodata pixels of the output`,
    nodata.byte,
    `: ${pixels} pixels have it`,
  );
}

/** Tiles like the input's, where it has tiles, so that each is read and written once. */
function creationFor({ file }: Raster, given: readonly string[]): readonly string[] {
  const { layout, blockWidth, blockHeight } = file.image;
  const shaped = given.some((pair) => /^\s*(BLOCK[XY]SIZE|TILED)\s*=/i.test(pair));
  if (layout === "strips" || shaped || blockWidth % 16 !== 0 || blockHeight % 16 !== 0)
    return given;
  return [`BLOCKXSIZE=${blockWidth}`, `BLOCKYSIZE=${blockHeight}`, ...given];
}

function ruleOf({ fn, pure, breaks, mapping }: ClassifyOptions): ClassifyRule {
  const given = [fn, breaks, mapping].filter((way) => way !== undefined);
  if (given.length !== 1) {
    const names = "exactly one of `fn`, `breaks`, `mapping`";
    throw new InvalidOptionError("options", `an object with ${names}`, `${given.length} of them`);
  }
  if (pure !== undefined && fn === undefined) {
    throw new InvalidOptionError("pure", "absent without `fn`", pure);
  }
  if (breaks !== undefined) return { kind: "breaks", breaks };
  if (typeof mapping === "string") return parseMapping(mapping);
  if (mapping !== undefined) return mapping;
  assertFunction("fn", fn);
  return { kind: "function", pure: pure ?? false };
}

function resultOf(
  raster: Raster,
  rule: ClassifyRule,
  total: ClassTotals,
  report: JobReport,
): Classification {
  const { width, height } = raster;
  const all = rule.kind === "breaks" ? rule.breaks.length + 1 : 0;
  const classes: Record<string, number> = {};
  total.classes.forEach((count, index) => {
    if (count > 0 || index < all) classes[index] = count;
  });
  return {
    width,
    height,
    pixels: width * height,
    nodata: total.nodata,
    classes,
    kernel: total.kernel,
    report,
  };
}
