import { describe, expect, it } from "vitest";
import type { DType } from "../../src/dtype.ts";
import { parseMapping } from "../../src/rules/mapping.ts";
import { INVALID_CODE, NODATA_CODE, UNMAPPED_CODE } from "../../src/rules/rules.ts";
import { classRuns } from "../../src/rules/runs.ts";

function runsOf(text: string, dtype: DType, nodata?: number): (readonly [number, number])[] {
  return classRuns(parseMapping(text), dtype, nodata).runs.map(({ start, code }) => [start, code]);
}

describe("classRuns", () => {
  it("gives breaks their lower bound", () => {
    const { runs } = classRuns({ kind: "breaks", breaks: [150, 400.5] }, "int16", undefined);
    expect(runs).toEqual([
      { start: -32768, code: 0 },
      { start: 150, code: 1 },
      { start: 401, code: 2 },
    ]);
  });

  it("drops breaks that no pixel can reach", () => {
    const { runs } = classRuns({ kind: "breaks", breaks: [-9, 1000] }, "uint8", undefined);
    expect(runs).toEqual([{ start: 0, code: 1 }]);
  });

  it("cuts the nodata value out of its run", () => {
    expect(runsOf("[0,10]=1; DEFAULT=1", "uint8", 5)).toEqual([
      [0, 1],
      [5, NODATA_CODE],
      [6, 1],
    ]);
  });

  it("leaves out a nodata value that no pixel can have", () => {
    expect(runsOf("DEFAULT=1", "uint8", -1)).toEqual([[0, 1]]);
    expect(runsOf("DEFAULT=1", "uint8", 0.5)).toEqual([[0, 1]]);
  });

  it("marks what no range holds", () => {
    expect(runsOf("(3,5)=9", "int8")).toEqual([
      [-128, UNMAPPED_CODE],
      [4, 9],
      [5, UNMAPPED_CODE],
    ]);
  });

  it("lets the first of overlapping ranges decide", () => {
    const range = { min: 0, max: 5, minIncluded: true, maxIncluded: true };
    const ranges = [
      { ...range, to: 1 },
      { ...range, max: 9, to: 2 },
    ];
    const { runs } = classRuns({ kind: "mapping", ranges, default: 3 }, "uint8", undefined);
    expect(runs.map((r) => [r.start, r.code])).toEqual([
      [0, 1],
      [6, 2],
      [10, 3],
    ]);
  });

  it("passes only 0 to 255 through", () => {
    const runs = runsOf("DEFAULT=PASS_THROUGH", "int16");
    expect(runs).toHaveLength(258);
    expect(runs[0]).toEqual([-32768, INVALID_CODE]);
    expect(runs[8]).toEqual([7, 7]);
    expect(runs.at(-1)).toEqual([256, INVALID_CODE]);
  });

  it("rounds bounds to float32 as the pixels are", () => {
    const pixel = Math.fround(0.7);
    expect(runsOf("0.7=5; DEFAULT=1", "float32")).toEqual([
      [-Infinity, 1],
      [pixel, 5],
      [pixel + 2 ** -24, 1],
    ]);
  });

  it("opens bounds by the smallest step of the type", () => {
    expect(runsOf("(0,1)=5; DEFAULT=1", "float64")).toEqual([
      [-Infinity, 1],
      [5e-324, 5],
      [1, 1],
    ]);
    expect(runsOf("(0,1]=5; DEFAULT=1", "float32")).toEqual([
      [-Infinity, 1],
      [2 ** -149, 5],
      [1 + 2 ** -23, 1],
    ]);
  });

  it("keeps infinities out of open and finite bounds", () => {
    expect(runsOf("(-inf,inf)=5; DEFAULT=1", "float64")).toEqual([
      [-Infinity, 1],
      [-Number.MAX_VALUE, 5],
      [Infinity, 1],
    ]);
    expect(runsOf("[-1e39,1e39]=5; DEFAULT=1", "float32")).toEqual([
      [-Infinity, 1],
      [-3.4028234663852886e38, 5],
      [Infinity, 1],
    ]);
    expect(runsOf("[-inf,inf]=5", "float32")).toEqual([[-Infinity, 5]]);
  });

  it("takes NaN as nodata for breaks, and as the mapping says", () => {
    expect(classRuns({ kind: "breaks", breaks: [0] }, "float32", undefined).nan).toBe(NODATA_CODE);
    expect(classRuns(parseMapping("1=1"), "float32", undefined).nan).toBe(UNMAPPED_CODE);
    expect(classRuns(parseMapping("DEFAULT=4"), "float32", -9).nan).toBe(4);
    expect(classRuns(parseMapping("DEFAULT=4;NAN=5"), "float32", -9).nan).toBe(5);
    expect(classRuns(parseMapping("DEFAULT=4;NAN=5"), "float32", NaN).nan).toBe(NODATA_CODE);
    expect(classRuns(parseMapping("NO_DATA=6"), "float32", NaN).nan).toBe(6);
    expect(classRuns(parseMapping("DEFAULT=PASS_THROUGH"), "float32", -9).nan).toBe(INVALID_CODE);
  });

  it("finds the usual nodata of float32 files", () => {
    const nodata = Math.fround(-3.4e38);
    const runs = runsOf("DEFAULT=1", "float32", nodata);
    expect(runs[1]).toEqual([nodata, NODATA_CODE]);
    expect(runs).toHaveLength(3);
  });
});
