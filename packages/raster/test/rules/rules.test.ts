import { describe, expect, it } from "vitest";
import { assertRule, type MappingRange } from "../../src/rules/rules.ts";

const RANGE: MappingRange = { min: 0, max: 1, minIncluded: true, maxIncluded: true, to: 1 };

describe("assertRule", () => {
  it.each([[[2, 1]], [[1, 1]], [[NaN]], [Array.from({ length: 256 }, (_, i) => i)]])(
    "refuses the breaks %j",
    (breaks) => {
      expect(() => assertRule({ kind: "breaks", breaks })).toThrow("at most 255 ascending numbers");
    },
  );

  it("takes no breaks at all, and 255", () => {
    assertRule({ kind: "breaks", breaks: [] });
    assertRule({ kind: "breaks", breaks: Array.from({ length: 255 }, (_, i) => i) });
  });

  it.each([
    [{ ...RANGE, min: 2 }, "two ascending bounds"],
    [{ ...RANGE, max: NaN }, "two ascending bounds"],
    [{ ...RANGE, to: 256 }, "a class from 0 to 255"],
    [{ ...RANGE, to: 0.5 }, "a class from 0 to 255"],
  ])("refuses the range %j", (range, message) => {
    expect(() => assertRule({ kind: "mapping", ranges: [range] })).toThrow(message);
  });

  it("names the option that is wrong", () => {
    expect(() => assertRule({ kind: "mapping", ranges: [], default: -1 })).toThrow(
      expect.objectContaining({ code: "SWATH_INVALID_OPTION", option: "default" }),
    );
    expect(() => assertRule({ kind: "colour" } as never)).toThrow("of kind");
  });
});
