import type { Pixels } from "./dtype.ts";

const INT32_MAX = 2_147_483_647;
const INT32_MIN = -2_147_483_648;

/**
 * A part of GDAL's checksum of a band: that of a run of consecutive pixels in row-major
 * order. Parts may be added in any order; the band's checksum is their sum modulo 65,536.
 *
 * Each pixel counts as its remainder by one of eleven primes, which its place in the image
 * picks. Floats are rounded to 32-bit integers first, and clamped; NaN and infinities count
 * as the smallest. Nodata is not left out.
 *
 * @param pixels the run is `pixels[from]`, `pixels[from + step]` …, `count` of them
 * @param startIndex `row * imageWidth + col` of the first
 * @returns 0 to 65,535
 * @example
 * checksumOfRows(band, 0); // what gdalinfo -checksum says, for a whole band
 * @see GDALChecksumImage in GDAL's alg/gdalchecksum.cpp
 */
export function checksumOfRows(
  pixels: Pixels,
  startIndex: number,
  from = 0,
  step = 1,
  count: number = Math.ceil((pixels.length - from) / step),
): number {
  if (pixels instanceof Float32Array || pixels instanceof Float64Array) {
    return sumOfFloats(pixels, startIndex, from, step, count) & 0xffff;
  }
  if (pixels instanceof Uint32Array) {
    return sumOfUint32(pixels, startIndex, from, step, count) & 0xffff;
  }
  return sumOfSmall(pixels, startIndex, from, step, count) & 0xffff;
}

/**
 * Remainders by constants, eleven pixels at a time: engines turn them into multiplications,
 * several times faster than dividing by a prime from a table. A pixel adds less than 43, so
 * a run of up to 2^46 pixels is summed exactly; `| 0` per round keeps the sum an integer.
 */
function sumOfSmall(
  pixels: Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array,
  startIndex: number,
  from: number,
  step: number,
  count: number,
): number {
  let sum = 0;
  let at = from;
  const end = from + count * step;
  for (let prime = startIndex % 11; prime !== 0 && prime < 11 && at < end; prime++, at += step) {
    sum += remainder(pixels[at]!, prime);
  }
  const rounds = end - 10 * step;
  for (; at < rounds; at += 11 * step) {
    sum =
      (sum +
        (pixels[at]! % 7) +
        (pixels[at + step]! % 11) +
        (pixels[at + 2 * step]! % 13) +
        (pixels[at + 3 * step]! % 17) +
        (pixels[at + 4 * step]! % 19) +
        (pixels[at + 5 * step]! % 23) +
        (pixels[at + 6 * step]! % 29) +
        (pixels[at + 7 * step]! % 31) +
        (pixels[at + 8 * step]! % 37) +
        (pixels[at + 9 * step]! % 41) +
        (pixels[at + 10 * step]! % 43)) |
      0;
  }
  for (let prime = 0; at < end; prime++, at += step) sum += remainder(pixels[at]!, prime);
  return sum;
}

/** GDAL converts to 32-bit signed integers first: what is larger is clamped. */
function sumOfUint32(
  pixels: Uint32Array,
  startIndex: number,
  from: number,
  step: number,
  count: number,
): number {
  let sum = 0;
  let prime = startIndex % 11;
  for (let i = 0, at = from; i < count; i++, at += step) {
    sum = (sum + remainder(Math.min(pixels[at]!, INT32_MAX) | 0, prime)) | 0;
    prime = prime === 10 ? 0 : prime + 1;
  }
  return sum;
}

function sumOfFloats(
  pixels: Float32Array | Float64Array,
  startIndex: number,
  from: number,
  step: number,
  count: number,
): number {
  let sum = 0;
  let prime = startIndex % 11;
  for (let i = 0, at = from; i < count; i++, at += step) {
    sum = (sum + remainder(toInt32(pixels[at]!), prime)) | 0;
    prime = prime === 10 ? 0 : prime + 1;
  }
  return sum;
}

function toInt32(value: number): number {
  if (!Number.isFinite(value)) return INT32_MIN;
  const half = value + 0.5;
  if (half < -INT32_MAX) return -INT32_MAX;
  if (half > INT32_MAX) return INT32_MAX;
  return Math.floor(half) | 0;
}

/** `value` by the prime of that number; a switch, so that each divisor is a constant. */
function remainder(value: number, prime: number): number {
  switch (prime) {
    case 0:
      return value % 7;
    case 1:
      return value % 11;
    case 2:
      return value % 13;
    case 3:
      return value % 17;
    case 4:
      return value % 19;
    case 5:
      return value % 23;
    case 6:
      return value % 29;
    case 7:
      return value % 31;
    case 8:
      return value % 37;
    case 9:
      return value % 41;
    default:
      return value % 43;
  }
}
