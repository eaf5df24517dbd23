import { forEach, type Job, map, range } from "swath";
import { observeJobs } from "swath/plugin";
import { describe, expect, test } from "vitest";
import { watchThreads } from "./threads-alive.ts";

const threads = watchThreads();
const AUTO = { inline: "auto", workers: 2 } as const;

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function spin(ms: number): void {
  for (const begin = performance.now(); performance.now() - begin < ms; );
}

/** What `fn` was called with, in this order; it goes on in place, for it writes what it captured. */
function counted<R>(fn: (x: number) => R) {
  const calls: number[] = [];
  const task = (x: number) => {
    calls.push(x);
    return fn(x);
  };
  return { calls, task };
}

/** A head start gives up where something else had the core for long: not its fault. */
const AGAIN = { retry: 5 };
const aTurn = () => Promise.resolve();
const expected = (count: number) => numbers(count).map((x) => x * 2);

describe("a loop that is over within milliseconds", () => {
  test("is over a turn after the call", AGAIN, async () => {
    const { calls, task } = counted((x) => x * 2);
    const job = map(numbers(100), task, AUTO);
    expect(calls).toEqual([]);
    await aTurn();
    expect(calls).toEqual(numbers(100));
    expect(await job).toEqual(expected(100));
    expect(await job).toBe(await job);
    expect(calls).toHaveLength(100);
  });

  test.each([
    ["an array", numbers(50)],
    ["a typed array", Float64Array.from(numbers(50))],
    ["a typed array in shared memory", new Uint8Array(new SharedArrayBuffer(50)).map((_, i) => i)],
    ["a range", range(0, 50)],
  ])("goes over %s", async (_, source) => {
    expect(await map(source, (x: number) => x * 2, AUTO)).toEqual(expected(50));
  });

  test("of no items has no results", async () => {
    const job = map([] as number[], (x) => x, AUTO);
    expect(await job).toEqual([]);
    expect((await job.report).items).toBe(0);
  });

  test("can be taken in every way, and once", async () => {
    const job = () => map(range(20), (x) => x * 2, AUTO);
    const ordered: number[] = [];
    for await (const value of job()) ordered.push(value);
    expect(ordered).toEqual(expected(20));
    const places = [];
    for await (const { index, value } of job().unordered()) places[index] = value;
    expect(places).toEqual(expected(20));
    const settled = await job().settled();
    expect(settled[7]).toEqual({ status: "fulfilled", value: 14 });
    const taken = job();
    await taken;
    expect(() => taken[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: "SWATH_JOB_CONSUMED" }),
    );
  });

  test("tells its progress, and then cannot be cancelled any more", AGAIN, async () => {
    const job = map(range(20), (x) => x * 2, AUTO);
    await aTurn();
    expect(job.progress).toMatchObject({ done: 20, total: 20, resumed: 0, failed: 0 });
    job.cancel();
    expect(await job).toEqual(expected(20));
  });

  test("can be cancelled and stopped before", async () => {
    const { calls, task } = counted((x) => x);
    const cancelled = map(range(20), task, AUTO);
    cancelled.cancel();
    await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
    const stopped = map(range(20), task, AUTO);
    stopped.stop();
    await expect(stopped).rejects.toMatchObject({ code: "SWATH_INTERRUPTED" });
    expect(calls).toEqual([]);
  });

  test("can be cancelled and looked at by its own task", AGAIN, async () => {
    const seen: unknown[] = [];
    const job = map(
      range(200),
      (x) => {
        if (x === 7) seen.push(job.progress.done, job.progress.total);
        if (x === 9) job.cancel(new Error("found"));
        seen.push(x);
      },
      AUTO,
    );
    await expect(job).rejects.toThrow("found");
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 200, 7, 8, 9]);
  });

  test.each([
    ["cancelled", (job: Job<unknown>) => job.cancel(new Error("found"))],
    ["stopped", (job: Job<unknown>) => job.stop()],
  ])("can be %s by its last item as by any", AGAIN, async (how, end) => {
    const job: Job<unknown> = map(range(8), (x) => x === 7 && end(job), AUTO);
    if (how === "cancelled") await expect(job).rejects.toThrow("found");
    else expect(await job).toHaveLength(8);
  });

  test("ends after an item that stops it and waits", async () => {
    let isSaved = false;
    const save = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      isSaved = true;
    };
    const job: Job<unknown> = map(range(8), (x) => (x === 2 ? (job.stop(), save()) : x), AUTO);
    await expect(job).rejects.toMatchObject({ code: "SWATH_INTERRUPTED" });
    expect(isSaved).toBe(true);
  });

  test("ends with the failure of an item that stops it and fails", async () => {
    const fail = () => {
      throw new Error("no");
    };
    const job: Job<unknown> = map(range(8), (x) => (x === 2 ? (job.stop(), fail()) : x), AUTO);
    await expect(job).rejects.toMatchObject({ code: "SWATH_TASK_FAILED", itemIndex: 2 });
  });

  test("lets the event loop turn, however many follow each other", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    for (let i = 0; i < 10; i++) await map(range(6), () => spin(2), AUTO);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });

  test("cannot be awaited by its own task, which is told so", async () => {
    const job: Job<unknown> = map(range(3), () => job[Symbol.asyncIterator](), AUTO);
    await expect(job).rejects.toMatchObject({ code: "SWATH_TASK_FAILED", itemIndex: 0 });
  });

  test("gives each item what a job gives it", async () => {
    const seen: unknown[] = [];
    const look = (x: number, context: Readonly<Record<string, unknown>>) => {
      const { index, worker, state, with: given, signal, log } = { ...context };
      expect(log).toBeTypeOf("function");
      seen.push({ x, index, worker, state, given, isAborted: (signal as AbortSignal).aborted });
      return signal;
    };
    const job = map([5, 6], look as never, { ...AUTO, with: "all" });
    const [signal] = (await job) as AbortSignal[];
    const same = { worker: 0, state: undefined, given: "all", isAborted: false };
    expect(seen).toEqual([
      { x: 5, index: 0, ...same },
      { x: 6, index: 1, ...same },
    ]);
    expect(signal?.aborted).toBe(true);
  });

  test("has a report of what it was, whenever that is asked for", AGAIN, async () => {
    const before = performance.now();
    const items = Float64Array.from([5, 6, 7, 8]);
    const job = map(items, () => spin(0.5), AUTO);
    await job;
    const passed = (performance.now() - before) / 1e3;
    structuredClone(items, { transfer: [items.buffer] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = (performance.now() - before) / 1e3;
    const report = await job.report;
    const { wall, buckets, executor, place, spans, perWorker, driver, memory } = report;
    expect({ items: report.items, executor }).toEqual({ items: 4, executor: "inline" });
    expect(place).toMatchObject({ items: 4 });
    expect(wall).toBeLessThanOrEqual(passed);
    expect(buckets.useful).toBeGreaterThanOrEqual(0.002);
    expect(buckets.start + buckets.useful).toBeCloseTo(wall, 9);
    expect(driver.busy).toBeLessThanOrEqual(wall);
    expect(driver.busy).toBeGreaterThanOrEqual(buckets.useful);
    expect(spans).toMatchObject({ count: 1, start: [0], end: [4] });
    expect(perWorker[0]).toMatchObject({ items: 4, chunks: 1 });
    expect(memory.samples.at).toHaveLength(1);
    expect(memory.samples.at[0]).toBeLessThan(asked);
    expect(report.slowest[0]).toMatchObject({ start: 0, end: 4, preview: "5" });
    expect(threads.started).toBe(0);
  });

  test("may be a forEach", AGAIN, async () => {
    const { calls, task } = counted(() => undefined);
    const job = forEach(range(30), task, AUTO);
    await aTurn();
    expect(calls).toHaveLength(30);
    expect(await job).toBeUndefined();
    expect((await job.report).items).toBe(30);
  });

  test("is a job like any other where somebody watches jobs", async () => {
    const seen: number[] = [];
    const end = observeJobs((job) => void job.report.then(() => seen.push(job.progress.done)));
    const { calls, task } = counted((x) => x * 2);
    const job = map(range(10), task, AUTO);
    end();
    await aTurn();
    expect(calls).toHaveLength(0);
    await job;
    await expect.poll(() => seen).toEqual([10]);
  });
});

