import fc from "fast-check";
import { expect, test } from "vitest";
import { Collector } from "../../src/driver/collector.ts";

/** Ranges that touch and cover `[0, …)`, in random order. */
const shuffledParts = fc
  .array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 })
  .chain((lengths) => {
    let at = 0;
    const parts = lengths.map((length) => ({ start: at, end: (at += length) }));
    return fc.shuffledSubarray(parts, { minLength: parts.length });
  });

test("in order, a part is ready when all before it are, and comes out once", () => {
  fc.assert(
    fc.property(shuffledParts, fc.infiniteStream(fc.boolean()), (parts, takes) => {
      const collector = new Collector();
      const taken: number[] = [];
      const come = new Set<number>();
      const take = () =>
        taken.push(...(collector.take().flatMap(({ values }) => values.slice()) as number[]));
      for (const { start, end } of parts) {
        const values = Array.from({ length: end - start }, (_, i) => start + i);
        for (const value of values) come.add(value);
        collector.add({ start, end, values, failed: [] });
        if (takes.next().value) take();
        for (const value of taken) expect(come.has(value)).toBe(true);
      }
      take();
      expect(taken).toEqual(Array.from({ length: come.size }, (_, i) => i));
      expect(collector.isReady).toBe(false);
    }),
  );
});

test("once the order is given up, what has come is ready and whatever comes will be", () => {
  const collector = new Collector();
  collector.add({ start: 5, end: 6, values: ["late"], failed: [] });
  expect(collector.isReady).toBe(false);
  collector.disorder();
  expect(collector.take().map(({ start }) => start)).toEqual([5]);
  collector.add({ start: 9, end: 10, values: ["later"], failed: [] });
  expect(collector.take()).toMatchObject([{ start: 9, end: 10, values: ["later"] }]);
});

test("parts without values keep their place: a block of a fold, or mode each", () => {
  const collector = new Collector();
  collector.add({ start: 2, end: 4, values: [], failed: [] });
  collector.add({ start: 0, end: 2, values: [], failed: [] });
  expect(collector.take().map(({ start, end }) => [start, end])).toEqual([
    [0, 2],
    [2, 4],
  ]);
});
