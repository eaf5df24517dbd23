import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitUsl, summitOf, type Usl, usl } from "../../../src/cli/scale/usl.ts";

const COUNTS = [1, 2, 4, 8, 16, 32];

function exact(law: Usl, counts: readonly number[] = COUNTS) {
  return counts.map((workers) => ({ workers, speedup: usl(law, workers) }));
}

describe("the Universal Scalability Law", () => {
  test("finds its parameters again in exact data", () => {
    const laws = fc.record({
      gamma: fc.double({ min: 0.5, max: 2, noNaN: true }),
      alpha: fc.double({ min: 0, max: 0.5, noNaN: true }),
      beta: fc.double({ min: 0, max: 0.05, noNaN: true }),
    });
    fc.assert(
      fc.property(laws, (law) => {
        const found = fitUsl(exact(law)) as Usl;
        expect(found.gamma).toBeCloseTo(law.gamma, 6);
        expect(found.alpha).toBeCloseTo(law.alpha, 6);
        expect(found.beta).toBeCloseTo(law.beta, 6);
      }),
    );
  });

  test("keeps α and β from 0 where the best fit without bounds would not", () => {
    // Better than linear: the free fit has negative parameters.
    const points = COUNTS.map((workers) => ({ workers, speedup: workers ** 1.05 }));
    const found = fitUsl(points) as Usl;
    expect(found.alpha).toBe(0);
    expect(found.beta).toBe(0);
    expect(found.gamma).toBeGreaterThan(1);
  });

  test("of the bounded solutions it takes the best", () => {
    const points = [1, 2, 3, 4, 5, 6].map((workers, i) => ({
      workers,
      speedup: workers * (i % 2 === 0 ? 0.9 : 0.8),
    }));
    const found = fitUsl(points) as Usl;
    const errorOf = (law: Usl) =>
      points.reduce((sum, { workers, speedup }) => {
        return sum + (speedup / usl(law, workers) - 1) ** 2;
      }, 0);
    const best = errorOf(found);
    for (const alpha of [0, 0.01, 0.05, 0.2]) {
      for (const beta of [0, 0.001, 0.01]) {
        for (const gamma of [0.8, 0.85, 0.9, 1]) {
          expect(errorOf({ gamma, alpha, beta })).toBeGreaterThanOrEqual(best - 1e-12);
        }
      }
    }
  });

  test("is not fitted to fewer than five numbers of workers", () => {
    const law = { gamma: 1, alpha: 0.1, beta: 0.01 };
    expect(fitUsl(exact(law, [1, 2, 4, 8]))).toBeUndefined();
    expect(fitUsl(exact(law, [1, 2, 4, 8, 8, 8]))).toBeUndefined();
    expect(fitUsl(exact(law, [1, 2, 3, 4, 8]))).toBeDefined();
  });

  test("its summit is √((1 − α) / β), and it has none without coherence cost", () => {
    const law = { gamma: 1, alpha: 0.1, beta: 0.01 };
    const summit = summitOf(law) as number;
    expect(summit).toBeCloseTo(Math.sqrt(90), 12);
    expect(usl(law, summit)).toBeGreaterThan(usl(law, summit + 0.5));
    expect(usl(law, summit)).toBeGreaterThan(usl(law, summit - 0.5));
    expect(summitOf({ ...law, beta: 0 })).toBeUndefined();
  });
});
