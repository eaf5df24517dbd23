import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { balancedSchedule } from "../../src/schedules/balanced.ts";
import { inTurn, lengths } from "./conformance.ts";

test("heavy items go first, alone, in descending order of cost; the rest follows in index order", () => {
  const itemCosts = fc.array(fc.oneof(fc.integer({ min: 1, max: 10 }), fc.constant(5_000)), {
    minLength: 1,
    maxLength: 400,
  });
  fc.assert(
    fc.property(itemCosts, fc.integer({ min: 1, max: 8 }), (costs, workers) => {
      const itemCount = costs.length;
      const chunks = inTurn(balancedSchedule({ itemCount, workers, costs }), itemCount, workers);
      const fair = costs.reduce((a, b) => a + b, 0) / workers;
      const heavy = costs.filter((cost) => cost > fair / 50).length;
      const head = chunks.slice(0, heavy);
      expect(lengths(head).every((length) => length === 1)).toBe(true);
      const headCosts = head.map(({ start }) => costs[start] as number);
      expect(headCosts).toEqual(headCosts.toSorted((a, b) => b - a));
      const starts = chunks.slice(heavy).map(({ start }) => start);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    }),
  );
});

test("a chunk of the rest is a share of the cost that remains, not of the items", () => {
  const costs = Array.from({ length: 1_000 }, (_, i) => (i < 500 ? 1 : 3));
  const schedule = balancedSchedule({ itemCount: 1_000, workers: 2, costs });
  // A quarter of 2,000 is 500.
  expect(schedule.next(0, 1_000)).toEqual({ start: 0, end: 500 });
  // A quarter of 1,500 is 375, or 125 items of 3.
  expect(schedule.next(1, 1_000)).toEqual({ start: 500, end: 625 });
});

describe("what waits behind another chunk", () => {
  const costs = [90, 80, 70, ...new Array(60).fill(1)];
  const request = { itemCount: costs.length, workers: 2, costs };

  test("a heavy item does not, if both would outlast the rest", () => {
    const schedule = balancedSchedule(request);
    const first = schedule.next(0, 63);
    expect(first).toEqual({ start: 0, end: 1 });
    expect(schedule.next(0, 63, first)?.start).toBe(3);
    expect(schedule.next(1, 63)).toEqual({ start: 1, end: 2 });
  });

  test("is a share of what the others will not have taken by then", () => {
    const even = new Array(1_000).fill(1);
    const schedule = balancedSchedule({ itemCount: 1_000, workers: 2, costs: even });
    const first = schedule.next(0, 1_000);
    expect(first).toEqual({ start: 0, end: 250 });
    expect(schedule.next(1, 1_000)).toEqual({ start: 250, end: 438 });
    // Of the 562 that remain the other will take 62 in the time of the first 250.
    expect(schedule.next(0, 1_000, first)).toEqual({ start: 438, end: 563 });
  });

  test("a refusal is not final", () => {
    const schedule = balancedSchedule({ itemCount: 3, workers: 2, costs: [9, 8, 7] });
    const first = schedule.next(0, 3);
    expect(schedule.next(0, 3, first)).toBeUndefined();
    expect(schedule.next(0, 3)).toEqual({ start: 1, end: 2 });
  });
});

test("a cost that is not a positive number counts as nothing", () => {
  const costs = [Number.NaN, -5, 1, 0, 1];
  const chunks = inTurn(balancedSchedule({ itemCount: 5, workers: 1, costs }), 5, 1);
  expect(chunks.slice(0, 2)).toEqual([
    { start: 2, end: 3, worker: 0 },
    { start: 4, end: 5, worker: 0 },
  ]);
});

test("costs that are all zero, or hold an infinite one, still use every worker", () => {
  for (const costs of [new Array(100).fill(0), [Infinity, ...new Array(99).fill(1)]]) {
    const chunks = inTurn(balancedSchedule({ itemCount: 100, workers: 4, costs }), 100, 4);
    expect(new Set(chunks.map(({ worker }) => worker)).size).toBe(4);
    expect(Math.max(...lengths(chunks))).toBeLessThanOrEqual(25);
  }
});

test("costs are required, one for each item", () => {
  expect(() => balancedSchedule({ itemCount: 3, workers: 1 })).toThrow(
    "Expected `costs` to be one cost for each of the 3 items, got `undefined`",
  );
  expect(() => balancedSchedule({ itemCount: 3, workers: 1, costs: [1] })).toThrow(
    "Expected `costs` to be one cost for each of the 3 items, got `1` (number)",
  );
});
