import { createPool, fromModule, map, type Pool, range, reduce } from "swath";
import { afterEach, describe, expect, test } from "vitest";
import { typedArraySource } from "../src/sources/items.ts";
import * as tasks from "./fixtures/hard-tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

const open = new Set<Pool>();

function poolOf(workers: number): Pool {
  const pool = createPool({ workers });
  open.add(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all([...open].map((pool) => pool.close()));
  open.clear();
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("jobs on one pool do not pay for each other", () => {
  test("cancelling one leaves the long item of another alone", async () => {
    const pool = poolOf(1);
    const long = pool.map([1_500], tasks.spin);
    await wait(100);
    const other = pool.map([1, 1, 1], tasks.spin);
    other.cancel(new Error("not needed"));
    await expect(other).rejects.toThrow("not needed");
    expect(await long).toEqual([1_500]);
    expect((await long.report).chunks.lost).toBe(0);
  });

  test("a task that ends its worker fails its own job, not the one that waited behind it", async () => {
    const pool = poolOf(1);
    const guilty = pool.map(range(4), tasks.exitAlways, { chunk: 1, schedule: "dynamic" });
    const innocent = pool.map(Array(40).fill(1), tasks.spin, { chunk: 1, schedule: "dynamic" });
    await expect(guilty).rejects.toMatchObject({ code: "SWATH_WORKER_DIED" });
    expect(await innocent).toHaveLength(40);
  });
});

describe("what cannot be sent", () => {
  test("`with` is named, and the pool is as good as before", async () => {
    const pool = poolOf(1);
    const options = { with: () => 1 };
    expect(() => pool.map(range(3), tasks.same, options)).toThrow(
      expect.objectContaining({
        code: "SWATH_NOT_SENDABLE",
        message: expect.stringContaining("`with`"),
      }),
    );
    expect(await pool.map(range(3), tasks.same)).toEqual([0, 1, 2]);
  });

  test("`initial` is named, and no thread is left", () => {
    const options = { initial: () => 1, combine: () => () => 1, workers: 1 };
    expect(() => reduce(range(3), tasks.same as never, options)).toThrow("`initial`");
  });

  test("a result is named by the item that it belongs to", async () => {
    const job = map(range(20), tasks.functionAt7, { workers: 1, schedule: "static" });
    await expect(job).rejects.toMatchObject({ code: "SWATH_TASK_FAILED", itemIndex: 7 });
  });
});

describe("sources that take their time", () => {
  test("what has come is worked on while the source is waited for", async () => {
    let release: () => void = () => {};
    async function* source() {
      yield 1;
      yield 2;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      yield 3;
    }
    const results: number[] = [];
    for await (const value of map(source(), tasks.same, { workers: 2 })) {
      results.push(value);
      if (results.length === 2) release();
    }
    expect(results).toEqual([1, 2, 3]);
  });

  test("an iterator may give any thenable", async () => {
    let i = 0;
    const iterable = {
      [Symbol.asyncIterator]: () => ({
        next: () => ({
          // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
          then(resolve: (step: object) => void) {
            resolve(i < 5 ? { done: false, value: i++ } : { done: true, value: undefined });
          },
        }),
      }),
    };
    expect(await map(iterable as never, tasks.same, { workers: 1 })).toEqual([0, 1, 2, 3, 4]);
  });

  test("items that came before an error are delivered before it", async () => {
    async function* source() {
      for (let i = 0; i < 50; i++) yield i;
      throw new Error("no more");
    }
    const results: number[] = [];
    const read = async () => {
      for await (const value of map(source(), tasks.same, { workers: 2 })) results.push(value);
    };
    await expect(read()).rejects.toMatchObject({ code: "SWATH_SOURCE_FAILED", itemIndex: 50 });
    expect(results).toHaveLength(50);
  });

  test("a generator that waits for ever does not hold up a cancelled job", async () => {
    async function* source() {
      yield 1;
      await new Promise(() => {});
    }
    const job = map(source(), tasks.same, { workers: 1 });
    setTimeout(() => job.cancel(new Error("enough")), 100);
    await expect(job).rejects.toThrow("enough");
    await job.report;
  });
});

test("only the part of a Buffer that a chunk covers is sent", async () => {
  const buffer = Buffer.alloc(100_000, 7);
  // Structured clone takes the whole memory below a view: it must be no larger than the part.
  const part = typedArraySource(buffer).items?.(500, 1_500) as Uint8Array;
  expect(part.buffer.byteLength).toBe(1_000);
  expect(await map(buffer, tasks.same, { workers: 1 })).toEqual(Array(100_000).fill(7));
});

test("`workers: 0` loads what `fromModule` names", async () => {
  const url = new URL("./fixtures/hard-tasks.mjs", import.meta.url);
  const work = fromModule<typeof tasks>(url);
  expect(await map(range(3), work.same, { workers: 0 })).toEqual([0, 1, 2]);
  expect(await (async () => work)()).toBe(work);
});

test("of two tasks without a name, neither is taken for the other", async () => {
  await expect(map([1], tasks.onlyInMain as never, { workers: 1 })).rejects.toMatchObject({
    code: "SWATH_TASK_NOT_FOUND",
    message: expect.stringContaining("Give them names"),
  });
});

test("a stream that is given back before it was begun ends its job", async () => {
  const job = map(range(1_000_000), tasks.same, { workers: 1, chunk: 10, schedule: "dynamic" });
  await job.unordered().return(undefined);
  await job.report;
});

test("a cancelled job in place stops at the next item", async () => {
  let calls = 0;
  const job = map(
    range(1_000),
    async (x: number) => {
      calls++;
      await wait(2);
      return x;
    },
    { workers: 0, schedule: "static" },
  );
  setTimeout(() => job.cancel(new Error("enough")), 30);
  await expect(job).rejects.toThrow("enough");
  await job.report;
  const after = calls;
  await wait(50);
  expect(calls).toBe(after);
});

describe("what `init` opened", () => {
  test("is disposed of when its pool is closed in the middle of a job", async () => {
    const marks = new Int32Array(new SharedArrayBuffer(8));
    const pool = createPool({ workers: 2 });
    const options = { init: tasks.openMarked, with: marks, chunk: 1, schedule: "dynamic" } as const;
    const job = pool.map(range(10_000), tasks.waitThen, options);
    await expect.poll(() => Atomics.load(marks, 0)).toBe(2);
    await pool.close();
    await expect(job).rejects.toMatchObject({ code: "SWATH_POOL_CLOSED" });
    expect([...marks]).toEqual([2, 2]);
  });

  test.each([0, 1])(
    "may fail to close without ending anything else (%i workers)",
    async (workers) => {
      const pool = poolOf(workers);
      const job = pool.map(range(3), tasks.same, { init: tasks.openBrittle });
      expect(await job).toEqual([0, 1, 2]);
      await job.report;
      expect(await pool.map(range(3), tasks.same)).toEqual([0, 1, 2]);
    },
  );
});

test("messages that a task posts to the parent are none of ours", async () => {
  expect(await map([1, 2], tasks.postsToParent, { workers: 1 })).toEqual([1, 2]);
});

test.each(["static", "steal", "balanced"] as const)(
  "an unordered stream under %s stops at the first chunk beyond `inFlight`",
  async (schedule) => {
    const costs = Array(20_000).fill(1);
    const job = map(range(20_000), tasks.same, {
      workers: 2,
      schedule,
      costs,
      inFlight: 100,
      chunk: 10,
    });
    const stream = job.unordered();
    await stream.next();
    await wait(300);
    expect(job.progress.done).toBeLessThan(15_000);
    await stream.return(undefined);
    await job.report;
  },
);

test("`inFlight` is refused for an ordered stream that must hold early results", () => {
  const job = map(range(100), tasks.same, { workers: 1, schedule: "steal", inFlight: 10 });
  expect(() => job[Symbol.asyncIterator]()).toThrow("unordered()");
  job.cancel();
});
