import { deflateSync } from "node:zlib";
import { assertInteger, InvalidOptionError } from "swath/worker";
import { crc32 } from "./crc32.ts";

/** A picture of 8 bits a sample, rows from top to bottom without padding. */
export type PngImage = { readonly width: number; readonly height: number } & (
  | { readonly kind: "gray"; readonly pixels: Uint8Array }
  | { readonly kind: "rgb"; readonly pixels: Uint8Array }
  | { readonly kind: "rgba"; readonly pixels: Uint8Array }
  | {
      readonly kind: "indexed";
      /** One index into `palette` per pixel. */
      readonly pixels: Uint8Array;
      /** 0xRRGGBB, at most 256. */
      readonly palette: ArrayLike<number>;
      /** 0 transparent to 255 opaque per colour; colours beyond its end are opaque. */
      readonly alpha?: Uint8Array;
    }
);

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const COLOR_TYPE = { gray: 0, rgb: 2, indexed: 3, rgba: 6 } as const;
const SAMPLES = { gray: 1, rgb: 3, indexed: 1, rgba: 4 } as const;

/**
 * A PNG file.
 *
 * @throws InvalidOptionError for sizes that do not fit each other, or an index beyond the palette
 * @see W3C, Portable Network Graphics, third edition
 * @example
 * const pixels = Uint8Array.of(0, 1);
 * encodePng({ kind: "indexed", width: 2, height: 1, pixels, palette: [0xffffff, 0xcc0000] });
 */
export function encodePng(image: PngImage): Uint8Array<ArrayBuffer> {
  assertImage(image);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, image.width);
  view.setUint32(4, image.height);
  header[8] = 8; // bits a sample
  header[9] = COLOR_TYPE[image.kind];
  const data = deflateSync(filteredRows(image), { level: 6 });
  const colors = image.kind === "indexed" ? paletteChunks(image.palette, image.alpha) : [];
  return concatenate([
    SIGNATURE,
    chunk("IHDR", header),
    ...colors,
    chunk("IDAT", data),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function assertImage(image: PngImage): void {
  assertInteger("width", image.width, { min: 1, max: 2 ** 31 - 1 });
  assertInteger("height", image.height, { min: 1, max: 2 ** 31 - 1 });
  const expected = image.width * image.height * SAMPLES[image.kind];
  if (image.pixels.length !== expected) {
    throw new InvalidOptionError("pixels.length", `${expected}`, image.pixels.length);
  }
  if (image.kind !== "indexed") return;
  assertInteger("palette.length", image.palette.length, { min: 1, max: 256 });
  const beyond = image.pixels.find((index) => index >= image.palette.length);
  if (beyond === undefined) return;
  throw new InvalidOptionError("pixels", `indexes below ${image.palette.length}`, beyond);
}

/** Each row behind the number of its filter: 0 as it is, 1 difference from the left pixel. */
function filteredRows({ kind, width, height, pixels }: PngImage): Uint8Array {
  const samples = SAMPLES[kind];
  const rowBytes = width * samples;
  const rows = new Uint8Array(height * (rowBytes + 1));
  const filter = kind === "indexed" ? 0 : 1; // indexes are no quantities to subtract
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1);
    rows[start] = filter;
    rows.set(pixels.subarray(y * rowBytes, (y + 1) * rowBytes), start + 1);
    if (filter === 0) continue;
    for (let i = start + rowBytes; i > start + samples; i--) {
      rows[i] = (rows[i] as number) - (rows[i - samples] as number);
    }
  }
  return rows;
}

function paletteChunks(
  palette: ArrayLike<number>,
  alpha: Uint8Array | undefined,
): readonly Uint8Array[] {
  const colors = new Uint8Array(palette.length * 3);
  for (let i = 0; i < palette.length; i++) {
    const rgb = palette[i] as number;
    colors.set([rgb >>> 16, rgb >>> 8, rgb], i * 3);
  }
  const transparency = alpha?.subarray(0, palette.length) ?? new Uint8Array(0);
  const opaque = transparency.every((value) => value === 255);
  return [chunk("PLTE", colors), ...(opaque ? [] : [chunk("tRNS", transparency)])];
}

/** Length, type, data, checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(Buffer.from(type, "latin1"), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
