import fc from "fast-check";
import { expect, test } from "vitest";
import { fairShare } from "../../src/schedules/fair-share.ts";
import { guidedSchedule } from "../../src/schedules/guided.ts";
import { inTurn, lengths } from "./conformance.ts";

test("ten items on one worker: 5, 3, 1, 1, as its documentation says", () => {
  const schedule = guidedSchedule({ itemCount: 10, workers: 1 });
  expect(lengths(inTurn(schedule, 10, 1))).toEqual([5, 3, 1, 1]);
});

test("sizes never grow for workers that hold nothing, and none but the last is below `chunk`", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 500 }),
      (itemCount, workers, chunk) => {
        const sizes = lengths(
          inTurn(guidedSchedule({ itemCount, workers, chunk }), itemCount, workers),
        );
        for (let i = 1; i < sizes.length; i++) {
          expect(sizes[i]).toBeLessThanOrEqual(sizes[i - 1] as number);
        }
        expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(chunk);
      },
    ),
  );
});

test("what waits behind a chunk is cut by what will remain when it starts", () => {
  const schedule = guidedSchedule({ itemCount: 100, workers: 2 });
  const first = schedule.next(0, 100);
  expect(first).toEqual({ start: 0, end: 25 });
  // 75 remain; by the time at which worker 0 is through its 25, the other has taken 25 too.
  expect(schedule.next(0, 100, first)).toEqual({ start: 25, end: 32 });
});

test("a fair share is never negative", () => {
  expect(fairShare(100, 0, 2)).toBe(25);
  expect(fairShare(100, 25, 2)).toBe(12.5);
  expect(fairShare(100, 80, 2)).toBe(0);
  expect(fairShare(Infinity, 80, 2)).toBe(Infinity);
});
