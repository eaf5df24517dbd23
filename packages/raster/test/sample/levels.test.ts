import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eachRowOfLevels } from "../../src/sample/levels.ts";
import { type SampleSpec, sampleSpec } from "../../src/sample/sample-spec.ts";
import { LEVELS } from "../../src/sample/scale.ts";

describe("eachRowOfLevels", () => {
  test("gives a row the same levels whatever rows come before it", () => {
    const spec = sampleSpec({ width: 2_100, height: 2_050, seed: 3 });
    const rows = fc.integer({ min: 0, max: 2_040 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 9 }), (row, earlier) => {
        const start = Math.max(0, row - earlier);
        const alone = rowsFrom(spec, row, 1)[0];
        expect(rowsFrom(spec, start, row - start + 1).at(-1)).toEqual(alone);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["full size", sampleSpec()],
    ["ten times its width and height", sampleSpec({ scale: 10 })],
  ])("runs on smoothly from pixel to pixel at %s", (_, spec) => {
    for (const share of [0.2, 0.5, 0.72, 0.95]) {
      const [first, second] = rowsFrom(spec, Math.floor(spec.height * share), 2);
      expect(largestStep(first!, first!.subarray(1))).toBeLessThan(60);
      expect(largestStep(first!, second!)).toBeLessThan(60);
      expect(first!.every((level) => level < LEVELS)).toBe(true);
    }
  });
});

function rowsFrom(spec: SampleSpec, row: number, rows: number): Uint16Array[] {
  const copies: Uint16Array[] = [];
  eachRowOfLevels(spec, { row, rows, strip: 0 }, (levels) => copies.push(levels.slice()));
  return copies;
}

/** The largest difference of two neighbours that are both land. */
function largestStep(a: Uint16Array, b: Uint16Array): number {
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    if (a[i]! >= 256 && b[i]! >= 256) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  }
  return largest;
}
