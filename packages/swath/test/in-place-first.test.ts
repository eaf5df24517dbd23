import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPool, forEach, type JobOptions, map, range, reduce } from "swath";
import { describe, expect, test } from "vitest";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

const threads = watchThreads();
/** Items of two milliseconds: so many that two threads are worth their start. */
const ITEMS = 400;

function counters(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * ITEMS));
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

const AUTO = { inline: "auto", workers: 2 } as const;
const tripled = numbers(ITEMS).map((i) => i * 3);
const ones = numbers(ITEMS).map(() => 1);

async function* later(): AsyncGenerator<number> {
  for (let i = 0; i < ITEMS; i++) {
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    yield i;
  }
}

describe("a loop that is too short for threads", () => {
  test("runs in the caller's thread, and the report says why", async () => {
    const before = threads.started;
    const job = map(numbers(1_000), (x) => x + 1, AUTO);
    expect((await job).at(-1)).toBe(1_000);
    const { executor, workers, place, serialization } = await job.report;
    expect({ executor, workers }).toEqual({ executor: "inline", workers: 1 });
    expect(place?.items).toBe(1_000);
    expect(place?.why).toMatch(/in all, less than threads take to start$/);
    expect(serialization.bytesOut + serialization.bytesIn).toBe(0);
    expect(threads.started).toBe(before);
  });

  test("may do what threads cannot: write captured variables, take and give anything", async () => {
    let sum = 0;
    const add = (x: { readonly get: () => number }) => {
      sum += x.get();
      return x;
    };
    const items = numbers(10).map((i) => ({ get: () => i }));
    const results = await map(items, add, AUTO);
    expect(sum).toBe(45);
    expect(results[3]).toBe(items[3]);
  });

  test("lets the event loop turn", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const options = { ...AUTO, workers: 1, with: counters(), schedule: "guided" } as const;
    await map(range(100), tasks.counted, options);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});

describe("a loop that is worth threads goes over to them, and every item runs once", () => {
  const sources = {
    "an array": () => numbers(ITEMS),
    "a range": () => range(ITEMS),
    "a typed array": () => Float64Array.from(numbers(ITEMS)),
    "an iterable": () => new Set(numbers(ITEMS)),
    "an async iterable": () => later(),
    "shared memory": () => {
      const view = new Float64Array(new SharedArrayBuffer(8 * ITEMS));
      view.set(numbers(ITEMS));
      return view;
    },
  } as const;
  test.each(Object.entries(sources))("over %s", async (_name, source) => {
    const runs = counters();
    const job = map(source() as Iterable<number>, tasks.counted, { ...AUTO, with: runs });
    expect(await job).toEqual(tripled);
    expect(Array.from(runs)).toEqual(ones);
    const { executor, workers, place } = await job.report;
    expect({ executor, workers }).toEqual({ executor: "threads", workers: 2 });
    expect(place?.items).toBeGreaterThan(0);
    expect(place?.items).toBeLessThan(ITEMS);
    expect(place?.why).toMatch(/^after .+, predicted for the rest: .+ in place, .+ on 2 threads$/);
  });

  const options: Readonly<Record<string, JobOptions<Int32Array>>> = {
    guided: { schedule: "guided" },
    dynamic: { schedule: "dynamic", chunk: 3 },
    steal: { schedule: "steal" },
    balanced: { schedule: "balanced", costs: numbers(ITEMS) },
    "three workers": { workers: 3 },
  };
  test.each(Object.entries(options))("with %s", async (_name, more) => {
    const runs = counters();
    const job = map(numbers(ITEMS), tasks.counted, { ...AUTO, ...more, with: runs });
    expect(await job).toEqual(tripled);
    expect(Array.from(runs)).toEqual(ones);
    expect((await job.report).executor).toBe("threads");
  });

  test("with tasks that return promises", async () => {
    const runs = counters();
    expect(await map(numbers(ITEMS), tasks.countedLater, { ...AUTO, with: runs })).toEqual(tripled);
    expect(Array.from(runs)).toEqual(ones);
  });

  test("as a stream, in order and not", async () => {
    const runs = counters();
    const ordered: unknown[] = [];
    const job = map(later(), tasks.counted, { ...AUTO, with: runs, inFlight: 20 });
    for await (const value of job) ordered.push(value);
    expect(ordered).toEqual(tripled);
    const found = new Map<number, unknown>();
    const other = map(numbers(ITEMS), tasks.counted, { ...AUTO, with: runs });
    for await (const { index, value } of other.unordered()) found.set(index, value);
    expect(numbers(ITEMS).map((i) => found.get(i))).toEqual(tripled);
    expect(Array.from(runs)).toEqual(ones.map(() => 2));
  });

  test("with `forEach`, and with `reduce` to the same bits", async () => {
    const runs = counters();
    await forEach(numbers(ITEMS), tasks.counted, { ...AUTO, with: runs });
    expect(Array.from(runs)).toEqual(ones);
    const fold = { initial: 0, combine: (a: number, b: number) => a + b, block: 7 };
    const inPlace = await reduce(range(ITEMS), tasks.addSlowly, { ...fold, workers: 0 });
    const job = reduce(range(ITEMS), tasks.addSlowly, { ...fold, ...AUTO });
    expect(await job).toBe(inPlace);
    expect((await job.report).executor).toBe("threads");
  });

  test("with retries, and with items that fail and are left out", async () => {
    const runs = counters();
    const again = map(numbers(ITEMS), tasks.countedTwice, { ...AUTO, with: runs, retries: 1 });
    expect(await again).toEqual(tripled);
    expect(Array.from(runs)).toEqual(numbers(ITEMS).map((i) => (i % 10 === 7 ? 2 : 1)));
    const settled = await map(numbers(ITEMS), tasks.countedNoSevens, {
      ...AUTO,
      with: counters(),
    }).settled();
    const failed = settled.flatMap(({ status }, i) => (status === "rejected" ? [i] : []));
    expect(failed).toEqual(numbers(ITEMS).filter((i) => i % 10 === 7));
  });

  test("with `init`: once in each place, and disposed of", async () => {
    const calls = new Int32Array(new SharedArrayBuffer(8));
    const job = map(range(ITEMS), tasks.slowContextOf, {
      ...AUTO,
      with: calls,
      init: tasks.disposable,
    });
    const seen = new Set((await job).map(({ worker }) => worker));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1]);
    await job.report;
    expect(Array.from(calls)).toEqual([3, 3]);
  });

  test("with a journal, from which a second run goes on without running anything", async () => {
    const folder = mkdtempSync(join(tmpdir(), "swath-place-"));
    const options = { ...AUTO, journal: join(folder, "j") };
    const runs = counters();
    expect(await map(range(ITEMS), tasks.counted, { ...options, with: runs })).toEqual(tripled);
    const none = counters();
    expect(await map(range(ITEMS), tasks.counted, { ...options, with: none })).toEqual(tripled);
    expect(none.every((count) => count === 0)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  test("on a pool, whose threads it leaves alone until then", async () => {
    await using pool = createPool({ workers: 2 });
    const before = threads.started;
    await pool.map(numbers(10), tasks.inc, { inline: "auto" });
    expect(threads.started).toBe(before);
    const runs = counters();
    const job = pool.map(numbers(ITEMS), tasks.counted, { inline: "auto", with: runs });
    expect(await job).toEqual(tripled);
    expect(Array.from(runs)).toEqual(ones);
    expect((await job.report).executor).toBe("threads");
  });

  test("but threads that are ready only when it is done have had no part in it", async () => {
    const all = [new Int32Array(new SharedArrayBuffer(4)), ITEMS - 1];
    const before = threads.started;
    const options = { ...AUTO, init: tasks.waitsForEnd, with: all };
    const job = map(numbers(ITEMS), tasks.tellsEnd, options as never);
    expect(new Set(await job)).toEqual(new Set([true]));
    const { executor, workers, place } = await job.report;
    expect(threads.started).toBeGreaterThan(before);
    expect({ executor, workers, items: place?.items }).toEqual({
      executor: "inline",
      workers: 1,
      items: ITEMS,
    });
  });

  test("until it is cancelled, before or after", async () => {
    for (const after of [5, 300]) {
      const controller = new AbortController();
      const { signal } = controller;
      const job = map(numbers(ITEMS * 10), tasks.slowContextOf, { ...AUTO, signal });
      setTimeout(() => controller.abort(new Error("enough")), after);
      await expect(job).rejects.toThrow("enough");
      await job.report;
    }
  });
});

describe("a loop that threads could not do in the same way stays in place", () => {
  test.each([
    ["writes a captured variable", "`n`"],
    ["fills a captured list", "A task writes into `seen`"],
  ])("because its task %s", async (what, why) => {
    let n = 0;
    const seen: number[] = [];
    const spin = () => {
      const until = performance.now() + 2;
      while (performance.now() < until);
    };
    const write = (x: number) => {
      spin();
      n += x;
    };
    const fill = (x: number) => {
      spin();
      seen.push(x);
    };
    const job = map(numbers(ITEMS), what.startsWith("writes") ? write : fill, AUTO);
    await job;
    const { place, executor } = await job.report;
    expect(executor).toBe("inline");
    expect(place?.why).toContain(why);
    expect(what.startsWith("writes") ? n : seen.reduce((a, b) => a + b)).toBe(
      (ITEMS * (ITEMS - 1)) / 2,
    );
  });

  test("because its task writes into captured data in a roundabout way", async () => {
    const spin = () => {
      const until = performance.now() + 2;
      while (performance.now() < until);
    };
    const counts = new Map<number, number>();
    const list: number[] = [];
    const deep = { list };
    const total = { sum: 0 };
    const ways = [
      (x: number) => void counts.set(x % 7, (counts.get(x % 7) ?? 0) + 1),
      (x: number) => void deep.list.push(x),
      (x: number) => {
        const same = list;
        same.unshift(x);
      },
      (x: number) => void Object.assign(total, { sum: total.sum + x }),
      (x: number) => {
        [list[list.length]] = [x];
      },
    ];
    for (const way of ways) {
      const task = (x: number) => {
        spin();
        way(x);
      };
      const job = map(numbers(ITEMS), task, AUTO);
      await job;
      const { place, executor } = await job.report;
      expect(executor).toBe("inline");
      expect(place?.why).toContain("which it captured");
    }
    expect([...counts.values()].reduce((a, b) => a + b)).toBe(ITEMS);
    expect(list).toHaveLength(3 * ITEMS);
    expect(total.sum).toBe((ITEMS * (ITEMS - 1)) / 2);
  });

  test.each([
    ["fails", tasks.onlyInMain, "not in a thread"],
    ["ends them", tasks.exitOutsideMain, "the thread exited with code 4"],
  ])("because `init` %s there", async (_how, init, why) => {
    const runs = counters();
    const job = map(numbers(ITEMS), tasks.counted, { ...AUTO, with: runs, init });
    expect(await job).toEqual(tripled);
    expect(Array.from(runs)).toEqual(ones);
    const { place, executor } = await job.report;
    expect({ executor, why: place?.why }).toEqual({
      executor: "inline",
      why: `threads cannot help: ${why}`,
    });
  });

  test("because results are of a class that would be lost", async () => {
    const job = map(numbers(ITEMS), tasks.slowPoint, AUTO);
    expect((await job)[3]?.constructor.name).toBe("Point");
    const { place } = await job.report;
    expect(place?.why).toBe(
      "threads cannot help: in a result, `value` is a Point, whose class is lost on the way",
    );
  });
});

test("what only threads can do starts them at once", async () => {
  for (const more of [{ timeout: 10_000 }, { stdio: "ignore" }, { schedule: "static" }] as const) {
    const job = map(numbers(4), tasks.inc, { ...AUTO, ...more });
    expect(await job).toEqual([1, 2, 3, 4]);
    const { executor, place } = await job.report;
    expect({ executor, place }).toEqual({ executor: "threads", place: undefined });
  }
});
