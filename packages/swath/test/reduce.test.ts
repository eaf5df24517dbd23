import { createPool, range, reduce } from "swath";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../bench/random.js";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

const SCHEDULES = ["auto", "static", "dynamic", "guided", "balanced", "steal"] as const;
const sum = (a: number, b: number) => a + b;

describe("the sum of 10,007 random doubles has the same bits", () => {
  const random = seededRandom(7);
  const values = Float64Array.from(
    { length: 10_007 },
    () => (random() - 0.5) * 10 ** (20 * random()),
  );
  const costs = Array.from(values, (value) => Math.abs(value) % 9);
  const options = { initial: 0, combine: sum };
  const inPlace = reduce(values, tasks.add, { ...options, workers: 0 });

  test.each([1, 2, 3])("with %i workers and every schedule", async (workers) => {
    const pool = createPool({ workers });
    for (const schedule of SCHEDULES) {
      const cost = schedule === "balanced" ? { costs } : {};
      const total = await pool.reduce(values, tasks.add, { ...options, schedule, ...cost });
      expect(Object.is(total, await inPlace), schedule).toBe(true);
    }
    await pool.close();
  });

  test("whatever the chunk size, and whether it is copied, shared or pulled", async () => {
    const shared = new Float64Array(new SharedArrayBuffer(values.byteLength));
    shared.set(values);
    const pool = createPool({ workers: 2 });
    const same = async (total: PromiseLike<number>) =>
      expect(Object.is(await total, await inPlace)).toBe(true);
    await same(pool.reduce(values, tasks.add, { ...options, chunk: 100 }));
    await same(pool.reduce(shared, tasks.add, { ...options, schedule: "dynamic", chunk: 7 }));
    const block = 3; // A 4,096th of 10,007, rounded up: what the array's blocks are.
    await same(pool.reduce(new Set(values), tasks.add, { ...options, block }));
    await pool.close();
  });

  test("is that of blocks added from left to right", async () => {
    let total: number | undefined;
    for (let start = 0; start < values.length; start += 3) {
      const block = values.subarray(start, start + 3).reduce(sum, 0);
      total = total === undefined ? block : total + block;
    }
    expect(Object.is(await inPlace, total)).toBe(true);
  });
});

test.each([2, 0])("totals are combined in index order (%i workers)", async (workers) => {
  const text = await reduce(range(500), tasks.join as never, {
    workers,
    initial: "",
    combine: (a: string, b: string) => a + b,
    block: 7,
  });
  expect(text).toBe(Array.from({ length: 500 }, (_, i) => `${i},`).join(""));
});

test("no items: the initial value", async () => {
  expect(await reduce([], tasks.add, { workers: 2, initial: 5, combine: sum })).toBe(5);
  const none = new Set<number>();
  expect(await reduce(none, tasks.add, { workers: 2, initial: 5, combine: sum })).toBe(5);
});

test("an initial object is cloned for each block", async () => {
  const initial = { count: 0 };
  const total = await reduce(
    range(1_000),
    (seen: { count: number }) => {
      seen.count++;
      return seen;
    },
    { workers: 0, initial, combine: (a, b) => ({ count: a.count + b.count }) },
  );
  expect([total, initial]).toEqual([{ count: 1_000 }, { count: 0 }]);
});

test("a fold that throws names the item", async () => {
  const job = reduce(
    range(100),
    (_total: number, x: number) => {
      if (x === 77) throw new Error("no");
      return 0;
    },
    { workers: 0, initial: 0, combine: sum, block: 10 },
  );
  await expect(job).rejects.toMatchObject({
    code: "SWATH_TASK_FAILED",
    itemIndex: 77,
    preview: "77",
  });
});

test("a `combine` that throws rejects with what it threw, and nothing stays alive", async () => {
  const combine = () => {
    throw new Error("cannot combine");
  };
  const job = reduce(range(10_000), tasks.add, { workers: 2, initial: 0, combine });
  await expect(job).rejects.toThrow("cannot combine");
});

test.each([
  [{ initial: 0 }, "combine"],
  [{ initial: 0, combine: sum, block: 0 }, "block"],
  [{ initial: 0, combine: sum, blok: 1 }, "options.blok"],
])("options are checked at once: %j", (options, option) => {
  expect(() => reduce([1], tasks.add, options as never)).toThrow(
    expect.objectContaining({ code: "SWATH_INVALID_OPTION", option }),
  );
});
