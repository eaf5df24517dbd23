import { describe, expect, test } from "vitest";
import { recordedRunOf } from "../../src/replay/recorded-run.ts";
import type { RunRecord, RunWorker } from "../../src/replay/run-record.ts";

/** One worker, one chunk of a second. */
function recordOf(worker: Partial<RunWorker>, rest: Partial<RunRecord> = {}): RunRecord {
  return {
    wall: 1,
    items: 10,
    schedule: "auto",
    perWorker: [{ worker: 0, ready: 0, items: 10, ...worker }],
    spans: { worker: [0], start: [0], end: [10], begin: [0], duration: [1] },
    ...rest,
  };
}

describe("how much of its time a worker needs a core", () => {
  test("all of it: what it reads is part of what it spends on moving data, and counts once", () => {
    const worker = { useful: 0.5, transfer: 0.5, read: 0.5, gc: 0, cpu: 1, runQueue: 0 };
    expect(recordedRunOf(recordOf(worker))?.need).toBe(1);
  });

  test("half of it, when it neither computes nor waits for a core", () => {
    const worker = { useful: 1, transfer: 0, gc: 0, cpu: 0.4, runQueue: 0.2 };
    expect(recordedRunOf(recordOf(worker))?.need).toBeCloseTo(0.5);
  });

  test("nobody knows where the system does not tell", () => {
    expect(recordedRunOf(recordOf({ useful: 1 }))?.need).toBeUndefined();
  });
});

test("cores of other threads are by the seconds that the job's threads had, and starting is the mean", () => {
  const record = recordOf(
    { useful: 1, transfer: 0, gc: 0, cpu: 0.8, starting: 0.2 },
    { helpers: 0.6, driver: { busy: 0.2, starting: 0.1 } },
  );
  expect(recordedRunOf(record)).toMatchObject({
    helpers: 0.5,
    threadStart: 0.2,
    driverStarting: 0.1,
  });
  expect(recordedRunOf(recordOf({ useful: 1 }))?.helpers).toBeUndefined();
});

test("there is nothing to replay of a run in place, and of a schedule that is not swath's", () => {
  expect(recordedRunOf(recordOf({}, { executor: "inline" }))).toBeUndefined();
  expect(recordedRunOf(recordOf({}, { schedule: "custom" }))).toBeUndefined();
});
