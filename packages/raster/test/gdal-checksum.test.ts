import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Pixels } from "../src/dtype.ts";
import { checksumOfRows } from "../src/gdal-checksum.ts";

const PRIMES = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43];

/** GDALChecksumImage for 32-bit integers, pixel by pixel. */
function plain(values: readonly number[]): number {
  let sum = 0;
  values.forEach((value, i) => {
    sum = (sum + (value % (PRIMES[i % 11] ?? 1))) & 0xffff;
  });
  return sum;
}

describe("checksumOfRows", () => {
  test("is GDAL's, for any integers", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), (values) => {
        expect(checksumOfRows(Int32Array.from(values), 0)).toBe(plain(values));
      }),
    );
  });

  test("adds up from parts, in any order", () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 200 }), fc.nat(200), (pixels, at) => {
        const cut = Math.min(at, pixels.length);
        const second = checksumOfRows(pixels, cut, cut);
        const first = checksumOfRows(pixels, 0, 0, 1, cut);
        expect((second + first) & 0xffff).toBe(checksumOfRows(pixels, 0));
      }),
    );
  });

  test("picks one band of interleaved pixels", () => {
    const pixels = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 0xff);
    const second = pixels.filter((_, i) => i % 3 === 1);
    expect(checksumOfRows(pixels, 5, 1, 3)).toBe(checksumOfRows(second, 5));
  });

  test.each<[string, Pixels, number]>([
    ["floats are rounded up from the half", Float32Array.of(2.5), 3],
    ["and towards minus infinity", Float64Array.of(-2.6), -3 & 0xffff],
    ["NaN counts as the smallest integer", Float32Array.of(Number.NaN), -(2 ** 31 % 7) & 0xffff],
    ["large floats are clamped", Float64Array.of(1e300), (2 ** 31 - 1) % 7],
    ["large unsigned integers are clamped", Uint32Array.of(4e9), (2 ** 31 - 1) % 7],
  ])("%s", (_, pixels, expected) => {
    expect(checksumOfRows(pixels, 0)).toBe(expected);
  });
});
