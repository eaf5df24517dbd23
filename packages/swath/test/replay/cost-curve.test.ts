import fc from "fast-check";
import { expect, test } from "vitest";
import { costCurve } from "../../src/replay/cost-curve.ts";

test("a measured range costs what was measured, and its parts their share", () => {
  const curve = costCurve(
    [
      { start: 4, end: 8, cost: 8 },
      { start: 0, end: 4, cost: 1 },
    ],
    8,
  );
  expect(curve.between(0, 4)).toBe(1);
  expect(curve.between(4, 6)).toBe(4);
  expect(curve.between(2, 6)).toBe(4.5);
  expect(curve.total).toBe(9);
});

test("what was not measured costs the mean of what was", () => {
  const curve = costCurve([{ start: 2, end: 4, cost: 6 }], 10);
  expect(curve.between(0, 2)).toBe(6);
  expect(curve.total).toBe(30);
  expect(costCurve([], 5).total).toBe(0);
});

test("of ranges that overlap, as after a loss, the later in the list counts", () => {
  const curve = costCurve(
    [
      { start: 0, end: 4, cost: 400 },
      { start: 0, end: 4, cost: 4 },
    ],
    4,
  );
  expect(curve.total).toBe(4);
});

test("whatever the cuts, the parts of the whole sum to the whole", () => {
  const range = fc.record({
    start: fc.integer({ min: 0, max: 99 }),
    length: fc.integer({ min: 1, max: 30 }),
    cost: fc.double({ min: 0, max: 1e3, noNaN: true }),
  });
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 99 }));
  fc.assert(
    fc.property(fc.array(range), cuts, (ranges, inner) => {
      const measured = ranges.map(({ start, length, cost }) => ({
        start,
        end: Math.min(100, start + length),
        cost,
      }));
      const curve = costCurve(measured, 100);
      const edges = [0, ...inner.sort((a, b) => a - b), 100];
      const parts = edges.slice(1).map((end, i) => curve.between(edges[i] as number, end));
      expect(parts.every((part) => part >= 0)).toBe(true);
      const sum = parts.reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - curve.total)).toBeLessThanOrEqual(1e-9 * (1 + curve.total));
    }),
  );
});
