import { assertInteger } from "swath/worker";

/** Colours of classes, to be drawn or to become a TIFF colour table. */
export interface ClassPalette {
  /** 0xRRGGBB per class. */
  readonly colors: Uint32Array;
  /** 255 opaque, 0 transparent, per class. */
  readonly alpha: Uint8Array;
}

/** Options of {@link classPalette}. */
export interface ClassPaletteOptions {
  /** The class that means "no data": transparent. @default none */
  readonly nodata?: number | undefined;
}

/** Class 0, nothing or sea: a light cool grey, outside the warm scale of the others. */
const NEUTRAL = 0xe4_e9_ed;

/** Drawn under a transparent nodata pixel, and in TIFF viewers that ignore nodata. */
const NODATA_RGB = 0xff_ff_ff;

/**
 * The scale's ends in OKLCH. Lightness falls evenly, which carries the order for every kind
 * of colour vision and in print; hue turns from yellow through red to purple meanwhile.
 */
const LOW = { lightness: 0.9, chroma: 0.11, hue: 98 };
const HIGH = { lightness: 0.3, chroma: 0.13, hue: -20 };
/** Chroma added halfway, where red and orange can carry it. */
const MIDDLE_CHROMA = 0.08;

/**
 * Colours for `classCount` classes: class 0 neutral, 1 to the last from low (pale yellow) to
 * high (dark purple).
 *
 * The colours are computed in the OKLab space, so that neighbours differ equally.
 *
 * @param classCount from 1 to 256, class 0 included
 * @see Björn Ottosson, "A perceptual color space for image processing", 2020
 * @example
 * classPalette(6).colors.length; // 6
 */
export function classPalette(classCount: number, options: ClassPaletteOptions = {}): ClassPalette {
  const { nodata } = options;
  assertInteger("classCount", classCount, { min: 1, max: 256 });
  if (nodata !== undefined) assertInteger("nodata", nodata, { min: 0, max: 255 });
  const size = Math.max(classCount, (nodata ?? 0) + 1);
  const colors = new Uint32Array(size).fill(NODATA_RGB);
  const alpha = new Uint8Array(size).fill(255);
  const ranked = rankedClasses(classCount, nodata);
  ranked.forEach((index, rank) => {
    colors[index] = scaleColor(ranked.length === 1 ? 0.5 : rank / (ranked.length - 1));
  });
  if (nodata !== 0) colors[0] = NEUTRAL;
  if (nodata !== undefined) {
    colors[nodata] = NODATA_RGB;
    alpha[nodata] = 0;
  }
  return { colors, alpha };
}

function rankedClasses(classCount: number, nodata: number | undefined): readonly number[] {
  const classes = Array.from({ length: classCount }, (_, index) => index);
  return classes.filter((index) => index > 0 && index !== nodata);
}

/** @param share 0 low to 1 high */
function scaleColor(share: number): number {
  const lightness = LOW.lightness + share * (HIGH.lightness - LOW.lightness);
  const hue = ((LOW.hue + share * (HIGH.hue - LOW.hue)) * Math.PI) / 180;
  const arch = 4 * share * (1 - share) * MIDDLE_CHROMA;
  let chroma = LOW.chroma + share * (HIGH.chroma - LOW.chroma) + arch;
  // Less chroma until the colour exists in sRGB; lightness and hue stay.
  for (; chroma > 0; chroma -= 0.002) {
    const linear = linearRgb(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
    if (linear.every((value) => value >= 0 && value <= 1)) return packRgb(linear);
  }
  return packRgb(linearRgb(lightness, 0, 0));
}

/** OKLab to linear sRGB; Ottosson's matrices. */
function linearRgb(lightness: number, a: number, b: number): readonly number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function packRgb(linear: readonly number[]): number {
  return linear.reduce((packed, value) => (packed << 8) | toSrgbByte(value), 0);
}

/** The transfer curve of IEC 61966-2-1. */
function toSrgbByte(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  const encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.round(encoded * 255);
}
