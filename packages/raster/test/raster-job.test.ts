import { classify, stats, writeSample } from "@swath/raster";
import { expect, test } from "vitest";

test("verbs whose result holds the report refuse to leave it out, before they read anything", () => {
  const options = { report: false } as const;
  const calls = {
    classify: () => classify("absent.tif", { ...options, breaks: [1] }),
    stats: () => stats("absent.tif", options),
    writeSample: () => writeSample("absent.tif", options),
  };
  for (const [verb, call] of Object.entries(calls)) {
    expect(call, verb).toThrow(
      expect.objectContaining({ code: "SWATH_INVALID_OPTION", option: "report" }),
    );
  }
});
