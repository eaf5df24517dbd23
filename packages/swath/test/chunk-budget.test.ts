import { describe, expect, test } from "vitest";
import { createPool, map, range, reduce } from "../dist/index.js";

/** Items of which every hundredth takes far longer than a worker may spend on a probe. */
function uneven(i: number): number {
  const end = performance.now() + (i % 100 === 3 ? 3 : 0);
  while (performance.now() < end);
  return i * 2;
}

const doubled = (count: number) => Array.from({ length: count }, (_, i) => i * 2);

describe("a worker that gives back what it has no time for", () => {
  test("leaves the results whole and in order", async () => {
    expect(await map(range(1_000), uneven, { workers: 2 })).toEqual(doubled(1_000));
  });

  test("in a stream, too, and for items that are sent", async () => {
    const seen: number[] = [];
    const items = Array.from({ length: 1_000 }, (_, i) => i);
    for await (const value of map(items, uneven, { workers: 2 })) seen.push(value);
    expect(seen).toEqual(doubled(1_000));
  });

  test("each item's function is called once", async () => {
    const calls = new Int32Array(new SharedArrayBuffer(4 * 1_000));
    await using pool = createPool({ workers: 2 });
    await pool.map(range(1_000), (i) => {
      Atomics.add(calls, i, 1);
      const end = performance.now() + (i % 50 === 0 ? 2 : 0);
      while (performance.now() < end);
    });
    expect(calls.every((count) => count === 1)).toBe(true);
  });

  test("waits for promises, and gives back after them", async () => {
    const slow = async (i: number) => {
      if (i % 40 === 1) await new Promise((resolve) => setTimeout(resolve, 2));
      return i * 2;
    };
    expect(await map(range(400), slow, { workers: 2 })).toEqual(doubled(400));
  });

  test("a fold's blocks come out the same on any number of workers", async () => {
    const halves = (sum: number, i: number) => sum + 1 / (uneven(i) + 1);
    const add = { initial: 0, combine: (a: number, b: number) => a + b };
    const one = await reduce(range(600), halves, { ...add, workers: 1 });
    expect(await reduce(range(600), halves, { ...add, workers: 2 })).toBe(one);
  });

  test("failed items in it are named, and the others done", async () => {
    const picky = (i: number) => {
      if (i % 100 === 3) throw new RangeError(`no ${i}`);
      return uneven(i + 1);
    };
    const settled = await map(range(400), picky, { workers: 2 }).settled();
    const failed = settled.flatMap(({ status }, i) => (status === "rejected" ? [i] : []));
    expect(failed).toEqual([3, 103, 203, 303]);
  });

  test("the parts are chunks of the report, which counts each item once", async () => {
    const job = map(range(1_000), uneven, { workers: 2 });
    await job;
    const { spans, perWorker } = await job.report;
    const ranges = spans.start.map((start, k) => [start, spans.end[k] as number] as const);
    ranges.sort(([a], [b]) => a - b);
    expect(ranges.map(([start]) => start)).toEqual([
      0,
      ...ranges.slice(0, -1).map(([, end]) => end),
    ]);
    expect(perWorker.reduce((sum, { items }) => sum + items, 0)).toBe(1_000);
  });
});
