import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classQuotas } from "../../src/sample/class-quotas.ts";
import { sampleSpec, stripRows } from "../../src/sample/sample-spec.ts";

const PUBLISHED = [
  [276_294_417, 107_717_378, 627_405, 0],
  [61_927_634, 308_118_204, 14_593_362, 0],
  [88_161_207, 133_008_630, 161_216_629, 2_252_734],
  [343_338_964, 213_748, 13_342_362, 27_824_326],
];

describe("classQuotas", () => {
  test("are the published counts at full size", () => {
    expect(classQuotas(sampleSpec()).map((counts) => [...counts])).toEqual(PUBLISHED);
  });

  test("sum to the pixels of each strip, and stay within one of the exact share", () => {
    const side = fc.integer({ min: 1, max: 401_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const quotas = classQuotas({ width, height, seed: 1 });
        stripRows(height).forEach(([start, end], strip) => {
          const pixels = (end - start) * width;
          const counts = [...quotas[strip]!];
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(pixels);
          const total = PUBLISHED[strip]!.reduce((sum, count) => sum + count, 0);
          counts.forEach((count, index) => {
            const exact = (PUBLISHED[strip]![index]! / total) * pixels;
            expect(Math.abs(count - exact)).toBeLessThan(1.001);
          });
        });
      }),
    );
  });

  test("give what is left to the largest remainders", () => {
    // Ten pixels of strip 2: 2.292, 3.458, 4.191, 0.059.
    expect([...classQuotas({ width: 10, height: 4, seed: 1 })[2]!]).toEqual([2, 4, 4, 0]);
  });
});