describe("a loop that is not over by then", () => {
  test.each([0.1, 1, 20])("goes on, and runs each item of %d ms once", async (ms) => {
    const { calls, task } = counted((x) => {
      spin(ms);
      return x * 2;
    });
    const count = Math.ceil(60 / ms);
    const job = map(numbers(count), task, AUTO);
    await aTurn();
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.length).toBeLessThan(count);
    expect(await job).toEqual(expected(count));
    expect(calls).toEqual(numbers(count));
    const { items, place, perWorker, wall, buckets } = await job.report;
    expect({ items, placed: place?.items }).toEqual({ items: count, placed: count });
    expect(perWorker[0]?.items).toBe(count);
    const { start, tail, starve, transfer, gc, useful } = buckets;
    expect(start + tail + starve + transfer + gc + useful).toBeCloseTo(wall, 9);
  });

  test("goes over to threads, which run what is left", async () => {
    const counts = new Int32Array(new SharedArrayBuffer(4 * 1_000));
    const count = (x: number, { with: all }: { readonly with: Int32Array }) => {
      Atomics.add(all, x, 1);
      for (const begin = performance.now(); performance.now() - begin < 2; );
      return x * 2;
    };
    const job = map(range(1_000), count, { ...AUTO, with: counts });
    expect(await job).toEqual(expected(1_000));
    expect([...counts]).toEqual(numbers(1_000).map(() => 1));
    expect((await job.report).executor).toBe("threads");
  });

  test("may be taken as a stream", async () => {
    const job = map(range(300), (x) => (spin(0.2), x * 2), AUTO);
    const values: number[] = [];
    for await (const value of job) values.push(value);
    expect(values).toEqual(expected(300));
  });
});

