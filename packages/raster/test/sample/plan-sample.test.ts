import { describe, expect, test } from "vitest";
import { bandHistogram } from "../../src/sample/band-histogram.ts";
import { planSample } from "../../src/sample/plan-sample.ts";
import { bandsOf, sampleSpec } from "../../src/sample/sample-spec.ts";
import { fillAll, planOf } from "./make-sample.ts";

const spec = sampleSpec({ width: 60, height: 500 });
const histograms = bandsOf(spec).map((band) => bandHistogram(spec, band));

describe("planSample", () => {
  test("is plain data: a clone of the plan fills the same pixels", () => {
    const plan = planOf(spec);
    expect(fillAll(structuredClone(plan))).toEqual(fillAll(plan));
  });

  test("refuses a missing histogram", () => {
    expect(() => planSample(spec, histograms.slice(1))).toThrow(
      "Expected `histograms.length` to be 8, one per band, got `7` (number)",
    );
  });

  test("refuses a histogram of a band of another size", () => {
    const other = bandHistogram(spec, { row: 0, rows: 3, strip: 0 });
    expect(() => planSample(spec, histograms.with(2, other))).toThrow(
      "Expected `histograms[2]` to be 5280 pixels in 4096 levels, got `180` (number)",
    );
  });

  test("divides levels in row-major order: lower classes first", () => {
    // One level for all pixels, so that all borders fall into it.
    const flat = sampleSpec({ width: 10, height: 4 });
    const level = new Uint32Array(4_096);
    level[1_000] = 10;
    const plan = planSample(flat, [level, level, level, level]);
    expect(plan.strips[2]!.splits).toEqual([
      { level: 1_000, ends: [2, 6, 10], values: expect.any(Array) },
    ]);
  });
});
