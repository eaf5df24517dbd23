import { describe, expect, it } from "vitest";
import { INVALID_CODE, NODATA_CODE } from "../../src/rules/rules.ts";
import { classRuns } from "../../src/rules/runs.ts";
import {
  hasTable,
  runsFromTable,
  tableFromFunction,
  tableFromRuns,
} from "../../src/rules/table.ts";
import { DTYPES } from "../kernels/reference.ts";

describe("tables", () => {
  it("exist for pixels of up to 16 bits", () => {
    expect(DTYPES.filter(hasTable)).toEqual(["uint8", "int8", "uint16", "int16"]);
  });

  it.each(["uint8", "int8", "uint16", "int16"] as const)("of %s say what the runs say", (dtype) => {
    const runs = classRuns({ kind: "breaks", breaks: [-5, 3, 100] }, dtype, 7);
    expect(runsFromTable(tableFromRuns(runs), dtype).runs).toEqual(runs.runs);
  });

  it("are indexed by the pixel's own bits", () => {
    const table = tableFromRuns(classRuns({ kind: "breaks", breaks: [0] }, "int16", -32768));
    expect(table[5]).toBe(1);
    expect(table[0xffff]).toBe(0);
    expect(table[0x8000]).toBe(NODATA_CODE);
  });

  it("call a function once per value, but not for nodata", () => {
    const seen: number[] = [];
    const table = tableFromFunction(
      (v) => {
        seen.push(v);
        return 1;
      },
      "int8",
      -128,
    );
    expect(seen).toEqual(Array.from({ length: 255 }, (_, i) => i - 127));
    expect(table[128]).toBe(NODATA_CODE);
  });

  it("keep what is no class until a pixel has that value", () => {
    const table = tableFromFunction(
      (v) => {
        if (v === 3) throw new Error("three");
        return v === 4 ? 0.5 : v;
      },
      "uint8",
      undefined,
    );
    expect(Array.from(table.subarray(2, 6))).toEqual([2, INVALID_CODE, INVALID_CODE, 5]);
  });
});
