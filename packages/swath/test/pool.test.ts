import { once } from "node:events";
import { createPool, type Pool, range } from "swath";
import { afterEach, describe, expect, test } from "vitest";
import { besideCancelled, cancelledBeforeItsTurn } from "./fixtures/beside-cancelled.mjs";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

const threads = watchThreads();

const open = new Set<Pool>();

/** A pool that is closed when the test ends. */
function poolOf(workers: number): Pool {
  const pool = createPool({ workers });
  open.add(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all([...open].map((pool) => pool.close()));
  open.clear();
});

/** `[0, count)`. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

test("threads start with the first job and serve those after it", async () => {
  const before = threads.started;
  const pool = poolOf(2);
  expect(threads.started).toBe(before);
  for (let i = 0; i < 5; i++) {
    expect(await pool.map(range(100), tasks.inc)).toEqual(numbers(100).map((n) => n + 1));
  }
  const sum = { initial: 0, combine: (a: number, b: number) => a + b };
  expect(await pool.reduce(range(101), tasks.add, sum)).toBe(5_050);
  expect(threads.started - before).toBe(2);
});

test("a job on a pool cannot ask for other workers", () => {
  const options = { workers: 7 } as object;
  expect(() => poolOf(1).map(range(3), tasks.inc, options)).toThrow(
    "Expected `workers` to be absent",
  );
});

test("a pool without workers runs jobs in place", async () => {
  const before = threads.started;
  const pool = poolOf(0);
  expect(await pool.map(range(10), (x: number) => -x)).toEqual(numbers(10).map((n) => 0 - n || -0));
  expect([pool.workers, threads.started]).toEqual([0, before]);
});

describe("jobs at the same time", () => {
  test.each([1, 2, 0])("share the workers and do not mix (%i workers)", async (workers) => {
    const pool = poolOf(workers);
    const jobs = [10, 200, 3_000].map((count) => pool.map(range(count), tasks.sometimesLater));
    const results = await Promise.all(jobs);
    expect(results).toEqual([10, 200, 3_000].map((n) => numbers(n).map((i) => i * 10)));
  });

  test.each([1, 2, 0])("one may run inside the loop over another (%i workers)", async (workers) => {
    const pool = poolOf(workers);
    const sums: number[] = [];
    const sum = { initial: 0, combine: (a: number, b: number) => a + b };
    for await (const count of pool.map(range(200), tasks.inc, { chunk: 3 })) {
      if (count % 10 === 0) sums.push(await pool.reduce(range(count), tasks.add, sum));
    }
    expect(sums).toEqual(numbers(20).map((i) => ((10 * i + 10) * (10 * i + 9)) / 2));
  });

  test("one that fails leaves the other alone", async () => {
    const pool = poolOf(2);
    const bad = expect(pool.map(range(100), tasks.boom)).rejects.toMatchObject({ itemIndex: 41 });
    const good = pool.map(range(3_000), tasks.sometimesLater);
    await bad;
    expect(await good).toHaveLength(3_000);
    expect(await pool.map(range(10), tasks.inc)).toHaveLength(10);
  });

  test("a worker that dies under one is replaced for both", async () => {
    const pool = poolOf(2);
    const runs = new Int32Array(new SharedArrayBuffer(4 * 101));
    runs[0] = 1;
    const options = { schedule: "dynamic", chunk: 5, with: runs } as const;
    const other = pool.map(range(400), tasks.slow);
    expect(await pool.map(range(100), tasks.exitAtFirst as never, options)).toEqual(numbers(100));
    expect(await other).toEqual(numbers(400).map((i) => i * 2));
  });
});

describe("after a job that failed or was cancelled", () => {
  test("the same threads go on", async () => {
    const before = threads.started;
    const pool = poolOf(2);
    await expect(pool.map(range(100), tasks.boom)).rejects.toMatchObject({ itemIndex: 41 });
    const cancelled = pool.map(range(1_000), tasks.slow);
    setTimeout(() => cancelled.cancel("enough"), 10);
    await expect(cancelled).rejects.toBe("enough");
    expect(await pool.map(range(10), tasks.inc)).toHaveLength(10);
    expect(threads.started - before).toBe(2);
  });

  test("threads that did not listen are replaced", async () => {
    const pool = poolOf(2);
    const stuck = pool.map(range(1), tasks.forever);
    setTimeout(() => stuck.cancel("enough"), 50);
    await expect(stuck).rejects.toBe("enough");
    await stuck.report;
    expect(await pool.map(range(10), tasks.inc)).toHaveLength(10);
  });
});

describe("closing", () => {
  test("rejects jobs that are running", async () => {
    const pool = createPool({ workers: 2 });
    const job = pool.map(range(100_000), tasks.slow);
    const rejected = expect(job).rejects.toMatchObject({ code: "SWATH_POOL_CLOSED" });
    await pool.map(range(4), tasks.inc);
    await pool.close();
    await rejected;
    await job.report;
    expect(threads.alive).toBe(0);
  });

  test.each([2, 0])("refuses new jobs (%i workers)", async (workers) => {
    const pool = createPool({ workers });
    await pool.close();
    expect(() => pool.map([1], tasks.inc)).toThrow(
      expect.objectContaining({ code: "SWATH_POOL_CLOSED" }),
    );
  });

  test("may be done twice, and before any job", async () => {
    const pool = createPool({ workers: 2 });
    await pool.close();
    await pool.close();
    await pool[Symbol.asyncDispose]();
  });
});

test.each([
  [{ workers: -1 }, "workers"],
  [{ worker: 2 }, "options.worker"],
])("options are checked at once: %j", (options, option) => {
  expect(() => createPool(options as never)).toThrow(
    expect.objectContaining({ code: "SWATH_INVALID_OPTION", option }),
  );
});

test("what a task's timer throws when its job is over is a warning; the worker is replaced", async () => {
  const heard = once(process, "warning");
  await using pool = createPool({ workers: 1 });
  const late = () =>
    void setTimeout(() => {
      throw new Error("too late");
    }, 20);
  await pool.map([1], late);
  const [warning] = await heard;
  expect(warning).toMatchObject({
    message: expect.stringContaining("after its job was over: too late"),
    detail: expect.stringContaining("pool.test.ts"),
  });
  expect(await pool.map([1, 2], tasks.inc)).toEqual([2, 3]);
});

test("a job that is cancelled does not end a worker that has gone on to another job", async () => {
  const items = [20, 20, 900, 900, 900];
  const { results, runs, lost } = await besideCancelled(700, items);
  expect(results).toEqual([0, 1, 2, 3, 4]);
  expect({ runs, lost }).toEqual({ runs: [1, 1, 1, 1, 1], lost: 0 });
});

test("a job that is cancelled before a worker comes to it is not loaded there", async () => {
  expect(await cancelledBeforeItsTurn()).toEqual([0, 1, 0]);
});
