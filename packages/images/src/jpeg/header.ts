import { readOrientation } from "./orientation.ts";

/** What the markers of a JPEG say, where it is of the common kind that is decoded here. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** EXIF's, 1 to 8; 1 where there is none. */
  readonly orientation: number;
  /** Luma, or luma and two of chroma. */
  readonly components: readonly JpegComponent[];
  /** Where 64 values of a quantisation table are. */
  readonly quants: readonly { readonly id: number; readonly offset: number }[];
  /** Where the lengths and symbols of Huffman codes are. */
  readonly codes: readonly {
    readonly isAc: boolean;
    readonly id: number;
    readonly offset: number;
  }[];
  /** Minimum coded units between restarts; 0 for none. */
  readonly restartInterval: number;
  /** Where the entropy-coded bytes begin. */
  readonly scan: number;
}

/** One component of a {@link JpegHeader}. */
export interface JpegComponent {
  readonly id: number;
  /** Blocks of a minimum coded unit. */
  readonly across: number;
  readonly down: number;
  readonly quant: number;
  readonly dc: number;
  readonly ac: number;
}

type Frame = Pick<JpegHeader, "width" | "height"> & {
  readonly components: readonly Omit<JpegComponent, "dc" | "ac">[];
};

interface Markers {
  orientation: number;
  restartInterval: number;
  hasJfif: boolean;
  adobeTransform: number | undefined;
  frame: Frame | undefined;
  readonly quants: { id: number; offset: number }[];
  readonly codes: { isAc: boolean; id: number; offset: number }[];
}

const SOI = 0xd8;
const SOF_BASELINE = 0xc0;
const SOF_EXTENDED = 0xc1;
const DHT = 0xc4;
const SOS = 0xda;
const DQT = 0xdb;
const DRI = 0xdd;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;

/** Narrower pictures have so little chroma that libjpeg upsamples it in another way. */
const MIN_WIDTH = 16;

/**
 * Reads the markers before the scan of a JPEG.
 *
 * @returns undefined for whatever is not a sound sequential 8-bit Huffman JPEG in one scan, gray
 *   or YCbCr with 4:4:4, 4:2:2 or 4:2:0 sampling, without a colour profile: libvips sees to those
 * @see ITU-T T.81, annex B; JFIF 1.02; which colours are meant: libjpeg's default_decompress_parms
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== SOI) return undefined;
  const markers: Markers = {
    orientation: 1,
    restartInterval: 0,
    hasJfif: false,
    adobeTransform: undefined,
    frame: undefined,
    quants: [],
    codes: [],
  };
  for (let at = 2; ; ) {
    if (bytes[at] !== 0xff) return undefined;
    while (bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    const start = at + 4;
    const end = at + 2 + word(bytes, at + 2);
    if (marker === undefined || end < start || end > bytes.length) return undefined;
    if (marker === SOS) return headerOf(markers, bytes, start, end);
    if (!readMarker(markers, marker, bytes, start, end)) return undefined;
    at = end;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** @returns whether the marker is one that is understood, and sound */
function readMarker(
  markers: Markers,
  marker: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  switch (marker) {
    case DQT:
      return readQuants(markers, bytes, start, end);
    case DHT:
      return readCodes(markers, bytes, start, end);
    case SOF_BASELINE:
    case SOF_EXTENDED:
      if (markers.frame !== undefined) return false;
      markers.frame = readFrame(bytes, start, end);
      return markers.frame !== undefined;
    case DRI:
      markers.restartInterval = word(bytes, start);
      return end - start === 2;
    default:
      return marker === COM || (marker >= APP0 && marker <= APP15)
        ? readApplication(markers, marker, bytes.subarray(start, end))
        : false;
  }
}

function readApplication(markers: Markers, marker: number, data: Uint8Array): boolean {
  if (marker === APP0 && startsWith(data, "JFIF\0")) {
    // libjpeg warns of other versions than 1.
    if (data[5] !== 1) return false;
    markers.hasJfif = true;
  }
  if (marker === APP14 && startsWith(data, "Adobe") && data.length >= 12) {
    markers.adobeTransform = data[11];
  }
  // Pixels with a profile of their own are converted by libvips.
  if (marker === APP2 && startsWith(data, "ICC_PROFILE\0")) return false;
  if (marker === APP1 && startsWith(data, "Exif\0\0")) {
    const orientation = readOrientation(data.subarray(6));
    if (orientation === undefined) return false;
    markers.orientation = orientation;
  }
  return true;
}

