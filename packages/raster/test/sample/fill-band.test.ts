import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classQuotas } from "../../src/sample/class-quotas.ts";
import { fillBand } from "../../src/sample/fill-band.ts";
import {
  SAMPLE_NODATA,
  type SampleSpec,
  sampleSpec,
  stripRows,
} from "../../src/sample/sample-spec.ts";
import { classOf, fillAll, makeSample, planOf } from "./make-sample.ts";

const side = fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 300 }));
const seed = fc.integer({ min: 0, max: 0xffff_ffff });

describe("class counts", () => {
  test("equal the quotas in every strip, at any size and seed; values are in range", () => {
    fc.assert(
      fc.property(side, side, seed, (width, height, seed) => {
        expectQuotas(sampleSpec({ width, height, seed }));
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [1, 1],
    [1, 4],
    [4, 1],
    [2, 3],
    [7, 9],
    [10, 10],
    [1, 3_000],
    [3_000, 1],
    [2_003, 2_001],
  ])("equal the quotas at %i × %i", (width, height) => {
    expectQuotas(sampleSpec({ width, height }));
  });
});

describe("fillBand", () => {
  test("gives the same bytes in any order of bands", () => {
    const plan = planOf(sampleSpec({ width: 150, height: 1_003, seed: 5 }));
    const inOrder = fnv(fillAll(plan));
    const order = plan.bands.map((_, index) => index);
    expect(fnv(fillAll(plan, order.toReversed()))).toBe(inOrder);
    fc.assert(
      fc.property(fc.shuffledSubarray(order, { minLength: order.length }), (shuffled) => {
        expect(fnv(fillAll(plan, shuffled))).toBe(inOrder);
      }),
      { numRuns: 5 },
    );
  });

  test("leaves alone what lies beyond the band", () => {
    const plan = planOf(sampleSpec({ width: 5, height: 8 }));
    const into = new Int16Array(12).fill(7);
    fillBand(plan, 1, into);
    expect([...into.subarray(10)]).toEqual([7, 7]);
  });

  test("refuses a band that is not there, and an array that is too short", () => {
    const plan = planOf(sampleSpec({ width: 5, height: 8 }));
    expect(() => fillBand(plan, 4, new Int16Array(10))).toThrow(
      "Expected `bandIndex` to be from 0 to 3, got `4` (number)",
    );
    expect(() => fillBand(plan, 0, new Int16Array(9))).toThrow(
      "Expected `into` to be 10 pixels or longer, got `9` (number)",
    );
  });
});

describe("the picture", () => {
  const small = makeSample(sampleSpec({ scale: 0.01 }));

  test("is the same on every machine and in every version", () => {
    expect(fnv(small)).toBe("d58c20ec");
    expect(fnv(makeSample(sampleSpec({ width: 2_100, height: 2_050, seed: 9 })))).toBe("5f9d0a22");
  });

  test("changes with the seed, in details of the coast and in the vegetation", () => {
    const other = makeSample(sampleSpec({ scale: 0.01, seed: 2 }));
    const share = (differ: (a: number, b: number) => boolean) =>
      small.reduce((sum, value, i) => sum + Number(differ(value, other[i]!)), 0) / small.length;
    expect(share((a, b) => a !== b)).toBeGreaterThan(0.3);
    expect(share((a, b) => a < 0 !== b < 0)).toBeGreaterThan(0.001);
    expect(share((a, b) => a < 0 !== b < 0)).toBeLessThan(0.05);
  });

  test("is coherent: neighbours rarely differ in class", () => {
    let borders = 0;
    for (let i = 0; i < small.length - 401; i++) {
      if (classOf(small[i]!) !== classOf(small[i + 1]!)) borders++;
      if (classOf(small[i]!) !== classOf(small[i + 401]!)) borders++;
    }
    expect(borders / (2 * small.length)).toBeLessThan(0.03);
  });

  test("spans the published values: 1 to 687 and nodata", () => {
    const land = small.filter((value) => value !== SAMPLE_NODATA);
    expect(Math.min(...land)).toBe(1);
    expect(Math.max(...land)).toBe(687);
  });
});

function expectQuotas(spec: SampleSpec): void {
  const pixels = makeSample(spec);
  const counts = stripRows(spec.height).map(([start, end]) => {
    const strip = new Float64Array(4);
    for (const value of pixels.subarray(start * spec.width, end * spec.width)) {
      if (value !== SAMPLE_NODATA && (value < 1 || value > 687)) throw new RangeError(`${value}`);
      strip[classOf(value)]!++;
    }
    return strip;
  });
  expect(counts).toEqual(classQuotas(spec));
}

/** FNV-1a over the pixels' 16-bit values. */
function fnv(pixels: Int16Array): string {
  let hash = 0x811c_9dc5;
  for (const value of pixels) hash = Math.imul(hash ^ (value & 0xffff), 0x0100_0193);
  return (hash >>> 0).toString(16);
}
