import { describe, expect, test } from "vitest";
import {
  amdahl,
  fitAmdahl,
  fitGustafson,
  gustafson,
  karpFlatt,
} from "../../../src/cli/scale/laws.ts";

const COUNTS = [1, 2, 3, 4, 8, 16];

describe("the laws of Amdahl and Gustafson", () => {
  test.each([0, 0.02, 0.3, 1])("a serial share of %d is found again in exact data", (serial) => {
    const byAmdahl = COUNTS.map((workers) => ({ workers, speedup: amdahl(serial, workers) }));
    expect(fitAmdahl(byAmdahl)).toBeCloseTo(serial, 12);
    const byGustafson = COUNTS.map((workers) => ({ workers, speedup: gustafson(serial, workers) }));
    expect(fitGustafson(byGustafson)).toBeCloseTo(serial, 12);
  });

  test("Amdahl's own example: with a tenth serial, ten workers are 5.26 times as fast", () => {
    expect(amdahl(0.1, 10)).toBeCloseTo(5.263, 3);
  });

  test("shares stay between 0 and 1 whatever was measured", () => {
    const tooFast = [{ workers: 4, speedup: 5 }];
    const slower = [{ workers: 4, speedup: 0.5 }];
    expect([fitAmdahl(tooFast), fitGustafson(tooFast)]).toEqual([0, 0]);
    expect([fitAmdahl(slower), fitGustafson(slower)]).toEqual([1, 1]);
  });

  test("one worker alone tells nothing", () => {
    expect(fitAmdahl([{ workers: 1, speedup: 1 }])).toBeNaN();
    expect(karpFlatt({ workers: 1, speedup: 1 })).toBeUndefined();
  });

  test("Karp and Flatt's fraction is flat where a serial part is all that holds it up", () => {
    for (const workers of [2, 4, 64]) {
      expect(karpFlatt({ workers, speedup: amdahl(0.05, workers) })).toBeCloseTo(0.05, 12);
    }
  });
});
