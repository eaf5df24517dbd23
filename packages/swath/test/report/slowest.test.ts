import { expect, test } from "vitest";
import { Slowest } from "../../src/report/slowest.ts";

const chunk = (startItem: number, run: number) => ({
  startItem,
  endItem: startItem + 10,
  read: 0,
  run,
});

test("keeps the five longest, longest first, with the first item of each", () => {
  const asked: number[] = [];
  const slowest = new Slowest({
    item: (index) => (asked.push(index), `item ${index}`),
    longestIn: () => undefined,
  });
  for (const [i, ms] of [30, 10, 50, 20, 40, 60, 5].entries()) slowest.add(chunk(10 * i, ms));
  const list = slowest.list();
  expect(list.map(({ seconds }) => seconds)).toEqual([0.06, 0.05, 0.04, 0.03, 0.02]);
  expect(list[0]).toEqual({ start: 50, end: 60, seconds: 0.06, preview: '"item 50"' });
  // The last was none of the five: its item is not even looked at.
  expect(asked).not.toContain(60);
});

test("names the item that was seen to run longest, and shows that one", () => {
  const slowest = new Slowest({
    item: (index) => ({ path: `tile-${index}` }),
    longestIn: () => ({ index: 17, ms: 400 }),
  });
  slowest.add(chunk(10, 500));
  expect(slowest.list()).toEqual([
    {
      start: 10,
      end: 20,
      seconds: 0.5,
      item: 17,
      itemSeconds: 0.4,
      preview: "{ path: 'tile-17' }",
    },
  ]);
});

test("a preview is short, whatever the item; an item that is not at hand has none", () => {
  const items = new Map<number, unknown>([
    [0, "x".repeat(10_000)],
    [10, undefined],
  ]);
  const slowest = new Slowest({ item: (index) => items.get(index), longestIn: () => undefined });
  slowest.add(chunk(0, 2));
  slowest.add(chunk(10, 1));
  const [long, absent] = slowest.list();
  expect(long?.preview?.length).toBeLessThanOrEqual(80);
  expect(absent).not.toHaveProperty("preview");
});
