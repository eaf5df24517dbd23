import { describe, expect, test } from "vitest";
import type { DType } from "../../src/dtype.ts";
import { parseNodata } from "../../src/tiff/nodata.ts";

describe("parseNodata gives the value as a pixel holds it", () => {
  test.each<[string | undefined, DType, number | undefined]>([
    [undefined, "int16", undefined],
    ["", "int16", undefined],
    ["none", "int16", undefined],
    ["-32768", "int16", -32_768],
    [" -9999 ", "int16", -9999],
    ["255.0", "uint8", 255],
    ["1e3", "uint16", 1000],
    ["-0", "int8", 0],
    ["-1", "uint8", undefined],
    ["256", "uint8", undefined],
    ["0.5", "int32", undefined],
    ["nan", "int32", undefined],
    ["nan", "float32", Number.NaN],
    ["-NaN", "float64", Number.NaN],
    ["-inf", "float32", -Infinity],
    ["-3.4e+38", "float32", Math.fround(-3.4e38)],
    ["-3.4028235e+38", "float32", -3.4028234663852886e38],
    ["-3.4e+38", "float64", -3.4e38],
    ["1e300", "float32", undefined],
  ])("%s as %s", (text, dtype, expected) => {
    expect(parseNodata(text, dtype)).toBe(expected);
  });
});
