import { InvalidOptionError } from "swath/worker";
import { CAN_WRITE_ZSTD } from "./zstd.ts";

/** How blocks are compressed; the names are GDAL's in lower case. */
export type Compression = "none" | "deflate" | "zstd" | "lzw" | "packbits";

/** How a TIFF file is laid out and compressed: GDAL's creation options, checked. */
export interface CreationOptions {
  /** @default "deflate" */
  readonly compression: Compression;
  /** ZLEVEL 1–9 or ZSTD_LEVEL 1–22; 0 where the compression has no levels. @default 1 */
  readonly level: number;
  /** 1 none, 2 differences of neighbours, 3 for floating point. @default 1 */
  readonly predictor: 1 | 2 | 3;
  /** @default true */
  readonly tiled: boolean;
  /** Columns of a tile; undefined means 256. */
  readonly blockXSize: number | undefined;
  /** Rows of a tile or strip; undefined means 256 for tiles, about 256 KiB for strips. */
  readonly blockYSize: number | undefined;
  /** When to write the 64-bit variant. @default "if-safer" */
  readonly bigTiff: "yes" | "no" | "if-needed" | "if-safer";
  /** @default "little" */
  readonly byteOrder: "little" | "big";
  /** @default "pixel" */
  readonly interleave: "pixel" | "band";
  /** Leave out blocks that hold nothing but nodata. @default false */
  readonly sparse: boolean;
}

/** Every key that {@link parseCreationOptions} knows, with the values it takes. */
export const CREATION_OPTIONS: Readonly<Record<string, string>> = {
  COMPRESS: "NONE, DEFLATE, ZSTD, LZW or PACKBITS",
  ZLEVEL: "a whole number from 1 to 9",
  ZSTD_LEVEL: "a whole number from 1 to 22",
  PREDICTOR: "1, 2 or 3",
  TILED: "YES or NO",
  BLOCKXSIZE: "a whole number of pixels from 1 up; a multiple of 16 for tiles",
  BLOCKYSIZE: "a whole number of pixels from 1 up; a multiple of 16 for tiles",
  BIGTIFF: "YES, NO, IF_NEEDED or IF_SAFER",
  ENDIANNESS: "LITTLE, BIG, NATIVE or INVERTED",
  INTERLEAVE: "PIXEL or BAND",
  SPARSE_OK: "YES or NO",
};

const COMPRESSIONS = {
  NONE: "none",
  DEFLATE: "deflate",
  ZSTD: "zstd",
  LZW: "lzw",
  PACKBITS: "packbits",
} as const;
const BIG_TIFF = {
  YES: "yes",
  NO: "no",
  IF_NEEDED: "if-needed",
  IF_SAFER: "if-safer",
} as const;
const PREDICTORS = { 1: 1, 2: 2, 3: 3 } as const;
const INTERLEAVES = { PIXEL: "pixel", BAND: "band" } as const;
// Pixels are held in little-endian order, so NATIVE is little wherever Node runs today.
const BYTE_ORDERS = { LITTLE: "little", BIG: "big", NATIVE: "little", INVERTED: "big" } as const;
const SWITCH = {
  YES: true,
  TRUE: true,
  ON: true,
  1: true,
  NO: false,
  FALSE: false,
  OFF: false,
  0: false,
} as const;

/**
 * Reads GDAL's creation options, `"KEY=VALUE"` each; keys and words in any case.
 *
 * Unlike GDAL, the default is tiles with deflate at level 1, and an option that could have
 * no effect is refused rather than ignored.
 *
 * @throws InvalidOptionError for an unknown key or value, a repeated key, options that
 * contradict each other, or ZSTD where this Node cannot compress it
 * @example
 * parseCreationOptions(["COMPRESS=LZW", "predictor=2", "TILED=NO"]).compression; // "lzw"
 */
