import { describe, expect, test } from "vitest";
import { predictLoop } from "../../../src/cli/explain/predict.ts";

const costs = {
  items: 64,
  groups: 64,
  alone: 0.01,
  deviation: 0,
  longest: 0.01,
  together: 0.01,
  workerMove: 0,
  callerMove: 0,
  start: 0.1,
  workers: 4,
};

describe("the predicted time of a loop", () => {
  test("is the start, and the items divided by the workers; at most one item more", () => {
    const { serial, low, high, paysFrom } = predictLoop(costs, 1_000);
    expect(serial).toBeCloseTo(10, 12);
    expect(low).toBeCloseTo(2.6, 12);
    expect(high).toBeCloseTo(2.61, 12);
    // 0.1 s of start against 7.5 ms saved on each.
    expect(paysFrom).toBe(14);
  });

  test("is the caller's thread where moving an item takes it longer than the workers need", () => {
    const { low, paysFrom } = predictLoop({ ...costs, callerMove: 0.02 }, 1_000);
    expect(low).toBeCloseTo(20.1, 12);
    expect(paysFrom).toBeUndefined();
  });

  test("takes items that are slower while others run for what they are", () => {
    expect(predictLoop({ ...costs, together: 0.02 }, 1_000).low).toBeCloseTo(5.1, 12);
  });

  test("is the less certain the more the sample varies, and certain where all items were run", () => {
    const varied = { ...costs, deviation: 0.005 };
    const { serialError } = predictLoop(varied, 1_000);
    expect(serialError).toBeCloseTo(10 * ((1.96 * 0.005) / 8 / 0.01) * Math.sqrt(0.936), 10);
    expect(predictLoop(varied, 64).serialError).toBe(0);
  });
});
