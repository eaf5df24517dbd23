import { createPool, map, range } from "swath";
import { expect, test } from "vitest";
import * as tasks from "../../fixtures/thread-tasks.mjs";
import { watchThreads } from "../../threads-alive.ts";

const threads = watchThreads();
const ordered = { chunk: 5, schedule: "dynamic" } as const;

test("a worker is replaced once it has done `maxItemsPerWorker`; nothing is lost or done twice", async () => {
  const before = threads.started;
  const job = map(range(100), tasks.same, { ...ordered, workers: 1, maxItemsPerWorker: 20 });
  expect(await job).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect((await job.report).chunks.lost).toBe(0);
  expect(threads.started - before).toBeGreaterThanOrEqual(5);
});

test("each thread does its share and no more", async () => {
  const ids = await map(range(60), tasks.threadOf, {
    ...ordered,
    workers: 2,
    maxItemsPerWorker: 10,
  });
  const counts = new Map<unknown, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(10);
});

test("a worker is replaced when it holds more than `maxMemoryPerWorker`", async () => {
  const limit = 40_000_000;
  const ids = await map(range(100), tasks.leaks, {
    ...ordered,
    workers: 1,
    maxMemoryPerWorker: limit,
  });
  const perThread = ids.length / new Set(ids).size;
  // 1 MB an item, beside a heap of some 5–10 MB.
  expect(perThread).toBeGreaterThan(10);
  expect(perThread).toBeLessThanOrEqual(45);
});

test("what `init` opened in a worker is disposed of before the worker is replaced", async () => {
  const marks = new Int32Array(new SharedArrayBuffer(8));
  const options = {
    ...ordered,
    workers: 1,
    maxItemsPerWorker: 20,
    init: tasks.opened,
    with: marks,
  };
  const job = map(range(50), tasks.same, options);
  await job;
  await job.report;
  expect(marks[0]).toBeGreaterThanOrEqual(3);
  expect(marks[1]).toBe(marks[0]);
});

test("two jobs of one pool share a worker that is replaced under them", async () => {
  await using pool = createPool({ workers: 1, maxItemsPerWorker: 15 });
  const expected = Array.from({ length: 60 }, (_, i) => i);
  const jobs = [pool.map(range(60), tasks.same, ordered), pool.map(range(60), tasks.same, ordered)];
  expect(await Promise.all(jobs)).toEqual([expected, expected]);
  for (const job of jobs) expect((await job.report).chunks.lost).toBe(0);
});
