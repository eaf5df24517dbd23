import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodataText } from "../../../src/tiff/write/nodata-text.ts";

describe("nodataText", () => {
  // The right column is what C's printf gives for "%.17g".
  it.each([
    [0, "0"],
    [-0, "-0"],
    [255, "255"],
    [-32_768, "-32768"],
    [4_294_967_295, "4294967295"],
    [0.1, "0.10000000000000001"],
    [-9999.5, "-9999.5"],
    [1e16, "10000000000000000"],
    [1e17, "1e+17"],
    [1e-4, "0.0001"],
    [1e-5, "1.0000000000000001e-05"],
    [-3.4028234663852886e38, "-3.4028234663852886e+38"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [5e-324, "4.9406564584124654e-324"],
    [123456789.12345679, "123456789.12345679"],
    [Number.NaN, "nan"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
  ])("prints %d as C does: %s", (value, text) => {
    expect(nodataText(value)).toBe(text);
  });

  it("gives every finite double back exactly", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(nodataText(value))).toBe(value);
      }),
    );
  });
});