export function parseCreationOptions(pairs: readonly string[] = []): CreationOptions {
  const given = new Map<string, string>();
  for (const pair of pairs) addPair(given, pair);

  const compression = word(given, "COMPRESS", COMPRESSIONS, "deflate");
  const options: CreationOptions = {
    compression,
    level: levelOf(given, compression),
    predictor: word(given, "PREDICTOR", PREDICTORS, 1),
    tiled: word(given, "TILED", SWITCH, true),
    blockXSize: wholeNumber(given, "BLOCKXSIZE", 1, 2 ** 31 - 1),
    blockYSize: wholeNumber(given, "BLOCKYSIZE", 1, 2 ** 31 - 1),
    bigTiff: word(given, "BIGTIFF", BIG_TIFF, "if-safer"),
    byteOrder: word(given, "ENDIANNESS", BYTE_ORDERS, "little"),
    interleave: word(given, "INTERLEAVE", INTERLEAVES, "pixel"),
    sparse: word(given, "SPARSE_OK", SWITCH, false),
  };
  assertConsistent(options);
  return options;
}

function addPair(given: Map<string, string>, pair: string): void {
  const equals = pair.indexOf("=");
  const known = Object.keys(CREATION_OPTIONS).join(", ");
  if (equals < 1) {
    throw new InvalidOptionError("creation option", `KEY=VALUE (keys: ${known})`, pair);
  }
  const key = pair.slice(0, equals).trim().toUpperCase();
  if (!Object.hasOwn(CREATION_OPTIONS, key)) {
    const hint = key === "NUM_THREADS" ? ". The number of threads is the option `workers`" : "";
    throw new InvalidOptionError("creation option", `one of ${known}`, key, hint);
  }
  if (given.has(key)) throw new InvalidOptionError(key, "given once", pair);
  given.set(key, pair.slice(equals + 1).trim());
}

/** The value that `words` has for what was given, in any case. */
function word<V>(
  given: ReadonlyMap<string, string>,
  key: string,
  words: Readonly<Record<string, V>>,
  otherwise: V,
): V {
  const text = given.get(key);
  if (text === undefined) return otherwise;
  const upper = text.toUpperCase();
  const value = Object.hasOwn(words, upper) ? words[upper] : undefined;
  if (value === undefined) throw new InvalidOptionError(key, `${CREATION_OPTIONS[key]}`, text);
  return value;
}

function wholeNumber(
  given: ReadonlyMap<string, string>,
  key: string,
  min: number,
  max: number,
): number | undefined {
  const text = given.get(key);
  if (text === undefined) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidOptionError(key, `${CREATION_OPTIONS[key]}`, text);
}

function levelOf(given: ReadonlyMap<string, string>, compression: Compression): number {
  const deflate = wholeNumber(given, "ZLEVEL", 1, 9);
  const zstd = wholeNumber(given, "ZSTD_LEVEL", 1, 22);
  if (deflate !== undefined && compression !== "deflate") {
    throw new InvalidOptionError("ZLEVEL", "given with COMPRESS=DEFLATE only", deflate);
  }
  if (zstd !== undefined && compression !== "zstd") {
    throw new InvalidOptionError("ZSTD_LEVEL", "given with COMPRESS=ZSTD only", zstd);
  }
  return compression === "deflate" || compression === "zstd" ? (deflate ?? zstd ?? 1) : 0;
}

function assertConsistent(options: CreationOptions): void {
  const { compression, predictor, tiled, blockXSize, blockYSize } = options;
  if (compression === "zstd" && !CAN_WRITE_ZSTD) {
    throw new InvalidOptionError(
      "COMPRESS",
      "a compression that this Node can write",
      "ZSTD",
      `: node:zlib compresses Zstandard from Node 22.15 on, and this is Node ${process.versions.node}. Use COMPRESS=DEFLATE or a newer Node`,
    );
  }
  if (predictor !== 1 && (compression === "none" || compression === "packbits")) {
    const expected = "1 unless COMPRESS is DEFLATE, ZSTD or LZW";
    throw new InvalidOptionError("PREDICTOR", expected, predictor);
  }
  if (!tiled) return;
  assertTileEdge("BLOCKXSIZE", blockXSize);
  assertTileEdge("BLOCKYSIZE", blockYSize);
}

function assertTileEdge(key: string, pixels: number | undefined): void {
  if (pixels === undefined || pixels % 16 === 0) return;
  const nearest = Math.ceil(pixels / 16) * 16;
  const hint = `. Try ${nearest}, or TILED=NO for strips`;
  throw new InvalidOptionError(key, "a multiple of 16 for tiles", pixels, hint);
}
