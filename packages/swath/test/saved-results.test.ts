import type { Worker } from "node:worker_threads";
import { forEach, map, range, reduce } from "swath";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDirectly } from "./executors/threads/thread-events.ts";
import * as tasks from "./fixtures/saved-tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

const ITEMS = 10_000;
const words = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));
const valuesOf = (kinds: string, length = ITEMS) =>
  Array.from({ length }, (_, i) => tasks.valueOf(i, kinds));
/** One chunk of all: whatever is lost of it has been in one thread. */
const WHOLE = { workers: 1, schedule: "static" } as const;
const AGAIN = { ...WHOLE, timeout: 250, retries: 1 };

/** Every item ran once, those of `twice` twice. */
function expectRuns(runs: Int32Array, ...twice: readonly number[]): void {
  const others = [...runs.entries()].filter(([, count]) => count !== 1);
  expect(others).toEqual(twice.map((index) => [index, 2]));
}

describe("a thread that is ended in the middle of a long chunk leaves what it has done", () => {
  test.each([
    ["numbers", 9_500],
    ["numbers", 8_192],
    ["numbers", 8_191],
    ["numbers", 0],
    ["all kinds", 9_500],
    ["all kinds", 4_096],
    ["all kinds", 1],
  ])("map: %s, up to item %i", async (kinds, bad) => {
    const shared = { runs: words(ITEMS), bad, kinds };
    const results = await map(range(ITEMS), tasks.loopsAtBad as never, { ...AGAIN, with: shared });
    expect(results).toEqual(valuesOf(kinds));
    expectRuns(shared.runs, bad);
  });

  test("map, where items wait", async () => {
    const shared = { runs: words(ITEMS), bad: 5_000, kinds: "all kinds" };
    const results = await map(range(ITEMS), tasks.loopsLater as never, { ...AGAIN, with: shared });
    expect(results).toEqual(valuesOf("all kinds"));
    expectRuns(shared.runs, 5_000);
  });

  test("forEach", async () => {
    const shared = { runs: words(ITEMS), bad: 7_000, kinds: "numbers" };
    await forEach(range(ITEMS), tasks.loopsAtBad as never, { ...AGAIN, with: shared });
    expectRuns(shared.runs, 7_000);
  });

  test.each(["numbers", "objects"])("reduce: its blocks, whose totals are %s", async (kinds) => {
    const shared = { runs: words(ITEMS), bad: 7_001, kinds };
    const isSum = kinds === "numbers";
    const total = await reduce(range(ITEMS), tasks.sums as never, {
      ...AGAIN,
      with: shared,
      block: 2,
      initial: (isSum ? 0 : { sum: 0 }) as never,
      combine: (a: never, b: never) =>
        (isSum ? a + b : { sum: (a as { sum: number }).sum + (b as { sum: number }).sum }) as never,
    });
    const sum = (ITEMS * (ITEMS - 1)) / 2;
    expect(total).toEqual(isSum ? sum : { sum });
    expectRuns(shared.runs, 7_000, 7_001);
  });
});

describe("with no option that asks for it", () => {
  /** Ends the thread from outside once it waits at the bad item. */
  function endWhenFlagged(flag: Int32Array): void {
    const begin = (worker: Worker) => {
      const timer = setInterval(() => {
        if (Atomics.exchange(flag, 0, 0) === 1) void worker.terminate();
      }, 5);
      worker.once("exit", () => clearInterval(timer));
    };
    process.on("worker", begin);
    onTestFinished(() => void process.off("worker", begin));
  }

  test.each([
    ["in many chunks", { workers: 1 }],
    ["in one chunk, the first that anyone sees", WHOLE],
  ])("items that take their time are saved all the same: %s", async (_how, options) => {
    const shared = { runs: words(300), bad: 250, flag: words(1) };
    endWhenFlagged(shared.flag);
    const job = map(range(300), tasks.waitsAtBad as never, { ...options, with: shared });
    expect(await job).toEqual(Array.from({ length: 300 }, (_, index) => ({ index })));
    expectRuns(shared.runs, 250);
  });

  test("results of a chunk of which only the first were saved are whole", async () => {
    const shared = { runs: words(ITEMS), bad: -1, kinds: "all kinds" };
    const results = await map(range(ITEMS), tasks.loopsAtBad as never, { ...WHOLE, with: shared });
    expect(results).toEqual(valuesOf("all kinds"));
  });

  test("and forEach knows what it has done", async () => {
    const shared = { runs: words(300), bad: 290, flag: words(1) };
    endWhenFlagged(shared.flag);
    await forEach(range(300), tasks.waitsAtBad as never, { ...WHOLE, with: shared });
    expectRuns(shared.runs, 290);
  });
});

