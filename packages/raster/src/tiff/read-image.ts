import { RasterFileError, RasterUnsupportedError } from "../errors.ts";
import { type BlockLayout, blockBytes, readBlockTables } from "./block-tables.ts";
import { chopStrips } from "./chop-strips.ts";
import { readColorTable } from "./color-table.ts";
import { compressionName, isReadable, usesPredictor } from "./compressions.ts";
import type { TiffImage } from "./image.ts";
import { parseNodata } from "./nodata.ts";
import { readSampleType } from "./sample-type.ts";
import type { TagReader } from "./tag-reader.ts";
import { TAG, tagName } from "./tags.ts";

/** Most bytes of one decoded block: a worker holds one or two, a hostile header claims more. */
const MAX_BLOCK_BYTES = 2 ** 30;

/** SamplesPerPixel is a SHORT in TIFF 6.0; wider fields hold more only in hostile files. */
const MAX_BANDS = 65_535;

/** RowsPerStrip of this, or none, means one strip. */
const ONE_STRIP = 2 ** 32 - 1;

const YCBCR = 6;
const JPEG = 7;

/**
 * One directory as an image.
 *
 * @throws RasterFileError where a tag is missing, out of range or contradicts the file's size
 * @throws RasterUnsupportedError for what is not read: by name and TIFF code
 */
export function readImage(tags: TagReader): TiffImage {
  const { file, form, directory } = tags;
  const layout = readLayout(tags);
  const photometric = tags.number(TAG.PhotometricInterpretation, 1);
  assertSupported(tags, layout, photometric);
  const nodataText = tags.text(TAG.GdalNodata)?.trim();
  const image: TiffImage = {
    path: file.path,
    fileSize: file.size,
    fileIdentity: file.identity,
    byteOrder: form.littleEndian ? "little" : "big",
    bigTiff: form.bigTiff,
    ifdOffset: directory.offset,
    ...layout,
    predictor: readPredictor(tags, layout),
    photometric,
    ...readBlockTables(tags, layout),
    nodata: parseNodata(nodataText, layout.dtype),
    nodataText,
    colorTable: readColorTable(tags, photometric, layout.dtype),
    jpegTables: layout.compression === JPEG ? copyOf(tags.bytes(TAG.JPEGTables)) : undefined,
    lercParameters: listOf(tags.numbers(TAG.LercParameters)),
    subfileType: readSubfileType(tags),
  };
  return assertBlockSize(chopStrips(image));
}

/** Tag 254, or its predecessor 255 where "2" said reduced resolution. */
export function readSubfileType(tags: TagReader): number {
  const old = tags.number(TAG.SubfileType, 0);
  return tags.number(TAG.NewSubfileType, old === 2 ? 1 : 0);
}

function readLayout(tags: TagReader): BlockLayout {
  const width = dimension(tags, TAG.ImageWidth);
  const height = dimension(tags, TAG.ImageLength);
  const bands = readBands(tags);
  const dtype = readSampleType(tags);
  const tiled = tags.entry(TAG.TileWidth) !== undefined;
  const blockWidth = tiled ? dimension(tags, TAG.TileWidth) : width;
  const blockHeight = tiled ? dimension(tags, TAG.TileLength) : readRowsPerStrip(tags, height);
  const layout: BlockLayout = {
    width,
    height,
    bands,
    dtype,
    interleave: bands > 1 && tags.number(TAG.PlanarConfiguration, 1) === 2 ? "band" : "pixel",
    layout: tiled ? "tiles" : "strips",
    blockWidth,
    blockHeight,
    blocksAcross: Math.ceil(width / blockWidth),
    blocksDown: Math.ceil(height / blockHeight),
    compression: tags.number(TAG.Compression, 1),
  };
  return layout;
}

function readBands(tags: TagReader): number {
  const entry = tags.entry(TAG.SamplesPerPixel);
  if (entry === undefined) return 1;
  const bands = dimension(tags, TAG.SamplesPerPixel);
  if (bands > MAX_BANDS) tags.fail(entry, `says ${bands}, but the most is ${MAX_BANDS}`);
  return bands;
}

function readRowsPerStrip(tags: TagReader, height: number): number {
  const rows = tags.number(TAG.RowsPerStrip, ONE_STRIP);
  // 0 is written by a few programs for "all"; libtiff takes it so.
  return rows === 0 ? height : Math.min(rows, height);
}

function readPredictor(tags: TagReader, layout: BlockLayout): 1 | 2 | 3 {
  if (!usesPredictor(layout.compression)) return 1;
  const predictor = tags.number(TAG.Predictor, 1);
  if (predictor === 1 || predictor === 2) return predictor;
  const isFloat = layout.dtype === "float32" || layout.dtype === "float64";
  if (predictor === 3 && isFloat) return predictor;
  throw new RasterUnsupportedError(
    tags.file.path,
    `predictor ${predictor} (tag 317) with ${layout.dtype} pixels`,
  );
}

function assertSupported(tags: TagReader, layout: BlockLayout, photometric: number): void {
  const { path } = tags.file;
  const { compression } = layout;
  if (!isReadable(compression)) {
    throw new RasterUnsupportedError(
      path,
      compressionName(compression),
      'Convert it first, for example with "gdal_translate -co COMPRESS=DEFLATE"',
    );
  }
  if (photometric === YCBCR && (compression !== JPEG || layout.interleave === "band")) {
    throw new RasterUnsupportedError(
      path,
      "YCbCr (photometric interpretation 6) other than in pixel-interleaved JPEG",
    );
  }
  if (tags.number(TAG.FillOrder, 1) === 2) {
    throw new RasterUnsupportedError(path, "FillOrder 2 (tag 266: bits of a byte reversed)");
  }
}

function assertBlockSize(image: TiffImage): TiffImage {
  const bytes = blockBytes(image);
  if (bytes <= MAX_BLOCK_BYTES) return image;
  throw new RasterFileError(
    { path: image.path, offset: image.ifdOffset },
    `one of its blocks (${image.blockWidth} x ${image.blockHeight} pixels, ${image.bands} bands of ${image.dtype}) would take ${bytes} bytes, more than the limit of ${MAX_BLOCK_BYTES}`,
  );
}

/** A width, height or count: present and at least 1. */
function dimension(tags: TagReader, tag: number): number {
  const value = tags.number(tag, undefined);
  if (value !== undefined && Number.isInteger(value) && value > 0 && value < 2 ** 32) return value;
  throw new RasterFileError(
    { path: tags.file.path, offset: tags.directory.offset },
    `expected ${tagName(tag)} to be a positive integer, got ${value ?? "nothing"}`,
  );
}

function copyOf(bytes: Buffer | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : Uint8Array.from(bytes);
}

function listOf(values: Float64Array | undefined): readonly number[] | undefined {
  return values === undefined ? undefined : Array.from(values);
}
