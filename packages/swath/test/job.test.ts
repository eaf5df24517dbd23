import { fromModule, isSwathError, map, range, reduce, SwathError } from "swath";
import { describe, expect, test } from "vitest";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

const threads = watchThreads();

/** `[0, count)`. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The natural numbers, and what was asked of them. */
function naturals() {
  const log = { pulled: 0, closed: 0 };
  function* generate() {
    try {
      for (let i = 0; ; i++) {
        log.pulled++;
        yield i;
      }
    } finally {
      log.closed++;
    }
  }
  return { log, items: generate() };
}

describe("streams", () => {
  test("come in order", async () => {
    const seen: unknown[] = [];
    for await (const value of map(range(500), tasks.sometimesLater, { workers: 2 }))
      seen.push(value);
    expect(seen).toEqual(numbers(500).map((i) => i * 10));
  });

  test.each(["static", "steal", "balanced"] as const)(
    "come in order with %s too",
    async (schedule) => {
      const seen: unknown[] = [];
      const costs = numbers(300).map((i) => 300 - i);
      const options = schedule === "balanced" ? { schedule, costs } : { schedule };
      for await (const value of map(range(300), tasks.inc, { workers: 2, ...options }))
        seen.push(value);
      expect(seen).toEqual(numbers(300).map((i) => i + 1));
    },
  );

  test("pull no more of their source than waits for the reader, though the report was asked for first", async () => {
    let pulled = 0;
    function* source() {
      for (; pulled < 20_000; pulled++) yield pulled;
    }
    const job = map(source(), tasks.inc, { workers: 1, chunk: 10 });
    const report = job.report;
    // Who asks for nothing but the report wants no results: until here.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const seen: unknown[] = [];
    for await (const value of job) {
      if (seen.push(value) > 1) continue;
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(pulled).toBeLessThan(15_000);
    }
    expect(seen).toHaveLength(20_000);
    await report;
  });

  test("unordered() gives every result once, with its index", async () => {
    const seen = new Map<number, unknown>();
    for await (const { index, value } of map(numbers(500), tasks.inc, { workers: 2 }).unordered()) {
      expect(seen.has(index)).toBe(false);
      seen.set(index, value);
    }
    expect([...seen].toSorted(([a], [b]) => a - b)).toEqual(numbers(500).map((i) => [i, i + 1]));
  });

  test.each([2, 0])(
    "an infinite source ends where the loop is left (%i workers)",
    async (workers) => {
      const { log, items } = naturals();
      const job = map(items, tasks.inc, { workers });
      for await (const value of job) if (value === 1_000) break;
      await job.report;
      expect(log.closed).toBe(1);
      expect(threads.alive).toBe(0);
    },
  );

  test("no more than `inFlight` items are pulled ahead of what was taken", async () => {
    const { log, items } = naturals();
    let taken = 0;
    for await (const _ of map(items, tasks.inc, { workers: 2, inFlight: 25 })) {
      taken++;
      expect(log.pulled).toBeLessThanOrEqual(taken + 25);
      if (taken % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      if (taken === 400) break;
    }
    expect(log.closed).toBe(1);
  });

  test.each([
    ["small", 400_000, 0, 200_000],
    ["large", 3_000, 50_000, 1_300],
  ])("%s items are pulled ahead within bounds by default", async (_, count, bytes, most) => {
    let pulled = 0;
    let taken = 0;
    let ahead = 0;
    function* items() {
      for (; pulled < count; pulled++) yield { i: pulled, text: "x".repeat(bytes) };
    }
    for await (const i of map(items(), ({ i }) => i, { workers: 2 })) {
      expect(i).toBe(taken++);
      ahead = Math.max(ahead, pulled - taken);
      if (taken % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(taken).toBe(count);
    expect(ahead).toBeLessThanOrEqual(most);
  });

  test("`inFlight: 1` works, one item at a time", async () => {
    const { log, items } = naturals();
    let taken = 0;
    for await (const _ of map(items, tasks.inc, { workers: 2, inFlight: 1 })) {
      expect(log.pulled).toBeLessThanOrEqual(++taken);
      if (taken === 20) break;
    }
  });

  test("a reader that stands still stops the work", async () => {
    const runs = new Int32Array(new SharedArrayBuffer(4 * 100_000));
    const options = { workers: 2, schedule: "dynamic", chunk: 10, with: runs } as const;
    const stream = map(range(1, 100_000), tasks.mark as never, options)[Symbol.asyncIterator]();
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const begun = runs.reduce((count, mark) => count + (mark > 0 ? 1 : 0), 0);
    // Four chunks of 10 for each worker, and the one that is being read.
    expect(begun).toBeLessThanOrEqual((4 * 2 + 1) * 10);
    await stream.return(undefined);
  });

  test("items of a pulled source are as many as it has, not as many as were asked for", async () => {
    for (const length of [0, 1, 2, 63, 64, 65]) {
      expect(await map(new Set(numbers(length)), tasks.inc, { workers: 2 })).toHaveLength(length);
    }
  });

  test("results before a failure come out, then the failure", async () => {
    const seen: unknown[] = [];
    async function read() {
      const options = { workers: 1, schedule: "dynamic", chunk: 1 } as const;
      for await (const value of map(range(100), tasks.boom, options)) seen.push(value);
    }
    await expect(read()).rejects.toMatchObject({ itemIndex: 41 });
    expect(seen).toEqual(numbers(41));
  });

  test("results are taken in one way only", async () => {
    const job = map(range(10), tasks.inc, { workers: 1 });
    await job;
    expect(await job).toHaveLength(10);
    expect(() => job.unordered()).toThrow(expect.objectContaining({ code: "SWATH_JOB_CONSUMED" }));
    expect(() => job[Symbol.asyncIterator]()).toThrow("already being taken (collect)");
  });
});

describe("a task that throws", () => {
  test.each([2, 0])("rejects with item, preview and cause (%i workers)", async (workers) => {
    const error: unknown = await map(range(100), tasks.boom, { workers }).then(
      () => undefined,
      (reason) => reason,
    );
    expect(isSwathError(error, "SWATH_TASK_FAILED")).toBe(true);
    expect(error).toMatchObject({
      task: "boom",
      itemIndex: 41,
      preview: "41",
      attempt: 1,
      message: expect.stringMatching(
        /^Task `boom` failed on item 41 \(worker \d, attempt 1\): no forty-one$/,
      ),
      cause: { name: "RangeError", message: "no forty-one", cause: { message: "it is odd" } },
    });
    const { cause } = error as { cause: Error };
    expect(cause.stack).toMatch(/boom.*fixtures\/tasks\.mjs:\d+/);
  });

  test("in a chunk of copied items shows the item, not its place in the chunk", async () => {
    const items = numbers(100).map((i) => i + 20);
    const options = { workers: 2, schedule: "dynamic", chunk: 7 } as const;
    await expect(map(items, tasks.boom, options)).rejects.toMatchObject({
      itemIndex: 21,
      preview: "41",
    });
  });

  test("anything at all: the message is kept", async () => {
    await expect(map([1], tasks.throwsString, { workers: 1 })).rejects.toMatchObject({
      cause: { message: "just text" },
    });
  });

  test("has a report all the same", async () => {
    const job = map(range(100), tasks.boom, { workers: 2 });
    await expect(job).rejects.toBeInstanceOf(SwathError);
    expect((await job.report).schema).toBe("swath.report/1");
  });
});

describe("a source that throws", () => {
  test("rejects with the index of the item that could not be had", async () => {
    function* broken() {
      for (let i = 0; i < 30; i++) yield i;
      throw new Error("disk full");
    }
    await expect(map(broken(), tasks.inc, { workers: 2 })).rejects.toMatchObject({
      code: "SWATH_SOURCE_FAILED",
      itemIndex: 30,
      cause: { message: "disk full" },
    });
  });

  test("items that cannot be sent are named", async () => {
    const items = [1, () => 2];
    await expect(map(items as number[], tasks.inc, { workers: 1 })).rejects.toMatchObject({
      code: "SWATH_NOT_SENDABLE",
    });
  });
});

describe("cancelling", () => {
  test("with cancel(reason) rejects with that reason, and leaves nothing running", async () => {
    const job = map(naturals().items, tasks.slow, { workers: 2 });
    const reason = new Error("enough");
    setTimeout(() => job.cancel(reason), 20);
    await expect(job).rejects.toBe(reason);
    await job.report;
    expect(threads.alive).toBe(0);
  });

  test("without a reason rejects with an AbortError", async () => {
    const job = map(naturals().items, tasks.slow, { workers: 0 });
    job.cancel();
    await expect(job).rejects.toMatchObject({ name: "AbortError" });
  });

  test.each([2, 0])(
    "by a signal rejects with the signal's reason (%i workers)",
    async (workers) => {
      const controller = new AbortController();
      const job = map(naturals().items, tasks.slow, { workers, signal: controller.signal });
      setTimeout(() => controller.abort("out of patience"), 20);
      await expect(job).rejects.toBe("out of patience");
    },
  );

  test("by a signal that was aborted before the start runs nothing", async () => {
    const { log, items } = naturals();
    const job = map(items, tasks.inc, { workers: 2, signal: AbortSignal.abort("too late") });
    await expect(job).rejects.toBe("too late");
    await job.report;
    expect(log.pulled).toBe(0);
  });

  test("tells tasks that are running, and begins no chunk that waits behind them", async () => {
    const counts = new Int32Array(new SharedArrayBuffer(8));
    const job = map(range(4), tasks.untilAborted as never, { workers: 2, chunk: 1, with: counts });
    const ended = expect(job).rejects.toBe("stop");
    await expect.poll(() => counts[0]).toBe(2);
    job.cancel("stop");
    await ended;
    await job.report;
    expect(Array.from(counts)).toEqual([2, 2]);
  });

  test("stops threads that do not listen", async () => {
    const job = map(range(2), tasks.forever, { workers: 2 });
    setTimeout(() => job.cancel("stop"), 100);
    await expect(job).rejects.toBe("stop");
    await job.report;
    expect(threads.alive).toBe(0);
  });
});

describe("a worker that dies", () => {
  test("has its chunk run again elsewhere, once, and nothing is lost", async () => {
    const runs = new Int32Array(new SharedArrayBuffer(4 * 101));
    runs[0] = 1;
    const options = { workers: 2, schedule: "dynamic", chunk: 5, with: runs } as const;
    const job = map(range(100), tasks.exitAtFirst as never, options);
    expect(await job).toEqual(numbers(100));
    const { chunks } = await job.report;
    expect(chunks.lost).toBe(1);
    // What was done of the chunk before the thread ended is not done again.
    expect(Array.from(runs.subarray(1))).toEqual(numbers(100).map((i) => (i === 7 ? 2 : 1)));
  });

  test("may die twice", async () => {
    const runs = new Int32Array(new SharedArrayBuffer(4 * 101));
    runs[0] = 2;
    const options = { workers: 2, schedule: "dynamic", chunk: 5, with: runs } as const;
    expect(await map(range(100), tasks.exitAtFirst as never, options)).toEqual(numbers(100));
    expect(runs[8]).toBe(3);
  });

  test("over the same item for the third time fails the job with that item", async () => {
    const options = { workers: 2, schedule: "dynamic", chunk: 5 } as const;
    const job = map(range(100), tasks.exit, options);
    await expect(job).rejects.toMatchObject({
      code: "SWATH_WORKER_DIED",
      itemIndex: 7,
      losses: 3,
      message: expect.stringMatching(
        /^Worker \d ended while running item 7 \(the third worker that it took\): .*code 3/,
      ),
    });
    expect((await job.report).chunks.lost).toBe(3);
  });
});

describe("a task that workers cannot have", () => {
  test("because its module throws, fails with what it threw", async () => {
    const { anything } = fromModule<{ anything(x: number): number }>(
      new URL("./fixtures/throws-on-import.mjs", import.meta.url),
    );
    await expect(map([1], anything, { workers: 2 })).rejects.toMatchObject({
      code: "SWATH_TASK_FAILED",
      itemIndex: -1,
      cause: { message: "this module never loads" },
    });
  });

  test("because the module has no such export, names those that it has", async () => {
    const url = new URL("./fixtures/typed-tasks.ts", import.meta.url);
    const { nrom } = fromModule<{ nrom(x: number): number }>(url);
    await expect(map([1], nrom, { workers: 1 })).rejects.toMatchObject({
      code: "SWATH_TASK_NOT_FOUND",
      message: expect.stringContaining("(functions there: norm)"),
    });
  });

  test("because there is no such file, fails with the file's name", async () => {
    const url = new URL("./fixtures/absent.mjs", import.meta.url);
    const { f } = fromModule<{ f(x: number): number }>(url);
    await expect(map([1], f, { workers: 1 })).rejects.toMatchObject({
      code: "SWATH_TASK_FAILED",
      message: expect.stringContaining("absent.mjs"),
    });
  });

  test("because it is a generator, is refused at once, with what to do", () => {
    function* numbers(x: number) {
      yield x;
    }
    expect(() => map([1], numbers, { workers: 2 })).toThrow(
      expect.objectContaining({
        code: "SWATH_NOT_SENDABLE",
        message: expect.stringContaining("Return an array instead"),
      }),
    );
  });

  test("because its module starts a job when it is loaded, says so instead of starting threads", async () => {
    const url = new URL("./fixtures/nested-job.mjs", import.meta.url);
    const { double } = fromModule<{ double(x: number): number }>(url);
    const before = threads.started;
    await expect(map([1, 2], double, { workers: 2 })).rejects.toMatchObject({
      code: "SWATH_NESTED_JOB",
      message: expect.stringContaining("isMain(import.meta)"),
    });
    expect(threads.started - before).toBe(2);
  });
});

describe("progress and report", () => {
  test("progress counts items and knows the total", async () => {
    const job = map(range(200), tasks.inc, { workers: 2 });
    expect(job.progress).toMatchObject({ done: 0, total: 200 });
    await job;
    expect(job.progress).toMatchObject({ done: 200, total: 200 });
  });

  test("items of a pulled source are counted, not the blocks of a fold", async () => {
    const options = { workers: 1, initial: 0, combine: (a: number, b: number) => a + b, block: 4 };
    const job = reduce(new Set(numbers(30)), tasks.add, options);
    expect(await job).toBe(435);
    expect(job.progress).toMatchObject({ done: 30, total: 30 });
    expect((await job.report).items).toBe(30);
  });

  test("the total of a pulled source is known when it has ended", async () => {
    const job = map(new Set(numbers(30)), tasks.inc, { workers: 1 });
    expect(job.progress.total).toBeUndefined();
    await job;
    expect(job.progress.total).toBe(30);
  });

  test("a report that nobody takes results for lets the job run to its end", async () => {
    const { items, buckets, wall, workers } = await map(range(5_000), tasks.inc, { workers: 2 })
      .report;
    expect([items, workers]).toEqual([5_000, 2]);
    const total = Object.values(buckets).reduce((a, b) => a + b, 0);
    expect(total).toBeCloseTo(workers * wall, 9);
  });

  test("the summary is plain text", async () => {
    const job = map(range(10), tasks.inc, { workers: 1 });
    await job;
    expect((await job.report).summary()).toMatch(
      /^10 items in .*\(1 worker, auto, \d+ chunks?\)$/m,
    );
  });
});
