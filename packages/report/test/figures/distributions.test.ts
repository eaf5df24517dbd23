import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costAlongInput } from "../../src/figures/along-input.ts";
import { logHistogram } from "../../src/figures/histogram.ts";
import { quantilesOf } from "../../src/figures/quantiles.ts";

const times = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e6, noNaN: true })));

describe("a logarithmic histogram", () => {
  test("counts every value in exactly one bar, within its bounds, or as zero", () => {
    fc.assert(
      fc.property(times, (values) => {
        const { bars, zeros } = logHistogram(Float64Array.from(values));
        expect(bars.reduce((sum, { count }) => sum + count, 0) + zeros).toBe(values.length);
        expect(bars.length).toBeLessThanOrEqual(70);
        const over = values.filter((value) => value > 0);
        if (over.length === 0) return;
        expect(bars[0]?.from).toBeLessThanOrEqual(Math.min(...over) * (1 + 1e-9));
        expect(bars.at(-1)?.to).toBeGreaterThanOrEqual(Math.max(...over) * (1 - 1e-9));
      }),
    );
  });
});

describe("quantiles", () => {
  test("of a known list", () => {
    expect(quantilesOf(Float64Array.of(4, 1, 3, 2))).toEqual({
      min: 1,
      p25: 1.75,
      p50: 2.5,
      p75: 3.25,
      p95: 3.8499999999999996,
      max: 4,
      sum: 10,
    });
  });

  test("of nothing are undefined", () => {
    expect(quantilesOf(new Float64Array(0))).toBeUndefined();
  });
});

describe("the cost along the input", () => {
  test("spreads each chunk over its items, and none is lost", () => {
    const spans = {
      count: 3,
      recorded: 3,
      worker: Float64Array.of(0, 1, 0),
      start: Float64Array.of(0, 4, 6),
      end: Float64Array.of(4, 6, 10),
      begin: new Float64Array(3),
      decode: new Float64Array(3),
      read: new Float64Array(3),
      run: Float64Array.of(4, 10, 2),
      encode: new Float64Array(3),
    };
    expect(costAlongInput(spans, 2)).toEqual([
      { start: 0, end: 5, mean: 9 / 5, max: 5 },
      { start: 5, end: 10, mean: 7 / 5, max: 5 },
    ]);
    expect(costAlongInput(spans, 100)).toHaveLength(10);
  });
});
