import type { DType } from "../dtype.ts";
import { RasterUnsupportedError } from "../errors.ts";
import type { TagReader } from "./tag-reader.ts";
import { TAG } from "./tags.ts";

const FORMAT_NAMES: Readonly<Record<number, string>> = {
  1: "unsigned integers",
  2: "signed integers",
  3: "floats",
  5: "complex integers",
  6: "complex floats",
};

/** By SampleFormat, then BitsPerSample. */
const DTYPES: Readonly<Record<number, Readonly<Record<number, DType>>>> = {
  1: { 8: "uint8", 16: "uint16", 32: "uint32" },
  2: { 8: "int8", 16: "int16", 32: "int32" },
  3: { 32: "float32", 64: "float64" },
};

/** SampleFormat 4 ("undefined") is read as unsigned, as in GDAL. */
const UNDEFINED_FORMAT = 4;

/**
 * The pixel type that BitsPerSample and SampleFormat say.
 *
 * @throws RasterUnsupportedError for other depths, and for samples of different types
 */
export function readSampleType(tags: TagReader): DType {
  const bits = uniform(tags, TAG.BitsPerSample, 1);
  const format = uniform(tags, TAG.SampleFormat, 1);
  if (bits === undefined || format === undefined) {
    throw new RasterUnsupportedError(
      tags.file.path,
      "an image whose samples have different types (tags 258 and 339)",
    );
  }
  const known = format === UNDEFINED_FORMAT ? 1 : format;
  const dtype = DTYPES[known]?.[bits];
  if (dtype !== undefined) return dtype;
  const name = FORMAT_NAMES[known] ?? `sample format ${format}`;
  throw new RasterUnsupportedError(
    tags.file.path,
    `${name} of ${bits} bits a sample (tags 258 and 339)`,
    'Convert it first, for example with "gdal_translate -ot Float64"',
  );
}

/** The one value of a tag that has a value per sample; undefined where they differ. */
function uniform(tags: TagReader, tag: number, fallback: number): number | undefined {
  const values = tags.numbers(tag);
  const first = values?.[0];
  if (values === undefined || first === undefined) return fallback;
  return values.every((value) => value === first) ? first : undefined;
}
