import { assertInteger, assertKnownKeys, InvalidOptionError } from "swath/worker";

/** Columns of the raster that the sample imitates. */
export const FULL_WIDTH = 40_100;
/** Rows of the raster that the sample imitates. */
export const FULL_HEIGHT = 38_370;
/** Value of the pixels that hold no vegetation: the sea and bare land. */
export const SAMPLE_NODATA = -32_768;

/**
 * Rows of a band. A band is one worker's unit, so it should be some ten milliseconds of work and
 * small in memory: 7 MB at full width. 88 divides the 9,592 rows of a full-size strip, so that
 * there each band is also one block of a file written with 88 rows per block.
 */
export const BAND_ROWS = 88;

/** Horizontal strips with class counts of their own. */
const STRIPS = 4;
/** Ten times the original's width: keeps every count of a band within 32 bits. */
const MAX_SIDE = 401_000;

/** Which sample raster: plain data; equal specs give equal bytes on every machine. */
export interface SampleSpec {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** 0 to 4,294,967,295. Varies the vegetation and the detail of the coast, not its outline. */
  readonly seed: number;
}

/** Options of {@link sampleSpec}. */
export interface SampleOptions {
  /** Size as a factor of 40,100 × 38,370 pixels; not together with `width`. @default 1 */
  readonly scale?: number;
  /** Columns; only together with `height`. */
  readonly width?: number;
  /** Rows; only together with `width`. */
  readonly height?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** A contiguous range of rows that lies within one strip. */
export interface SampleBand {
  /** First row, counted from the top of the raster. */
  readonly row: number;
  readonly rows: number;
  /** 0 to 3, from north to south. */
  readonly strip: number;
}

/**
 * The size and seed of a sample raster.
 *
 * @example
 * sampleSpec({ scale: 0.1 }); // { width: 4010, height: 3837, seed: 1 }
 *
 * @throws InvalidOptionError
 */
export function sampleSpec(options: SampleOptions = {}): SampleSpec {
  assertKnownKeys("options", options, ["scale", "width", "height", "seed"]);
  const { seed = 1 } = options;
  assertInteger("seed", seed, { min: 0, max: 0xffff_ffff });
  const { width, height } = sizeOf(options);
  assertInteger("width", width, { min: 1, max: MAX_SIDE });
  assertInteger("height", height, { min: 1, max: MAX_SIDE });
  return { width, height, seed };
}

/** First row and end of the four strips: equal in rows, the last one takes the remainder. */
export function stripRows(height: number): readonly (readonly [start: number, end: number])[] {
  const rows = Math.floor(height / STRIPS);
  return Array.from({ length: STRIPS }, (_, strip) => [
    strip * rows,
    strip === STRIPS - 1 ? height : (strip + 1) * rows,
  ]);
}

/** The bands of a raster from top to bottom; none straddles two strips, none is empty. */
export function bandsOf(spec: SampleSpec): readonly SampleBand[] {
  return stripRows(spec.height).flatMap(([start, end], strip) =>
    Array.from({ length: Math.ceil((end - start) / BAND_ROWS) }, (_, index) => {
      const row = start + index * BAND_ROWS;
      return { row, rows: Math.min(BAND_ROWS, end - row), strip };
    }),
  );
}

function sizeOf(options: SampleOptions): { width: number; height: number } {
  const { scale, width, height } = options;
  if (width === undefined && height === undefined) return scaledSize(scale ?? 1);
  if (scale !== undefined) {
    throw new InvalidOptionError("scale", "absent where `width` and `height` are given", scale);
  }
  if (width === undefined) throw new InvalidOptionError("width", "given with `height`", width);
  if (height === undefined) throw new InvalidOptionError("height", "given with `width`", height);
  return { width, height };
}

function scaledSize(scale: number): { width: number; height: number } {
  if (!(typeof scale === "number" && scale > 0 && scale * FULL_WIDTH <= MAX_SIDE)) {
    throw new InvalidOptionError("scale", "a number above 0 and up to 10", scale);
  }
  return {
    width: Math.max(1, Math.round(FULL_WIDTH * scale)),
    height: Math.max(1, Math.round(FULL_HEIGHT * scale)),
  };
}
