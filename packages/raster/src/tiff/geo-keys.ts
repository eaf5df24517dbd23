import { TAG } from "./tags.ts";

/** What the GeoKeys say, as far as it is used. */
export interface GeoKeys {
  readonly epsg: number | undefined;
  readonly crsName: string | undefined;
  /** PixelIsPoint: coordinates name the centre of a pixel. */
  readonly isPoint: boolean;
}

const KEY = {
  GTRasterType: 1025,
  GTCitation: 1026,
  GeodeticCRS: 2048,
  GeogCitation: 2049,
  ProjectedCRS: 3072,
  PCSCitation: 3073,
} as const;

const PIXEL_IS_POINT = 2;

/** GeoTIFF 1.1 defines about 60 keys. */
const MAX_KEYS = 500;

/** Citations from the most telling on. */
const CITATIONS = [KEY.PCSCitation, KEY.GTCitation, KEY.GeogCitation] as const;

/** EPSG codes are 1024 to 32766; 32767 says "user-defined". */
const EPSG_RANGE = [1024, 32_766] as const;

/** Where a key's text lies among the bytes of GeoAsciiParams. */
type TextPlace = readonly [start: number, length: number];

/**
 * The GeoKeys of an image; empty where it has none or they are malformed, as the pixels are
 * good without them.
 *
 * @param directory values of GeoKeyDirectory (tag 34735)
 * @param text GeoAsciiParams (tag 34737), one character per byte
 * @see OGC GeoTIFF 1.1, section 7.1.2: a SHORT array of (key, location, count, value)
 */
export function readGeoKeys(directory: readonly number[], text: string): GeoKeys {
  const numbers = new Map<number, number>();
  const texts = new Map<number, TextPlace>();
  const count = Math.min(directory[3] ?? 0, Math.floor(directory.length / 4) - 1, MAX_KEYS);
  for (let i = 1; i <= count; i++) {
    const [key = 0, location = 0, length = 0, value = 0] = directory.slice(i * 4, i * 4 + 4);
    if (location === 0) numbers.set(key, value);
    if (location === TAG.GeoAsciiParams) texts.set(key, [value, length]);
  }
  const citation = CITATIONS.find((key) => texts.has(key));
  return {
    epsg: epsgOf(numbers.get(KEY.ProjectedCRS)) ?? geodeticEpsg(numbers),
    crsName: citation === undefined ? undefined : textAt(text, texts.get(citation)),
    isPoint: numbers.get(KEY.GTRasterType) === PIXEL_IS_POINT,
  };
}

/** Without the bars and blanks that end a text in GeoAsciiParams. */
function textAt(text: string, [start, length]: TextPlace = [0, 0]): string {
  let end = Math.min(start + length, text.length);
  while (end > start && "| \0\n".includes(text[end - 1] ?? "")) end--;
  return utf8OrLatin1(text.slice(start, end));
}

/** The specification says ASCII; what programs write beyond is UTF-8, or older than that. */
function utf8OrLatin1(latin1: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(latin1, "latin1"));
  } catch {
    return latin1;
  }
}

/** The geodetic code names the whole system only where there is no projection on top. */
function geodeticEpsg(numbers: ReadonlyMap<number, number>): number | undefined {
  if (numbers.has(KEY.ProjectedCRS)) return undefined;
  return epsgOf(numbers.get(KEY.GeodeticCRS));
}

function epsgOf(code: number | undefined): number | undefined {
  if (code === undefined || code < EPSG_RANGE[0] || code > EPSG_RANGE[1]) return undefined;
  return code;
}