function startsWith(data: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (data[i] !== text.charCodeAt(i)) return false;
  return true;
}

function readQuants({ quants }: Markers, bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  for (; at + 65 <= end; at += 65) {
    const id = bytes[at] as number;
    // The upper half is the precision: 16 bits are for 12-bit images.
    if (id > 3) return false;
    quants.push({ id, offset: at + 1 });
  }
  return at === end;
}

function readCodes({ codes }: Markers, bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at + 17 <= end) {
    const target = bytes[at] as number;
    if ((target & 0xec) !== 0) return false;
    codes.push({ isAc: target >= 16, id: target & 3, offset: at + 1 });
    for (let length = 1, symbols = at + 17; length <= 16; length++) {
      symbols += bytes[at + length] as number;
      if (length === 16) at = symbols;
    }
  }
  return at === end;
}

function readFrame(bytes: Uint8Array, start: number, end: number): Frame | undefined {
  const count = bytes[start + 5] as number;
  if (end - start !== 6 + 3 * count || bytes[start] !== 8) return undefined;
  const height = word(bytes, start + 1);
  const width = word(bytes, start + 3);
  const components = Array.from({ length: count }, (_, i) => {
    const [id, sampling, quant] = bytes.subarray(
      start + 6 + 3 * i,
      start + 9 + 3 * i,
    ) as unknown as [number, number, number];
    const isSound = [sampling >> 4, sampling & 15].every((n) => n >= 1 && n <= 4);
    // A component alone is not interleaved: its units are its blocks.
    if (count === 1 && isSound) return { id, across: 1, down: 1, quant };
    return { id, across: sampling >> 4, down: sampling & 15, quant };
  });
  if (height === 0 || width < MIN_WIDTH || !isSampledAsUsual(components)) return undefined;
  return { width, height, components };
}

function isSampledAsUsual(components: Frame["components"]): boolean {
  const [luma, ...chroma] = components;
  if (luma === undefined || ![0, 2].includes(chroma.length)) return false;
  const isLumaUsual = luma.across === luma.down || (luma.across === 2 && luma.down === 1);
  return (
    isLumaUsual &&
    [1, 2].includes(luma.across) &&
    chroma.every(({ across, down }) => across === 1 && down === 1) &&
    components.every(({ quant }) => quant < 4)
  );
}

function headerOf(
  markers: Markers,
  bytes: Uint8Array,
  start: number,
  end: number,
): JpegHeader | undefined {
  const { frame, quants, codes, orientation, restartInterval } = markers;
  if (frame === undefined || !isLumaAndChroma(markers, frame)) return undefined;
  const count = frame.components.length;
  if (end - start !== 4 + 2 * count || bytes[start] !== count) return undefined;
  // One scan of all coefficients: no spectral selection, no approximation.
  const [from, to, approximation] = bytes.subarray(end - 3, end);
  if (from !== 0 || to !== 63 || approximation !== 0) return undefined;
  const has = (isAc: boolean, id: number) => codes.some((c) => c.isAc === isAc && c.id === id);
  const components: JpegComponent[] = [];
  for (const [i, component] of frame.components.entries()) {
    const tables = bytes[start + 2 + 2 * i] as number;
    const dc = tables >> 4;
    const ac = tables & 15;
    if (bytes[start + 1 + 2 * i] !== component.id || !has(false, dc) || !has(true, ac))
      return undefined;
    if (!quants.some(({ id }) => id === component.quant)) return undefined;
    components.push({ ...component, dc, ac });
  }
  const { width, height } = frame;
  return { width, height, orientation, components, quants, codes, restartInterval, scan: end };
}

/** Three components may also be red, green and blue. */
function isLumaAndChroma({ hasJfif, adobeTransform }: Markers, { components }: Frame): boolean {
  if (components.length === 1 || hasJfif) return true;
  if (adobeTransform !== undefined) return adobeTransform === 1;
  return components.every(({ id }, i) => id === i + 1);
}
