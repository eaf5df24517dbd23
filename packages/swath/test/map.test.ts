import { createPool, fromModule, map, type Report, range, type TaskContext } from "swath";
import { defineSource } from "swath/plugin";
import { describe, expect, test } from "vitest";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

const threads = watchThreads();
const SCHEDULES = ["auto", "static", "dynamic", "guided", "balanced", "steal"] as const;

/** `[0, count)`. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

describe("what can be looped over", () => {
  test("an array: results in the order of the items", async () => {
    const items = numbers(1_000).map((i) => `item ${i}`);
    const job = map(items, tasks.echo, { workers: 2 });
    expect(await job).toEqual(items);
    expect((await job.report).routes.items).toBe("copy");
  });

  test("no items: no results, and the report says so", async () => {
    const job = map([], tasks.inc, { workers: 2 });
    expect(await job).toEqual([]);
    expect((await job.report).items).toBe(0);
  });

  test("a typed array: copies of its parts are moved", async () => {
    const view = Float32Array.of(1.5, 2.5, 3.5);
    const job = map(view, tasks.inc, { workers: 1 });
    expect(await job).toEqual([2.5, 3.5, 4.5]);
    const { routes, serialization } = await job.report;
    expect(routes.items).toBe("move");
    expect(routes.input).toMatchObject({ route: "move", copied: 0, moved: 12 });
    expect(serialization).toMatchObject({ bytesOut: 12 });
    expect(view).toHaveLength(3);
  });

  test("an array of numbers: they go as a typed array, and arrive as they were", async () => {
    for (const items of [
      numbers(1_000),
      [...numbers(999), -0],
      [0.5, Number.NaN, ...numbers(99)],
    ]) {
      const options = { workers: 2, with: items, schedule: "dynamic", chunk: 100 } as const;
      const job = map(items, tasks.isSame as never, options);
      expect(await job).toEqual(items.map(() => true));
      const { moved, copied } = (await job.report).routes.input;
      expect(moved).toBeGreaterThanOrEqual(100 * 4);
      // What a late worker has not begun goes to the other by halves; under 16 numbers are copied.
      expect(copied).toBeLessThan(moved);
    }
  });

  test("a typed array on shared memory: nothing is copied", async () => {
    const shared = new Float64Array(new SharedArrayBuffer(8 * 500));
    shared.set(numbers(500));
    const job = map(shared, tasks.inc, { workers: 2 });
    expect(await job).toEqual(numbers(500).map((i) => i + 1));
    const { routes, serialization } = await job.report;
    expect(routes.items).toBe("share");
    expect(serialization.bytesOut).toBe(0);
  });

  test("a range with a step, up or down", async () => {
    expect(await map(range(4), tasks.echo, { workers: 2 })).toEqual([0, 1, 2, 3]);
    expect(await map(range(5, 12, 3), tasks.echo, { workers: 2 })).toEqual([5, 8, 11]);
    expect(await map(range(10, 0, -5), tasks.echo, { workers: 2 })).toEqual([10, 5]);
    expect(await map(range(3, 3), tasks.echo, { workers: 2 })).toEqual([]);
  });

  test("an iterable, and an async iterable", async () => {
    expect(await map(new Set(["b", "a", "c"]), tasks.echo, { workers: 2 })).toEqual([
      "b",
      "a",
      "c",
    ]);
    async function* later() {
      for (let i = 0; i < 300; i++) {
        if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
        yield i;
      }
    }
    expect(await map(later(), tasks.inc, { workers: 2 })).toEqual(numbers(300).map((i) => i + 1));
  });

  test.each([
    ["a string", "text"],
    ["a number", 5],
    ["nothing", undefined],
  ])("not %s", (_what, source) => {
    expect(() => map(source as never, tasks.echo)).toThrow("Expected `source` to be an array");
  });
});

describe("the same results", () => {
  const costs = numbers(777).map((i) => i % 13);
  const expected = numbers(777).map((i) => i * 10);

  test.each(SCHEDULES)(
    "with schedule %s, of tasks that are now async, now not",
    async (schedule) => {
      const options = schedule === "balanced" ? { schedule, costs } : { schedule };
      expect(await map(numbers(777), tasks.sometimesLater, { workers: 2, ...options })).toEqual(
        expected,
      );
    },
  );

  test("with any chunk size", async () => {
    for (const chunk of [1, 10, 1_000]) {
      const options = { workers: 2, chunk, schedule: "dynamic" } as const;
      expect(await map(numbers(777), tasks.sometimesLater, options)).toEqual(expected);
    }
  });

  test.each(["static", "guided", "steal", "auto"] as const)(
    "in place, under %s, it stops in the middle of a chunk",
    async (schedule) => {
      const stop = new AbortController();
      const spin = (x: number) => {
        const end = performance.now() + 1;
        while (performance.now() < end);
        return x;
      };
      const job = map(numbers(2_000), spin, { workers: 0, schedule, signal: stop.signal });
      setTimeout(() => stop.abort(new Error("enough")), 50);
      await expect(job).rejects.toThrow("enough");
      expect(job.progress.done).toBeLessThan(900);
    },
  );

  test("in place, with `workers: 0`, where any function will do", async () => {
    const before = threads.started;
    const fn = (x: number) => x * 10;
    expect(await map(numbers(777), fn, { workers: 0 })).toEqual(expected);
    expect(threads.started).toBe(before);
  });

  test("with tasks made by fromModule", async () => {
    const work = fromModule<typeof tasks>(new URL("./fixtures/tasks.mjs", import.meta.url));
    expect(await map([1, 2, 3], work.inc, { workers: 2 })).toEqual([2, 3, 4]);
  });

  test("with a task in TypeScript", async () => {
    const url = new URL("./fixtures/typed-tasks.ts", import.meta.url);
    const { norm } = fromModule<typeof import("./fixtures/typed-tasks.ts")>(url);
    expect(await map([{ x: 3, y: 4 }], norm, { workers: 1 })).toEqual([5]);
  });
});

describe("results", () => {
  test("may be moved instead of copied", async () => {
    const arrays = await map([3, 0, 2], tasks.ramp, { workers: 2 });
    expect(arrays.map((array) => Array.from(array as Float64Array))).toEqual([
      [0, 1, 2],
      [],
      [0, 1],
    ]);
  });

  test.each([2, 0])("moved results are whole with %i workers", async (workers) => {
    const arrays = await map(range(50), tasks.ramp, { workers, chunk: 10, schedule: "dynamic" });
    expect(arrays.map((array) => (array as Float64Array).length)).toEqual(numbers(50));
  });

  test("that cannot be sent name the task and the reason", async () => {
    await expect(map([1], tasks.returnsFunction, { workers: 1 })).rejects.toMatchObject({
      code: "SWATH_TASK_FAILED",
      cause: { code: "SWATH_NOT_SENDABLE" },
    });
  });
});

describe("context", () => {
  test.each([2, 0])("has index, worker, state, with and signal (%i workers)", async (workers) => {
    const results = await map(["a", "b", "c"], tasks.contextOf as never, {
      workers,
      init: tasks.greeting as never,
      with: { limit: 5 },
    });
    (results as ReturnType<typeof tasks.contextOf>[]).forEach((seen, index) => {
      expect(seen).toEqual({
        item: ["a", "b", "c"][index],
        index,
        worker: expect.any(Number),
        state: { hello: `worker ${seen.worker}` },
        shared: { limit: 5 },
        aborted: false,
      });
    });
  });

  test.each([2, 0])("what `init` returns is disposed of once (%i workers)", async (workers) => {
    const counts = new Int32Array(new SharedArrayBuffer(8));
    const places = Math.max(1, workers);
    // Both are there before the job ends.
    const together = (_: number, { with: all }: { readonly with: Int32Array }) => {
      while (Atomics.load(all, 0) < places) Atomics.wait(all, 0, 1, 10);
    };
    const options = { workers, schedule: "static", init: tasks.disposable, with: counts };
    const job = map(range(places), together as never, options as never);
    await job;
    await job.report;
    expect([...counts]).toEqual([places, places]);
  });

  test.each([50, 250])(
    "where a job ends %i ms before a worker has done its `init`, too",
    async (late) => {
      const counts = new Int32Array(new SharedArrayBuffer(12));
      const init = async ({ worker, with: all }: TaskContext<unknown, Int32Array>) => {
        if (worker === 1) {
          // The other one runs everything meanwhile.
          Atomics.add(all, 0, 1);
          while (Atomics.load(all, 2) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        } else while (Atomics.load(all, 0) === 0) Atomics.wait(all, 0, 0, 10);
        return { [Symbol.dispose]: () => void Atomics.add(all, 1, 1) };
      };
      const pool = createPool({ workers: 2 });
      const job = pool.map(range(10), tasks.echo, { init, with: counts } as never);
      await job;
      setTimeout(() => Atomics.store(counts, 2, 1), late);
      const { perWorker } = (await job.report) as Report;
      // It took no part in the job.
      expect(perWorker.map(({ ready }) => ready === null)).toEqual([false, true]);
      await pool.close();
      expect([...counts]).toEqual([1, 2, 1]);
    },
  );

  test("on threads that come up as the job ends, too", async () => {
    for (let run = 0; run < 20; run++) {
      const counts = new Int32Array(new SharedArrayBuffer(8));
      const job = map(range(2), tasks.echo, {
        workers: 2,
        init: tasks.disposable as never,
        with: counts,
      });
      await job.report;
      expect(counts[0]).toBe(counts[1]);
    }
  });

  test.each([1, 0])("the report comes when it has been (%i workers)", async (workers) => {
    const disposed = new Int32Array(new SharedArrayBuffer(4));
    const job = map(range(50), tasks.echo, {
      workers,
      with: disposed,
      init: ({ with: count }: { readonly with: Int32Array }) => ({
        async [Symbol.asyncDispose]() {
          await new Promise((resolve) => setTimeout(resolve, 250));
          Atomics.add(count, 0, 1);
        },
      }),
    } as never);
    await job.report;
    expect(disposed[0]).toBe(1);
  });

  test.each([0, 2])(
    "an `init` that throws fails the job and is named, with %i workers",
    async (workers) => {
      const job = map(range(5), tasks.echo, { workers, init: tasks.failsToStart as never });
      await expect(job).rejects.toMatchObject({
        code: "SWATH_TASK_FAILED",
        itemIndex: -1,
        stage: "init",
        message: expect.stringMatching(
          /^`init` of task `echo` failed in worker \d, before its first/,
        ),
        cause: { message: "no database" },
      });
    },
  );
});

test("a source that is pulled may announce a length", async () => {
  const source = defineSource<number>({
    name: "counter",
    length: 20,
    pull: () => Array.from({ length: 20 }, (_, i) => i).values(),
  });
  const expected = Array.from({ length: 20 }, (_, i) => i + 1);
  expect(await map(source, tasks.inc, { workers: 2 })).toEqual(expected);
  expect(() => map(source, tasks.inc, { workers: 2, schedule: "guided" })).toThrow("schedule");
});
