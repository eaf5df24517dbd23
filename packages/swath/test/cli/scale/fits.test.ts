import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../src/cli/measure/statistics.ts";
import { fitScale, predictScale, scalePoints } from "../../../src/cli/scale/fits.ts";
import { amdahl } from "../../../src/cli/scale/laws.ts";

const COUNTS = [1, 2, 3, 4, 6];

/** Rounds of a job with a serial share of a tenth, each time off by up to `noise`. */
function roundsOf(count: number, noise: number, workers: readonly number[] = COUNTS) {
  const random = seededRandom(7);
  const off = () => 1 + noise * (2 * random() - 1);
  return Array.from({ length: count }, () => ({
    serial: 10 * off(),
    points: workers.map((n) => ({ workers: n, seconds: (10 / amdahl(0.1, n)) * off() })),
  }));
}

describe("fits of measured rounds", () => {
  test("without noise the share is found, and its band has no width", () => {
    const { amdahl: share } = fitScale(roundsOf(5, 0));
    expect(share?.value).toBeCloseTo(0.1, 10);
    expect(share?.low).toBeCloseTo(0.1, 10);
    expect(share?.high).toBeCloseTo(0.1, 10);
  });

  test("with noise the band holds the true share, and is wider for more noise", () => {
    const widths = [0.01, 0.05].map((noise) => {
      const { amdahl: share } = fitScale(roundsOf(11, noise));
      expect(share?.low).toBeLessThanOrEqual(0.1);
      expect(share?.high).toBeGreaterThanOrEqual(0.1);
      return (share?.high ?? 0) - (share?.low ?? 0);
    });
    expect(widths[0]).toBeLessThan(widths[1] as number);
  });

  test("the same rounds give the same bands", () => {
    expect(fitScale(roundsOf(5, 0.05))).toEqual(fitScale(roundsOf(5, 0.05)));
  });

  test("points hold speed-up, efficiency and Karp–Flatt", () => {
    const [one, two] = scalePoints(roundsOf(3, 0));
    expect(one).toMatchObject({ workers: 1, seconds: 10, efficiency: 1, karpFlatt: undefined });
    expect(two?.speedup.value).toBeCloseTo(1 / 0.55, 12);
    expect(two?.efficiency).toBeCloseTo(1 / 1.1, 12);
    expect(two?.karpFlatt).toBeCloseTo(0.1, 12);
  });

  test("nothing is predicted beyond twice the most workers that were measured", () => {
    const rounds = roundsOf(3, 0);
    expect(predictScale(rounds, 12)?.amdahl.value).toBeCloseTo(amdahl(0.1, 12), 10);
    expect(predictScale(rounds, 12)?.usl?.value).toBeCloseTo(amdahl(0.1, 12), 1);
    expect(predictScale(rounds, 13)).toBeUndefined();
  });

  test("four numbers of workers get no Universal Scalability Law, one gets no law", () => {
    const four = fitScale(roundsOf(3, 0, [1, 2, 3, 4]));
    expect([four.amdahl === undefined, four.usl]).toEqual([false, undefined]);
    const one = fitScale(roundsOf(3, 0, [1]));
    expect([one.amdahl, one.gustafson, one.usl]).toEqual([undefined, undefined, undefined]);
  });
});
