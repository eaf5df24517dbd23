import { createPool, map, range, reduce } from "swath";
import { describe, expect, test } from "vitest";
import * as tasks from "./fixtures/report-tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

const isLinux = process.platform === "linux";

describe("a report says", () => {
  test("when the job started, and what it really ran with", async () => {
    const before = Date.now();
    const job = map(range(20), tasks.spin, { workers: 2, chunk: 3, retries: 1, with: 0 });
    await job;
    const { startedAt, options, unit } = await job.report;
    expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.now());
    expect(options).toMatchObject({ workers: 2, schedule: "auto", chunk: 3, route: "read" });
    expect(options).toMatchObject({ inline: "never", retries: 1, results: "values", with: true });
    expect(options).not.toHaveProperty("timeout");
    expect(unit).toBe(1);
  });

  test("the length of the blocks of a `reduce`, by which a replay cuts its chunks", async () => {
    const fold = { initial: 0, combine: (a: number, b: number) => a + b, block: 7, workers: 2 };
    const job = reduce(range(100), tasks.sum, fold);
    expect(await job).toBe(4_950);
    expect((await job.report).unit).toBe(7);
  });

  test("memory over time, as long as it lasts", async () => {
    const job = map(range(30), tasks.spin, { workers: 2, with: 10 });
    await job;
    const { wall, memory } = await job.report;
    const { at, resident, heapUsed } = memory.samples;
    expect(at.length).toBeGreaterThan(0);
    expect(resident.length).toBe(at.length);
    expect(heapUsed.length).toBe(at.length);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at.at(-1)).toBeGreaterThanOrEqual(wall * 0.5);
    // The kernel adds up pages of several cores now and then only.
    for (const bytes of resident) expect(bytes).toBeLessThanOrEqual(1.02 * memory.peakResident);
  });

  test("each pause for garbage collection; they sum to the bucket", async () => {
    const job = map(range(400), tasks.litter, { workers: 2 });
    await job;
    const { gc, buckets, workers } = await job.report;
    expect(gc.begin.length).toBeGreaterThan(0);
    expect(gc.worker.every((worker) => worker < workers)).toBe(true);
    const sum = gc.duration.reduce((all, duration) => all + duration, 0);
    // Those that were cut by the end of a chunk count with what was in it.
    expect(buckets.gc).toBeLessThanOrEqual(sum + 1e-3);
    expect(buckets.gc).toBeGreaterThan(0);
  });

  test("the item that took longest, with a preview of it", async () => {
    const items = Array.from({ length: 8 }, (_, i) => ({ tile: `t${i}`, ms: i === 5 ? 150 : 1 }));
    const job = map(items, tasks.spinFor, { workers: 2, chunk: 4, schedule: "dynamic" });
    await job;
    const [first] = (await job.report).slowest;
    expect(first).toMatchObject({ item: 5, preview: "{ tile: 't5', ms: 150 }" });
    expect(first?.itemSeconds).toBeLessThanOrEqual(first?.seconds as number);
  });

  test("bytes by worker, which sum to those of all", async () => {
    const job = map(new Float64Array(5_000), tasks.plusOne, { workers: 2, chunk: 100 });
    await job;
    const { perWorker, serialization } = await job.report;
    const sum = (key: "bytesOut" | "bytesIn") => perWorker.reduce((all, w) => all + w[key], 0);
    // A chunk that an idle worker takes over is sent twice.
    expect(serialization.bytesOut).toBeGreaterThanOrEqual(40_000);
    expect(sum("bytesOut")).toBe(serialization.bytesOut);
    expect(Math.abs(sum("bytesIn") - serialization.bytesIn)).toBeLessThan(perWorker.length);
  });

  test.runIf(isLinux)("who was on a core: a task that sleeps was not", async () => {
    await using pool = createPool({ workers: 2 });
    await pool.map(range(2), tasks.sleep, { with: 0 });
    const job = pool.map(range(12), tasks.sleep, { with: 60 });
    await job;
    const { perWorker, buckets, bound } = await job.report;
    const cpu = perWorker.reduce((sum, worker) => sum + (worker.cpu as number), 0);
    expect(cpu).toBeLessThan(buckets.useful / 2);
    expect(bound.kind).toBe("waiting");
    for (const { heapUsed } of perWorker) expect(heapUsed).toBeGreaterThan(0);
  });

  test.runIf(isLinux)("nothing of cores where a thread worked for two jobs at once", async () => {
    await using pool = createPool({ workers: 1 });
    const jobs = [0, 1].map(() => pool.map(range(20), tasks.sleep, { with: 2, chunk: 1 }));
    await Promise.all(jobs);
    for (const job of jobs) {
      expect((await job.report).perWorker[0]).not.toHaveProperty("cpu");
    }
  });

  test("what measuring cost, and how busy the caller's thread was", async () => {
    const job = map(range(100_000), tasks.plusOne, { workers: 2 });
    await job;
    const { overhead, driver, wall } = await job.report;
    expect(overhead.seconds).toBeGreaterThan(0);
    expect(overhead.share).toBeGreaterThan(0);
    expect(driver.busy).toBeGreaterThan(0);
    expect(driver.busy).toBeLessThanOrEqual(wall + 1e-9);
    expect(driver.starting).toBeGreaterThan(0);
    expect(driver.starting).toBeLessThanOrEqual(driver.busy);
  });

  test("the time begins with the call: what that does at once is part of starting", async () => {
    let until: number | undefined;
    const items = new Proxy([1, 2, 3], {
      get(target, key) {
        until ??= performance.now() + 50;
        while (performance.now() < until);
        return Reflect.get(target, key);
      },
    });
    const job = map(items, tasks.plusOne, { workers: 1 });
    expect(await job).toEqual([2, 3, 4]);
    const { driver, wall, buckets } = await job.report;
    expect(driver.starting).toBeGreaterThanOrEqual(0.05);
    expect(buckets.start).toBeGreaterThanOrEqual(0.05);
    expect(wall).toBeGreaterThanOrEqual(driver.starting);
  });

  describe.runIf(process.platform === "linux")("who had the cores", () => {
    test("threads that were started say what that took, those that were there do not", async () => {
      const job = map(range(10), tasks.plusOne, { workers: 1 });
      await job;
      expect((await job.report).perWorker[0]?.starting).toBeGreaterThan(0);
      await using pool = createPool({ workers: 1 });
      await pool.map(range(10), tasks.plusOne, { report: false });
      const second = pool.map(range(10), tasks.plusOne);
      await second;
      expect((await second.report).perWorker[0]).not.toHaveProperty("starting");
    });

    test("other threads are known in a job that runs alone, and beside others are not", async () => {
      const options = { workers: 1, with: 30 } as const;
      const alone = map(range(2), tasks.sleep, options);
      await alone;
      expect((await alone.report).helpers).toBeGreaterThanOrEqual(0);
      const jobs = [map(range(2), tasks.sleep, options), map(range(2), tasks.sleep, options)];
      await Promise.all(jobs);
      for (const job of jobs) expect(await job.report).not.toHaveProperty("helpers");
      const after = map(range(2), tasks.sleep, options);
      await after;
      expect(await after.report).toHaveProperty("helpers");
    });
  });
});

