import fc from "fast-check";
import { expect, test } from "vitest";
import { stealSchedule } from "../../src/schedules/steal.ts";
import { inTurn } from "./conformance.ts";

test("a worker takes neighbours of its own share, an eighth of what is left at a time", () => {
  const schedule = stealSchedule({ itemCount: 1_600, workers: 2 });
  expect(schedule.next(1, 1_600)).toEqual({ start: 800, end: 900 });
  expect(schedule.next(1, 1_600)).toEqual({ start: 900, end: 987 });
  expect(schedule.next(0, 1_600)).toEqual({ start: 0, end: 100 });
});

test("a worker whose share is used up takes the back half of the longest share", () => {
  const schedule = stealSchedule({ itemCount: 16, workers: 2, chunk: 8 });
  expect(schedule.next(1, 16)).toEqual({ start: 8, end: 16 });
  expect(schedule.next(1, 16)).toEqual({ start: 0, end: 8 });
  const fine = stealSchedule({ itemCount: 16, workers: 2 });
  for (let item = 8; item < 16; item++) fine.next(1, 16);
  expect(fine.next(1, 16)).toEqual({ start: 4, end: 5 });
  expect(fine.next(0, 16)).toEqual({ start: 0, end: 1 });
});

test("workers of one speed never leave their own share", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 16 }),
      (each, workers) => {
        const itemCount = each * workers;
        const chunks = inTurn(stealSchedule({ itemCount, workers }), itemCount, workers);
        for (const { start, end, worker } of chunks) {
          expect(start).toBeGreaterThanOrEqual(worker * each);
          expect(end).toBeLessThanOrEqual((worker + 1) * each);
        }
      },
    ),
  );
});
