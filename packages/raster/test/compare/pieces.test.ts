import { describe, expect, test } from "vitest";
import { cutPieces, stripsOf } from "../../src/compare/pieces.ts";

describe("strips and pieces of a raster", () => {
  test("four strips at the size of the published raster have its rows", () => {
    expect(stripsOf(38_370, "full").map(({ rows }) => rows)).toEqual([9_592, 9_592, 9_592, 9_594]);
    expect(stripsOf(38_370, "small")).toEqual([
      { strip: 0, row: 0, rows: 1_000 },
      { strip: 1, row: 9_592, rows: 1_000 },
      { strip: 2, row: 19_184, rows: 1_000 },
      { strip: 3, row: 28_776, rows: 1_000 },
    ]);
  });

  test.each([4, 16, 32])("%i pieces cover every row of every strip once", (count) => {
    for (const height of [4, 5, 33, 767, 38_370]) {
      for (const scale of ["small", "full"] as const) {
        const strips = stripsOf(height, scale);
        const pieces = cutPieces(strips, count);
        expect(pieces.length).toBeLessThanOrEqual(count);
        for (const { strip, row, rows } of strips) {
          let next = row;
          for (const piece of pieces.filter((one) => one.strip === strip)) {
            expect(piece.row).toBe(next);
            expect(piece.rows).toBeGreaterThan(0);
            next += piece.rows;
          }
          expect(next).toBe(row + rows);
        }
      }
    }
  });

  test("a raster of fewer rows than strips is refused", () => {
    expect(() => stripsOf(3, "full")).toThrow(/height/);
  });
});
