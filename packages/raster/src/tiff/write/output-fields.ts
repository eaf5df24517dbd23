import { BYTES_PER_PIXEL, type DType } from "../../dtype.ts";
import type { GeoTag } from "../image.ts";
import { GEO_TAGS } from "../tags.ts";
import type { BlockGrid } from "./block-grid.ts";
import type { Compression, CreationOptions } from "./creation-options.ts";
import type { FieldShape, TiffField } from "./directory.ts";
import { type MetadataItem, metadataXml } from "./metadata-xml.ts";
import { nodataText } from "./nodata-text.ts";

/** What is to be said about an image besides how its blocks are cut. */
export interface FieldsInput {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dtype: DType;
  readonly nodata: number | undefined;
  /** 0xRRGGBB per pixel value. */
  readonly colorTable: ArrayLike<number> | undefined;
  readonly geoTags: readonly GeoTag[];
  readonly metadata: readonly MetadataItem[];
}

const COMPRESSION_CODES: Readonly<Record<Compression, number>> = {
  none: 1,
  lzw: 5,
  deflate: 8,
  packbits: 32_773,
  zstd: 50_000,
};

/** Every tag of the file but the two block tables. */
export function outputFields(
  input: FieldsInput,
  grid: BlockGrid,
  options: CreationOptions,
): readonly TiffField[] {
  const { bands, nodata, colorTable } = input;
  const metadata = metadataXml(input.metadata);
  return [
    long(256, input.width),
    long(257, input.height),
    short(258, repeat(8 * BYTES_PER_PIXEL[input.dtype], bands)),
    short(259, [COMPRESSION_CODES[options.compression]]),
    short(262, [colorTable === undefined ? 1 : 3]), // black is zero, or palette
    short(277, [bands]),
    short(284, [options.interleave === "band" && bands > 1 ? 2 : 1]),
    ...(options.predictor === 1 ? [] : [short(317, [options.predictor])]),
    ...(colorTable === undefined ? [] : [short(320, paletteValues(input.dtype, colorTable))]),
    ...blockFields(grid),
    // Samples beyond the one that a grey image needs: 0, unspecified.
    ...(bands === 1 ? [] : [short(338, repeat(0, bands - 1))]),
    short(339, repeat(sampleFormat(input.dtype), bands)),
    ...input.geoTags.filter(({ tag }) => GEO_TAGS.includes(tag)).map(geoField),
    ...(metadata === "" ? [] : [text(42_112, metadata)]),
    ...(nodata === undefined ? [] : [text(42_113, nodataText(nodata))]),
  ];
}

/** The two block tables: positions, then byte counts. */
export function tableShapes(
  grid: Pick<BlockGrid, "layout" | "blockCount">,
  bigTiff: boolean,
): readonly [offsets: FieldShape, byteCounts: FieldShape] {
  const tiles = grid.layout === "tiles";
  const count = grid.blockCount;
  return [
    { tag: tiles ? 324 : 273, type: bigTiff ? 16 : 4, count },
    { tag: tiles ? 325 : 279, type: 4, count },
  ];
}

function blockFields(grid: BlockGrid): readonly TiffField[] {
  return grid.layout === "tiles"
    ? [long(322, grid.blockWidth), long(323, grid.blockHeight)]
    : [long(278, grid.blockHeight)];
}

/** All reds, then all greens, then all blues; 16 bits each, one per value of the type. */
export function paletteValues(dtype: DType, colorTable: ArrayLike<number>): readonly number[] {
  const size = 2 ** (8 * BYTES_PER_PIXEL[dtype]);
  const values = repeat(0, 3 * size);
  for (let i = 0; i < Math.min(size, colorTable.length); i++) {
    const rgb = colorTable[i] as number;
    values[i] = ((rgb >>> 16) & 0xff) * 257;
    values[size + i] = ((rgb >>> 8) & 0xff) * 257;
    values[2 * size + i] = (rgb & 0xff) * 257;
  }
  return values;
}

function sampleFormat(dtype: DType): 1 | 2 | 3 {
  if (dtype.startsWith("float")) return 3;
  return dtype.startsWith("u") ? 1 : 2;
}

function geoField({ tag, type, values }: GeoTag): TiffField {
  if (typeof values !== "string") return { tag, type, values };
  // Bytes, not text: the GeoKeys point at them by position.
  return { tag, type, values: [...Buffer.from(values, "latin1"), 0] };
}

function short(tag: number, values: readonly number[]): TiffField {
  return { tag, type: 3, values };
}

function long(tag: number, value: number): TiffField {
  return { tag, type: 4, values: [value] };
}

function text(tag: number, values: string): TiffField {
  return { tag, type: 2, values };
}

function repeat(value: number, count: number): number[] {
  return new Array<number>(count).fill(value);
}
