import { expect, test } from "vitest";
import { overheadOf } from "../../src/report/overhead.ts";

/** Milliseconds of a reading of the clock. */
const READING = 1e-4;

test("counts what is short, adds what was timed, and divides workers' part among them", () => {
  const timed = { driver: 3, workers: 4 };
  const work = { workers: 2, chunks: 1_000, readItems: 0, wall: 1, timed };
  const { seconds, share } = overheadOf(work, READING);
  // 8 readings of the caller's thread and 8 of the workers for each chunk.
  expect(seconds).toBeCloseTo((3 + 0.8 + 4 + 0.8) / 1e3, 9);
  expect(share).toBeCloseTo((3 + 0.8 + (4 + 0.8) / 2) / 1e3, 9);
});

test("a job that took no time has no share", () => {
  const timed = { driver: 0, workers: 0 };
  const work = { workers: 1, chunks: 0, readItems: 0, wall: 0, timed };
  expect(overheadOf(work, READING)).toEqual({ seconds: 0, share: 0 });
});
