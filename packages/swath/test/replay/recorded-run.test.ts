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
    { ready: 0.15, useful: 1, transfer: 0, gc: 0, cpu: 0.8, starting: 0.2 },
    { helpers: 0.6, driver: { busy: 0.2, starting: 0.1 } },
  );
  expect(recordedRunOf(record)).toMatchObject({
    helpers: 0.5,
    threadStart: 0.2,
    driverStarting: 0.1,
  });
  expect(recordedRunOf(recordOf({ useful: 1 }))?.helpers).toBeUndefined();
});

describe("what a damaged or hostile record says of starting and of other threads", () => {
  const hostile = { useful: 1, cpu: 1, starting: -1e9 };

  test("stays within what there was", () => {
    const run = recordedRunOf(
      recordOf(
        { ...hostile, ready: 0.5 },
        { helpers: 1e300, driver: { busy: 0.2, starting: 1e8 } },
      ),
    );
    expect(run).toMatchObject({ helpers: undefined, threadStart: 0, driverStarting: 0.2 });
    const others = { helpers: 1e300, driver: { busy: 0.2, starting: 0 } };
    expect(recordedRunOf(recordOf({ cpu: 1 }, others))?.helpers).toBe(1);
    const negative = recordOf(hostile, { helpers: -5, driver: { busy: 0.2, starting: -3 } });
    expect(recordedRunOf(negative)).toMatchObject({ driverStarting: 0 });
    expect(recordedRunOf(negative)?.helpers ?? 0).toBe(0);
  });

  test("is nothing without the time that it is part of", () => {
    const run = recordedRunOf(recordOf({ useful: 1 }, { helpers: 1, driver: { starting: 1 } }));
    expect(run?.driverStarting).toBeUndefined();
    expect(run?.helpers).toBeUndefined();
  });
});

describe("whether threads were started for a run", () => {
  const driver = { busy: 0.2, starting: 0.1 };

  test("they were where one says what that took", () => {
    expect(recordedRunOf(recordOf({ starting: 0.05, cpu: 1 }, { driver }))?.isCold).toBe(true);
  });

  test("they were not where they only say what they had, however long the call took", () => {
    expect(recordedRunOf(recordOf({ ready: 0.2, cpu: 1 }, { driver }))?.isCold).toBe(false);
  });

  test("where nobody tells, they are ready at once once they are waited for", () => {
    expect(recordedRunOf(recordOf({ ready: 0.102 }, { driver }))?.isCold).toBe(false);
    expect(recordedRunOf(recordOf({ ready: 0.15 }, { driver }))?.isCold).toBe(true);
    expect(recordedRunOf(recordOf({ ready: 0.05 }))?.isCold).toBe(true);
  });
});

test("there is nothing to replay of a run in place, and of a schedule that is not swath's", () => {
  expect(recordedRunOf(recordOf({}, { executor: "inline" }))).toBeUndefined();
  expect(recordedRunOf(recordOf({}, { schedule: "custom" }))).toBeUndefined();
});
