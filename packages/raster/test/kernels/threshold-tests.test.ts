import { describe, expect, test } from "vitest";
import type { DType } from "../../src/dtype.ts";
import { thresholdTests } from "../../src/kernels/threshold-tests.ts";
import { NODATA_CODE } from "../../src/rules/rules.ts";
import { classRuns } from "../../src/rules/runs.ts";

const RULE = { kind: "breaks", breaks: [200, 300] } as const;

function testsOf(dtype: DType, nodata: number | undefined) {
  const { first, tests } = thresholdTests(classRuns(RULE, dtype, nodata));
  return [
    first,
    ...tests.map(({ comparison, value, before, code }) => [comparison, value, before, code]),
  ];
}

describe("the comparisons of a rule", () => {
  test("nodata amid the values of one class takes one", () => {
    expect(testsOf("int16", -9999)).toEqual([
      0,
      ["equals", -9999, 0, NODATA_CODE],
      ["reaches", 200, 0, 1],
      ["reaches", 300, 1, 2],
    ]);
    expect(testsOf("float32", -9999)).toEqual([
      NODATA_CODE,
      ["reaches", -Infinity, NODATA_CODE, 0],
      ["equals", -9999, 0, NODATA_CODE],
      ["reaches", 200, 0, 1],
      ["reaches", 300, 1, 2],
    ]);
    expect(testsOf("uint8", 255)).toEqual([
      0,
      ["reaches", 200, 0, 1],
      ["reaches", 255, 1, NODATA_CODE],
    ]);
  });

  test("nodata at the end of a class, or of all values, takes two or one that are reached", () => {
    expect(testsOf("int16", 200)).toEqual([
      0,
      ["reaches", 200, 0, NODATA_CODE],
      ["reaches", 201, NODATA_CODE, 1],
      ["reaches", 300, 1, 2],
    ]);
    expect(testsOf("int16", -32_768)).toEqual([
      NODATA_CODE,
      ["reaches", -32_767, NODATA_CODE, 0],
      ["reaches", 200, 0, 1],
      ["reaches", 300, 1, 2],
    ]);
    expect(testsOf("int16", undefined)).toEqual([
      0,
      ["reaches", 200, 0, 1],
      ["reaches", 300, 1, 2],
    ]);
  });
});
