import { resolve } from "node:path";
import { assertInteger, assertOneOf, InvalidOptionError } from "swath/worker";
import { BYTES_PER_PIXEL, type DType, INTEGER_RANGE } from "../../dtype.ts";
import type { GeoTag } from "../image.ts";
import { type BlockGrid, blockGrid } from "./block-grid.ts";
import {
  type Compression,
  type CreationOptions,
  parseCreationOptions,
} from "./creation-options.ts";
import { fieldShape, layOutDirectory, type TiffField } from "./directory.ts";
import type { MetadataItem } from "./metadata-xml.ts";
import { outputFields, tableShapes } from "./output-fields.ts";

/** What a TIFF file is to hold. */
export interface TiffOutput {
  readonly path: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Samples per pixel. @default 1 */
  readonly bands?: number;
  readonly dtype: DType;
  /** @default what {@link parseCreationOptions} gives for nothing */
  readonly creation?: CreationOptions;
  /** The tags are copied as they stand; none means no georeferencing at all. */
  readonly georeference?: { readonly tags: readonly GeoTag[] } | undefined;
  /** Must be a value of `dtype`; rounded to it where that is float32. */
  readonly nodata?: number | undefined;
  /** 0xRRGGBB per pixel value; only for one band of uint8 or uint16. */
  readonly colorTable?: ArrayLike<number> | undefined;
  /** Entries of GDAL_METADATA. @default [] */
  readonly metadata?: readonly MetadataItem[];
}

/**
 * Everything about an output file that is known before its first pixel, as plain data: it
 * crosses to workers by structured clone.
 */
export interface TiffOutputPlan extends BlockGrid {
  /** Absolute. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dtype: DType;
  readonly interleave: "pixel" | "band";
  readonly compression: Compression;
  /** Of deflate or zstd; 0 for others. */
  readonly level: number;
  readonly predictor: 1 | 2 | 3;
  readonly byteOrder: "little" | "big";
  readonly bigTiff: boolean;
  readonly nodata: number | undefined;
  /** Whether blocks of nothing but nodata (0 where there is none) are left out. */
  readonly sparse: boolean;
  /** Every tag but the two block tables. */
  readonly fields: readonly TiffField[];
  /** Position of the first block, in bytes; header, tags and tables lie before it. */
  readonly dataStart: number;
}

/**
 * Blocks whose size is a multiple of this start at one: two workers that write neighbouring
 * blocks then never touch the same page of the page cache.
 */
const PAGE_BYTES = 4096;

/** One past the last byte that a classic TIFF's 32-bit offsets reach. */
export const CLASSIC_TIFF_LIMIT = 2 ** 32;

/** Above this size, without compression, the 64-bit variant is chosen; GDAL's IF_SAFER. */
const SAFER_LIMIT = 2 ** 31;

/** Largest ratio of stored to plain bytes: LZW needs 12 bits for a byte, PackBits 129 for 128. */
const WORST_EXPANSION: Readonly<Record<Compression, number>> = {
  none: 1,
  deflate: 1.01,
  zstd: 1.01,
  lzw: 1.51,
  packbits: 1.01,
};

/**
 * Decides everything about an output file; touches no disk.
 *
 * @throws InvalidOptionError for what TIFF or the type cannot hold
 * @example
 * const plan = planTiffOutput({ path: "risk.tif", width: 1000, height: 800, dtype: "uint8" });
 * plan.blockCount; // 16 tiles of 256 x 256
 */
