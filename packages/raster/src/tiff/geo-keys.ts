import type { TagReader } from "./tag-reader.ts";
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

/** EPSG codes are 1024 to 32766; 32767 says "user-defined". */
const EPSG_RANGE = [1024, 32_766] as const;

/**
 * The GeoKeys of an image; empty where it has none or they are malformed, as the pixels are
 * good without them.
 *
 * @see OGC GeoTIFF 1.1, section 7.1.2: a SHORT array of (key, location, count, value)
 */
export function readGeoKeys(tags: TagReader): GeoKeys {
  const directory = tags.numbers(TAG.GeoKeyDirectory) ?? new Float64Array(0);
  const text = tags.text(TAG.GeoAsciiParams) ?? "";
  const numbers = new Map<number, number>();
  const texts = new Map<number, string>();
  const count = Math.min(directory[3] ?? 0, Math.floor(directory.length / 4) - 1);
  for (let i = 1; i <= count; i++) {
    const [key = 0, location = 0, length = 0, value = 0] = directory.subarray(i * 4, i * 4 + 4);
    if (location === 0) numbers.set(key, value);
    if (location === TAG.GeoAsciiParams) {
      texts.set(key, trimmed(text.slice(value, value + length)));
    }
  }
  const name = texts.get(KEY.PCSCitation) ?? texts.get(KEY.GTCitation);
  return {
    epsg: epsgOf(numbers.get(KEY.ProjectedCRS)) ?? geodeticEpsg(numbers),
    crsName: name ?? texts.get(KEY.GeogCitation),
    isPoint: numbers.get(KEY.GTRasterType) === PIXEL_IS_POINT,
  };
}

/** Without the bars and blanks that end a text in GeoAsciiParams; linear, as a file may be hostile. */
function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && "| \0\n".includes(text[end - 1] ?? "")) end--;
  return text.slice(0, end);
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
