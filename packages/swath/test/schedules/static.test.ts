import fc from "fast-check";
import { expect, test } from "vitest";
import { staticSchedule } from "../../src/schedules/static.ts";
import { inTurn, lengths } from "./conformance.ts";

test("without `chunk`, worker w has one share, and shares differ by at most one item", () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 64 }), (itemCount, workers) => {
      const chunks = inTurn(staticSchedule({ itemCount, workers }), itemCount, workers);
      const byWorker = chunks.toSorted((a, b) => a.worker - b.worker);
      expect(byWorker).toEqual(chunks.toSorted((a, b) => a.start - b.start));
      expect(chunks.length).toBe(Math.min(itemCount, workers));
      const sizes = lengths(chunks);
      if (itemCount > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test("with `chunk`, chunk number n is worker n modulo workers's, however fast the others are", () => {
  const schedule = staticSchedule({ itemCount: 10, workers: 3, chunk: 2 });
  expect([schedule.next(1, 10), schedule.next(1, 10), schedule.next(1, 10)]).toEqual([
    { start: 2, end: 4 },
    { start: 8, end: 10 },
    undefined,
  ]);
  expect([schedule.next(0, 10), schedule.next(0, 10), schedule.next(0, 10)]).toEqual([
    { start: 0, end: 2 },
    { start: 6, end: 8 },
    undefined,
  ]);
  expect([schedule.next(2, 10), schedule.next(2, 10)]).toEqual([{ start: 4, end: 6 }, undefined]);
});

test("chunks are pinned to the workers that asked", () => {
  expect(staticSchedule({ itemCount: 10, workers: 3 }).pinned).toBe(true);
});
