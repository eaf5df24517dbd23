import { describe, expect, test } from "vitest";
import { waterfallOf } from "../../src/figures/waterfall.ts";

const buckets = { start: 1, tail: 10, starve: 4, transfer: 9, gc: 2, useful: 70 };
const base = { schema: "swath.report/1", wall: 12, workers: 8, buckets } as const;

describe("the waterfall", () => {
  test("goes from the workers to those that were busy, and each step begins where the last ended", () => {
    const steps = waterfallOf(base);
    expect(steps[0]).toMatchObject({ key: "ideal", to: 8 });
    for (const [i, step] of steps.slice(1, -1).entries()) expect(step.from).toBe(steps[i]?.to);
    expect(steps.at(-1)?.to).toBeCloseTo(70 / 12, 12);
  });

  test("ends at workers x efficiency x compute scaling, which is the speed-up", () => {
    const steps = waterfallOf({ ...base, computeScaling: { value: 0.9 } });
    expect(steps.at(-1)?.to).toBeCloseTo(8 * (70 / 96) * 0.9, 12);
    expect(steps.map(({ key }) => key)).toContain("computeScaling");
  });

  test("takes the scaling from the speed-up where only that was recorded", () => {
    expect(waterfallOf({ ...base, speedup: 5 }).at(-1)?.to).toBeCloseTo(5, 12);
  });

  test("is empty where a record does not say", () => {
    expect(waterfallOf({ schema: "swath.report/1", wall: 12 })).toEqual([]);
    expect(waterfallOf({ ...base, wall: 0 })).toEqual([]);
  });
});
