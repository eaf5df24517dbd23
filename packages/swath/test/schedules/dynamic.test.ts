import { expect, test } from "vitest";
import { dynamicSchedule } from "../../src/schedules/dynamic.ts";
import { inTurn, lengths } from "./conformance.ts";

test("all chunks but the last have the given size", () => {
  const schedule = dynamicSchedule({ itemCount: 10, workers: 3, chunk: 4 });
  expect(lengths(inTurn(schedule, 10, 3))).toEqual([4, 4, 2]);
});

test("the size is a 64th of a worker's fair share unless it is given", () => {
  const sizes = lengths(inTurn(dynamicSchedule({ itemCount: 12_800, workers: 2 }), 12_800, 2));
  expect(new Set(sizes)).toEqual(new Set([100]));
});

test("without a known length it is one item", () => {
  const schedule = dynamicSchedule({ itemCount: Infinity, workers: 2 });
  expect(schedule.next(0, 5)).toEqual({ start: 0, end: 1 });
});