describe("a chunk that is given up leaves what was done of it", () => {
  test.each([0, 1])("for whoever reads a stream, with %i workers", async (workers) => {
    const shared = { runs: words(100), bad: 60 };
    const got: unknown[] = [];
    const read = async () => {
      const options = { ...WHOLE, workers, with: shared };
      for await (const value of map(range(100), tasks.throwsAtBad as never, options)) {
        got.push(value);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: "SWATH_TASK_FAILED", itemIndex: 60 });
    expect(got).toEqual(Array.from({ length: 60 }, (_, index) => ({ index })));
  });
});

describe("a result that cannot be sent", () => {
  const options = { ...WHOLE, timeout: 60_000, retries: 3 };

  test("is found at its item, which is not tried again", async () => {
    const shared = { runs: words(100), bad: 60 };
    const job = map(range(100), tasks.unsendableAtBad as never, { ...options, with: shared });
    await expect(job).rejects.toMatchObject({
      code: "SWATH_TASK_FAILED",
      itemIndex: 60,
      cause: { code: "SWATH_NOT_SENDABLE", message: expect.stringContaining("`value.close`") },
    });
    expect([...shared.runs].filter((count) => count > 0)).toEqual(Array(61).fill(1));
  });

  test("leaves the others theirs", async () => {
    const shared = { runs: words(100), bad: 60 };
    const job = map(range(100), tasks.unsendableAtBad as never, { ...options, with: shared });
    const settled = await job.settled();
    expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(settled[60]).toMatchObject({ reason: { itemIndex: 60, attempt: 1 } });
    expectRuns(shared.runs);
  });
});

describe("an item that runs when a callback of another has thrown", () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);

  test.each([
    [200, "is let finish"],
    [1_500, "runs again, if that would take more than a second"],
  ])("and takes %i ms %s", async (ms, what) => {
    process.on("warning", note);
    const shared = { runs: words(3), ms };
    const job = map(range(3), tasks.throwsDuringNext as never, { ...WHOLE, with: shared });
    const settled = await job.settled();
    process.off("warning", note);
    expect(settled.map(({ status }) => status)).toEqual(Array(3).fill("fulfilled"));
    expectRuns(shared.runs, ...(what === "is let finish" ? [] : [1]));
    expect(warnings.splice(0)).toMatchObject([{ code: "SWATH_TASK_FAILED", itemIndex: 0 }]);
  });
});

describe("a worker that is held because of its item", () => {
  test("ends before the next one, if it comes so far: no item is charged", async () => {
    const flag = words(1);
    await using direct = openDirectly(tasks.endsWhenTold, { with: flag, mayHold: true });
    await direct.next("joined");
    direct.run(0, 0, 3, 9);
    while (direct.job.running(0) !== 5) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(direct.job.hold(0, 4)).toBe(false);
    expect(direct.job.hold(0, 5)).toBe(true);
    Atomics.store(flag, 0, 1);
    const left = await direct.next("left");
    expect(left).toMatchObject({ begun: undefined, running: undefined, culprit: undefined });
    const { until, values } = await direct.next("part");
    expect(until).toBe(6);
    expect(values).toEqual([{ index: 3 }, { index: 4 }, { index: 5 }]);
  });
});
