import { describe, expect, test } from "vitest";
import { costsOf, makespanBound, shapeNames } from "../../../../bench/cost-shapes.js";
import { SCHEDULES, type ScheduleName } from "../../src/schedules/registry.ts";
import { simulate } from "../driver/simulator.ts";

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);
/** Shapes of which a long item, met late, decides the end: only known costs help. */
const HEAVY_TAILS: readonly string[] = ["lognormal 1.5", "Pareto 1.3"];

/** Makespan over its lower bound, `max(sum / workers, longest item)`: geometric mean of the seeds. */
function overBound(name: ScheduleName, shape: string, workers: number, mean = 100): number {
  return geometricMean(
    SEEDS.map((seed) => {
      const costs = costsOf(shape, { seed, mean });
      const request = { itemCount: costs.length, workers, givesBack: true };
      const known = name === "balanced" ? { ...request, costs } : request;
      const { makespan, runs } = simulate({ costs, workers, schedule: SCHEDULES[name](known) });
      expect(runs.every((times) => times === 1)).toBe(true);
      return makespan / makespanBound(costs, workers);
    }),
  );
}

/** What items handed out one by one, in order and in no time at all, would reach. */
function ideal(shape: string, workers: number): number {
  return geometricMean(
    SEEDS.map((seed) => {
      const costs = costsOf(shape, { seed });
      const freeAt = new Float64Array(workers);
      for (const cost of costs) {
        const next = freeAt.indexOf(Math.min(...freeAt));
        freeAt[next] = (freeAt[next] as number) + cost;
      }
      return Math.max(...freeAt) / makespanBound(costs, workers);
    }),
  );
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

describe("2,000 items of 100 µs on average, in virtual time with 50 µs for a wake-up", () => {
  describe.each([2, 8])("%i workers", (workers) => {
    test("auto ends within 6 % of the bound, over all shapes", () => {
      const all = shapeNames.map((shape: string) => overBound("auto", shape, workers));
      expect(geometricMean(all)).toBeLessThan(1.06);
    });

    test.each(shapeNames)(
      "auto, %s: within 3.5 % of handing out single items for free",
      (shape) => {
        const reached = overBound("auto", shape, workers);
        expect(reached / ideal(shape, workers)).toBeLessThan(1.035);
        if (!HEAVY_TAILS.includes(shape)) expect(reached).toBeLessThan(1.06);
      },
    );

    test.each(shapeNames)("balanced, %s: within 2 % of the bound", (shape) => {
      expect(overBound("balanced", shape, workers)).toBeLessThan(1.02);
    });

    test.each(shapeNames)("balanced, %s: within 1 % where items last ten times longer", (shape) => {
      expect(overBound("balanced", shape, workers, 1_000)).toBeLessThan(1.01);
    });
  });

  test("static ends more than twice too late where the last items are the long ones", () => {
    expect(overBound("static", "hot last 5 %", 8)).toBeGreaterThan(2);
  });
});