export function planTiffOutput(output: TiffOutput): TiffOutputPlan {
  assertOutput(output);
  const { width, height, dtype, bands = 1, creation = parseCreationOptions() } = output;
  assertPredictor(dtype, creation);
  const nodata = dtype === "float32" ? roundToFloat32(output.nodata) : output.nodata;
  const image = { width, height, bands, bytesPerSample: BYTES_PER_PIXEL[dtype] };
  const grid = blockGrid(image, creation);
  const input = {
    ...image,
    dtype,
    nodata,
    colorTable: output.colorTable,
    geoTags: output.georeference?.tags ?? [],
    metadata: output.metadata ?? [],
  };
  const fields = outputFields(input, grid, creation);
  const bigTiff = chooseBigTiff(grid, fields, creation);
  return {
    ...grid,
    path: resolve(output.path),
    width,
    height,
    bands,
    dtype,
    interleave: creation.interleave,
    compression: creation.compression,
    level: creation.level,
    predictor: creation.predictor,
    byteOrder: creation.byteOrder,
    bigTiff,
    nodata,
    sparse: creation.sparse,
    fields,
    dataStart: dataStart(grid, fields, bigTiff),
  };
}

function assertOutput(output: TiffOutput): void {
  const { width, height, bands = 1, dtype, nodata, colorTable } = output;
  assertInteger("width", width, { min: 1, max: 2 ** 31 - 1 });
  assertInteger("height", height, { min: 1, max: 2 ** 31 - 1 });
  assertInteger("bands", bands, { min: 1, max: 65_535 });
  assertOneOf("dtype", dtype, Object.keys(BYTES_PER_PIXEL));
  const range = INTEGER_RANGE[dtype];
  if (range !== undefined && nodata !== undefined) {
    assertInteger("nodata", nodata, { min: range[0], max: range[1] });
  }
  if (colorTable === undefined) return;
  if (bands !== 1 || (dtype !== "uint8" && dtype !== "uint16")) {
    const expected = "absent unless the output is one band of uint8 or uint16";
    throw new InvalidOptionError("colorTable", expected, `${bands} band(s) of ${dtype}`);
  }
}

function assertPredictor(dtype: DType, { predictor }: CreationOptions): void {
  const float = INTEGER_RANGE[dtype] === undefined;
  if (predictor === 3 && !float) {
    throw new InvalidOptionError("PREDICTOR", `1 or 2 for ${dtype}`, predictor);
  }
  if (predictor === 2 && dtype === "float64") {
    throw new InvalidOptionError("PREDICTOR", "1 or 3 for float64", predictor);
  }
}

/** Refuses a finite value that float32 holds only as an infinity. */
function roundToFloat32(nodata: number | undefined): number | undefined {
  if (nodata === undefined) return undefined;
  const rounded = Math.fround(nodata);
  if (Number.isFinite(nodata) && !Number.isFinite(rounded)) {
    throw new InvalidOptionError("nodata", "within the range of float32", nodata);
  }
  return rounded;
}

function chooseBigTiff(
  grid: BlockGrid,
  fields: readonly TiffField[],
  { bigTiff, compression }: CreationOptions,
): boolean {
  const plain = dataStart(grid, fields, true) + grid.blockCount * grid.blockBytes;
  switch (bigTiff) {
    case "yes":
      return true;
    case "if-safer":
      return plain > SAFER_LIMIT;
    case "if-needed":
      return plain * WORST_EXPANSION[compression] > CLASSIC_TIFF_LIMIT;
    case "no":
      if (compression !== "none" || plain <= CLASSIC_TIFF_LIMIT) return false;
      throw new InvalidOptionError(
        "BIGTIFF",
        `YES, IF_NEEDED or IF_SAFER for a file of ${plain} bytes (classic TIFF ends at ${CLASSIC_TIFF_LIMIT})`,
        "NO",
      );
  }
}

function dataStart(grid: BlockGrid, fields: readonly TiffField[], bigTiff: boolean): number {
  const shapes = [...fields.map(fieldShape), ...tableShapes(grid, bigTiff)];
  const { end } = layOutDirectory(shapes, bigTiff);
  const alignment = grid.blockBytes % PAGE_BYTES === 0 ? PAGE_BYTES : 16;
  return Math.ceil(end / alignment) * alignment;
}