describe("a source that is not what it seems", () => {
  test("and is moved away before the job begins fails it, and its report says so", async () => {
    const items = Float64Array.from(numbers(8));
    const job = map(items, (x) => x, AUTO);
    structuredClone(items, { transfer: [items.buffer] });
    await expect(job).rejects.toThrow("detached");
    expect((await job.report).items).toBe(0);
  });

  test.each([0, 5])("and throws when item %d is read fails the job", async (at) => {
    const items = numbers(8);
    Object.defineProperty(items, at, {
      get() {
        throw new Error("no five");
      },
      enumerable: true,
    });
    await expect(map(items, (x) => x, AUTO)).rejects.toThrow("no five");
  });

  test("and grows shorter while it is read ends the loop as it does any job", async () => {
    const items = numbers(64);
    const job = map(items, (x) => (items.splice(10), x), AUTO);
    const [first, ...others] = await job;
    expect(first).toBe(0);
    expect(others).toHaveLength(63);
  });

  test("and has places without items has them as undefined", async () => {
    const items: (number | undefined)[] = [1];
    items[2] = 3;
    expect(await map(items, (x) => x ?? "none", AUTO)).toEqual([1, "none", 3]);
  });
});

describe("an item that is more than a call", () => {
  test("and fails has been called once, and is named", async () => {
    const { calls, task } = counted((x) => {
      if (x === 5) throw new RangeError("not five");
      return x;
    });
    const error = await map(range(10), task, AUTO).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({
      code: "SWATH_TASK_FAILED",
      itemIndex: 5,
      cause: { message: "not five" },
    });
    expect(calls).toEqual(numbers(6));
    const frames = (error as Error).stack?.split("\n").filter((line) => line.includes(__filename));
    expect(new Set(frames).size).toBe(frames?.length);
  });

  test("and fails lets the others go on where that is wanted", async () => {
    const odd = () =>
      counted((x) => {
        if (x % 2 === 1) throw new RangeError(`not ${x}`);
        return x;
      });
    const first = odd();
    const settled = await map(range(6), first.task, AUTO).settled();
    const states = ["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled", "rejected"];
    expect(settled.map(({ status }) => status)).toEqual(states);
    expect(first.calls).toEqual(numbers(6));
    const second = odd();
    const job = map(range(6), second.task, { ...AUTO, onError: "collect" });
    await expect(job).rejects.toMatchObject({ code: "SWATH_TASKS_FAILED" });
    expect(second.calls).toEqual(numbers(6));
  });

  test("and fails is tried again", async () => {
    let failures = 0;
    const task = (x: number) => {
      if (x === 3 && failures++ < 2) throw new Error("not yet");
      return x * 2;
    };
    expect(await map(range(5), task, { ...AUTO, retries: 2 })).toEqual(expected(5));
    expect(failures).toBe(3);
  });

  test("and gives a promise is waited for, and called once", async () => {
    const { calls, task } = counted((x) => (x % 3 === 2 ? Promise.resolve(x * 2) : x * 2));
    expect(await map(range(20), task, AUTO)).toEqual(expected(20));
    expect(calls).toEqual(numbers(20));
    const later = counted(async (x) => {
      await new Promise((resolve) => setImmediate(resolve));
      return x * 2;
    });
    expect(await map(range(5), later.task, AUTO)).toEqual(expected(5));
    expect(later.calls).toEqual(numbers(5));
  });

  test("and gives a promise that is rejected fails", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const { calls, task } = counted((x) => (x === 2 ? Promise.reject(new Error("no")) : x));
    const job = map(range(5), task, AUTO);
    await expect(job).rejects.toMatchObject({ code: "SWATH_TASK_FAILED", itemIndex: 2 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expect(calls).toEqual(numbers(3));
  });
});
