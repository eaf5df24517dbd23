import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BAND_ROWS, bandsOf, sampleSpec, stripRows } from "../../src/sample/sample-spec.ts";

describe("sampleSpec", () => {
  test("is the full raster with seed 1 unless told otherwise", () => {
    expect(sampleSpec()).toEqual({ width: 40_100, height: 38_370, seed: 1 });
  });

  test("rounds both sides of a scaled raster, and keeps at least one pixel", () => {
    expect(sampleSpec({ scale: 0.01 })).toEqual({ width: 401, height: 384, seed: 1 });
    expect(sampleSpec({ scale: 1e-9 })).toEqual({ width: 1, height: 1, seed: 1 });
    expect(sampleSpec({ scale: 10 })).toMatchObject({ width: 401_000, height: 383_700 });
  });

  test("takes a width and height of any shape", () => {
    expect(sampleSpec({ width: 1, height: 4, seed: 7 })).toEqual({ width: 1, height: 4, seed: 7 });
  });

  test.each([
    [{ scale: 0 }, "scale"],
    [{ scale: Number.NaN }, "scale"],
    [{ scale: 11 }, "scale"],
    [{ scale: 1, width: 5, height: 5 }, "scale"],
    [{ width: 5 }, "height"],
    [{ height: 5 }, "width"],
    [{ width: 0, height: 5 }, "width"],
    [{ width: 5, height: 1.5 }, "height"],
    [{ seed: -1 }, "seed"],
    [{ seed: 2 ** 32 }, "seed"],
    [{ size: 3 } as object, "options.size"],
  ])("refuses %j and names `%s`", (options, option) => {
    expect(() => sampleSpec(options)).toThrow(
      expect.objectContaining({ code: "SWATH_INVALID_OPTION", option }),
    );
  });
});

describe("stripRows", () => {
  test("cuts the full raster as it was published", () => {
    expect(stripRows(38_370).map(([start, end]) => end - start)).toEqual([
      9_592, 9_592, 9_592, 9_594,
    ]);
  });

  test("leaves strips empty where there are fewer than four rows", () => {
    expect(stripRows(3)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 3],
    ]);
  });
});

describe("bandsOf", () => {
  test("cover every row once, from top to bottom, and never straddle strips", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), (height) => {
        const strips = stripRows(height);
        let next = 0;
        for (const { row, rows, strip } of bandsOf({ width: 1, height, seed: 1 })) {
          expect(row).toBe(next);
          expect(rows).toBeGreaterThan(0);
          expect(rows).toBeLessThanOrEqual(BAND_ROWS);
          expect(row).toBeGreaterThanOrEqual(strips[strip]![0]);
          expect(row + rows).toBeLessThanOrEqual(strips[strip]![1]);
          next = row + rows;
        }
        expect(next).toBe(height);
      }),
    );
  });

  test("at full size, each starts at a multiple of their height", () => {
    const bands = bandsOf(sampleSpec());
    expect(bands).toHaveLength(437);
    expect(bands.every(({ row }) => row % BAND_ROWS === 0)).toBe(true);
  });
});