describe("speed-up", () => {
  test("is the identity, once it is known how workers slow each other down", async () => {
    const results = Array.from({ length: 1_200 }, (_, i) => i);
    const options = { workers: 2, with: 1, schedule: "dynamic", chunk: 4 } as const;
    const job = map(range(1_200), tasks.spin, { ...options, report: { calibrate: true } });
    expect(await job).toEqual(results);
    const { workers, efficiency: e, computeScaling, speedup, environment } = await job.report;
    expect(computeScaling?.items).toBeGreaterThan(0);
    const { value, low, high } = computeScaling as NonNullable<typeof computeScaling>;
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    const factors = e.start * e.balance * e.dispatch * e.transfer * e.gc;
    expect(speedup).toBeCloseTo(workers * factors * value, 9);
    expect(environment.copyRate).toBeGreaterThan(0);
  });

  test("is absent where it was not asked for", async () => {
    const job = map(range(100), tasks.spin, { workers: 2, with: 0 });
    await job;
    const report = await job.report;
    expect(report).not.toHaveProperty("computeScaling");
    expect(report).not.toHaveProperty("speedup");
  });

  test.each(["static", "dynamic", "guided", "steal", "auto"] as const)(
    "is sought without losing or doubling anything: %s",
    async (schedule) => {
      const counts = new Int32Array(new SharedArrayBuffer(4 * 3_000));
      const options = { workers: 3, schedule, with: counts, report: { calibrate: true } } as const;
      const job = map(range(3_000), tasks.count, options);
      expect(await job).toEqual(Array.from({ length: 3_000 }, (_, i) => i));
      expect(counts.every((count) => count === 1)).toBe(true);
    },
  );
});

describe("report: false", () => {
  test("records nothing: the results are the same, and there is no report", async () => {
    const job = map(range(1_000), tasks.plusOne, { workers: 2, report: false });
    expect((await job).at(-1)).toBe(1_000);
    await expect(job.report).rejects.toMatchObject({ code: "SWATH_NOT_RECORDED" });
  });

  test("a pool closes all the same", async () => {
    const pool = createPool({ workers: 1 });
    await pool.map(range(10), tasks.plusOne, { report: false });
    await pool.close();
  });
});
