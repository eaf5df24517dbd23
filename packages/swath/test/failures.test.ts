import { once } from "node:events";
import { createPool, forEach, map, range, reduce } from "swath";
import { describe, expect, test } from "vitest";
import * as tasks from "./fixtures/failing-tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

const counters = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));
const numbers = (length: number) => Array.from({ length }, (_, i) => i);
const places = [0, 2];

describe.each(places)("retries, with %i workers", (workers) => {
  test.each([tasks.thirdTime, tasks.thirdTimeLater])("try an item again: %o", async (task) => {
    const runs = counters(50);
    const job = map(range(50), task as never, { workers, with: runs, retries: 2 });
    expect(await job).toEqual(Array(50).fill(3));
    expect([...runs]).toEqual(Array(50).fill(3));
  });

  test("that do not suffice: the error tells which try it was", async () => {
    const options = { workers, with: counters(5), retries: 1, retryDelay: 1 };
    await expect(map(range(5), tasks.thirdTime as never, options)).rejects.toMatchObject({
      code: "SWATH_TASK_FAILED",
      attempt: 2,
      attempts: 2,
      message: expect.stringContaining("attempt 2 of 2"),
      cause: { message: expect.stringContaining("run 2") },
    });
  });

  test("of a fold begin its block again, from a fresh `initial`", async () => {
    const job = reduce(range(20), tasks.foldBrittle as never, {
      workers,
      with: counters(20),
      retries: 1,
      block: 5,
      initial: [] as number[],
      combine: (a: number[], b: number[]) => [...a, ...b],
    });
    expect(await job).toEqual(numbers(20));
  });
});

describe.each(places)('`onError: "collect"`, with %i workers', (workers) => {
  test("does every other item, then rejects with all that failed", async () => {
    const error = await map(range(100), tasks.noTens, { workers, onError: "collect" }).then(
      () => undefined,
      (reason: unknown) => reason as { readonly errors: { readonly itemIndex: number }[] },
    );
    expect(error).toMatchObject({ code: "SWATH_TASKS_FAILED", failed: 10 });
    const indices = error?.errors.map(({ itemIndex }) => itemIndex);
    expect(indices?.toSorted((a, b) => a - b)).toEqual(numbers(10).map((i) => i * 10));
  });

  test("streams what there is, with its own index, and rejects at the end", async () => {
    const got: number[] = [];
    const read = async () => {
      const job = map(range(30), tasks.noTens, { workers, onError: "collect" });
      for await (const { index, value } of job.unordered()) {
        expect(value).toBe(index);
        got.push(index);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: "SWATH_TASKS_FAILED", failed: 3 });
    expect(got.toSorted((a, b) => a - b)).toEqual(numbers(30).filter((i) => i % 10 !== 0));
  });

  test("serves `forEach`", async () => {
    const job = forEach(range(30), tasks.noTens, { workers, onError: "collect" });
    await expect(job).rejects.toMatchObject({ code: "SWATH_TASKS_FAILED", failed: 3 });
    expect(job.progress).toMatchObject({ done: 30, failed: 3 });
  });
});

describe("items that cannot be sent", () => {
  const items = () => Array.from({ length: 50 }, (_, i) => (i % 20 === 7 ? { close() {} } : i));

  test("are named one by one, and the others are done", async () => {
    const settled = await map(items(), tasks.allFine, { workers: 2 }).settled();
    for (const [i, result] of settled.entries()) {
      if (i % 20 !== 7) expect(result).toEqual({ status: "fulfilled", value: i });
      else {
        expect(result).toMatchObject({
          status: "rejected",
          reason: {
            code: "SWATH_NOT_SENDABLE",
            itemIndex: i,
            message: expect.stringContaining("`item.close`"),
            cause: { name: "DataCloneError" },
          },
        });
      }
    }
  });

  test("end a fold with the item's own index", async () => {
    const options = { workers: 1, initial: 0, combine: (a: number, b: number) => a + b, block: 5 };
    await expect(reduce(items(), tasks.allFine as never, options)).rejects.toMatchObject({
      code: "SWATH_NOT_SENDABLE",
      itemIndex: 7,
    });
  });

  test("may be all of them, of a source that is pulled", async () => {
    function* source() {
      for (let i = 0; i < 20_000; i++) yield () => i;
    }
    const settled = await map(source(), tasks.allFine as never, { workers: 1 }).settled();
    expect(settled).toHaveLength(20_000);
    expect(settled.every(({ status }) => status === "rejected")).toBe(true);
  });
});

describe("`settled`", () => {
  test.each(places)(
    "gives what became of each item, in order, with %i workers",
    async (workers) => {
      const settled = await map(range(100), tasks.noTens, { workers }).settled();
      expect(settled).toHaveLength(100);
      for (const [i, result] of settled.entries()) {
        if (i % 10 !== 0) expect(result).toEqual({ status: "fulfilled", value: i });
        else {
          expect(result).toMatchObject({
            status: "rejected",
            reason: { code: "SWATH_TASK_FAILED", itemIndex: i, cause: { message: `no ${i}` } },
          });
        }
      }
    },
  );

  test("names whatever ends a thread, never ends, cannot be sent or throws; the rest is done", async () => {
    await using pool = createPool({ workers: 2 });
    const job = pool.map(range(60), tasks.allKinds, { timeout: 400 });
    const settled = await job.settled();
    const failed = settled.flatMap((r) => (r.status === "rejected" ? [r.reason] : []));
    expect(failed).toMatchObject([
      { code: "SWATH_WORKER_DIED", itemIndex: 3, losses: 3 },
      { code: "SWATH_TASK_TIMEOUT", itemIndex: 5, timeout: 400 },
      { code: "SWATH_TASK_FAILED", itemIndex: 7 },
      { code: "SWATH_TASK_FAILED", itemIndex: 9 },
    ]);
    expect(failed[2].message).toContain("`value.rows[1].close` is a function");
    expect(failed[3].cause).toMatchObject({ name: "TypeError", code: "E_NINE" });
    expect(failed[3].cause.extra).toEqual({ deep: [1] });
    const done = settled.flatMap((r) => (r.status === "fulfilled" ? [r.value] : []));
    expect(done).toEqual(numbers(60).filter((i) => ![3, 5, 7, 9].includes(i)));
    expect(await pool.map(range(5), tasks.noTens).settled()).toHaveLength(5);
  });

  test("saves the items of a chunk that was already running", async () => {
    const gate = counters(2);
    const options = { workers: 1, schedule: "static", with: gate } as const;
    const job = map(range(6), tasks.noThree as never, options);
    await expect.poll(() => Atomics.load(gate, 0)).toBe(1);
    const settled = job.settled();
    Atomics.store(gate, 1, 1);
    Atomics.notify(gate, 1);
    expect(await settled).toMatchObject(
      numbers(6).map((value) =>
        value === 3
          ? { status: "rejected", reason: { code: "SWATH_TASK_FAILED", itemIndex: 3 } }
          : { status: "fulfilled", value },
      ),
    );
  });

  test("rejects when the job itself is cancelled", async () => {
    const job = map(range(2), tasks.never, { workers: 1 });
    const settled = job.settled();
    job.cancel(new Error("enough"));
    await expect(settled).rejects.toThrow("enough");
  });
});

describe("`timeout`", () => {
  test.each([
    ["an endless loop", tasks.allKinds, 5],
    ["a promise that never settles", tasks.never, 0],
  ] as const)("ends %s and names its item", async (_, task, itemIndex) => {
    const job = map(range(itemIndex, itemIndex + 1), task as never, { workers: 1, timeout: 150 });
    await expect(job).rejects.toMatchObject({
      code: "SWATH_TASK_TIMEOUT",
      itemIndex: 0,
      timeout: 150,
      message: expect.stringContaining("did not finish item 0"),
    });
  });

  test("counts as a failure of the item: it is tried again", async () => {
    const job = map([5], tasks.allKinds, { workers: 1, timeout: 100, retries: 1 });
    await expect(job).rejects.toMatchObject({ code: "SWATH_TASK_TIMEOUT", attempt: 2 });
    expect((await job.report).chunks.lost).toBe(2);
  });

  test("counts from the start of each try, and not while a retry is waited for", async () => {
    const options = { workers: 1, retries: 2, timeout: 400 };
    const slow = map(range(1), tasks.thirdTimeSlowly as never, { ...options, with: counters(1) });
    expect(await slow).toEqual([3]);
    const paused = { ...options, retryDelay: 300, with: counters(1) };
    const job = map(range(1), tasks.thirdTime as never, paused);
    expect(await job).toEqual([3]);
    const { buckets, chunks } = await job.report;
    expect(chunks.lost).toBe(0);
    expect(buckets.useful).toBeLessThan(buckets.starve);
  });

  test("and what the task threw before count together", async () => {
    const runs = counters(1);
    const options = { workers: 1, retries: 2, timeout: 200, with: runs };
    await expect(map(range(1), tasks.throwsThenHangs as never, options)).rejects.toMatchObject({
      code: "SWATH_TASK_TIMEOUT",
      attempt: 3,
    });
    expect([...runs]).toEqual([3]);
  });

  test("is refused where nobody could keep it", () => {
    expect(() => map([1], tasks.never, { workers: 0, timeout: 10 })).toThrow("`timeout`");
  });
});

test("`reduce` names the item that ends its workers, though its whole block is lost with them", async () => {
  const options = { workers: 1, block: 20, initial: 0, combine: (a: number, b: number) => a + b };
  await expect(reduce(range(100), tasks.foldExits as never, options)).rejects.toMatchObject({
    code: "SWATH_WORKER_DIED",
    itemIndex: 47,
    start: 40,
    end: 60,
    losses: 3,
    message: expect.stringContaining("running items 40–59 (at item 47"),
  });
});

test("`reduce` refuses to leave items out", () => {
  const options = { onError: "collect", initial: 0, combine: () => 0 } as const;
  expect(() => reduce(range(3), tasks.noTens as never, options)).toThrow("`onError`");
});

test("the stack has the task's own frames, then those of the caller, and none of swath", async () => {
  const error = await map([1], tasks.throwsDeep, { workers: 1 }).then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason as Error,
  );
  const frames = (error.stack as string).split("\n").slice(1);
  expect(frames[0]).toMatch(/at innerPlace .*failing-tasks\.mjs:\d+/);
  expect(frames[1]).toMatch(/at .*throwsDeep .*failing-tasks\.mjs:\d+/);
  expect(frames.some((frame) => frame.includes("failures.test.ts"))).toBe(true);
  expect(error.stack).not.toMatch(/swath[/\\](dist|src)/);
});

test("an error of one of the language's classes is one again", async () => {
  const [result] = await map([20], tasks.noTens, { workers: 1 }).settled();
  const { cause } = (result as PromiseRejectedResult).reason;
  expect(cause).toBeInstanceOf(RangeError);
  expect(String(cause)).toBe("RangeError: no 20");
});

test("a job has what every promise has", async () => {
  const said: string[] = [];
  const caught = await map([10], tasks.noTens, { workers: 0 })
    .finally(() => said.push("finally"))
    .catch(() => "caught");
  const done = await forEach([1], tasks.noTens, { workers: 0 }).catch(() => "not called");
  expect([caught, done, ...said]).toEqual(["caught", undefined, "finally"]);
  const unneeded = await map([3], tasks.noTens, { workers: 0 }).catch(() => []);
  expect(unneeded).toEqual([3]);
});

test("a refusal's stack begins where the job was started", () => {
  try {
    map([1], function* () {}, { workers: 1 });
    expect.unreachable();
  } catch (error) {
    const [, first] = ((error as Error).stack as string).split("\n");
    expect(first).toContain("failures.test.ts");
  }
});

test.each(places)("cancelling ends a job whose `init` never does (%i workers)", async (workers) => {
  const job = map([1], tasks.allFine, { workers, init: tasks.never });
  const result = job.then(
    () => "done",
    (error: unknown) => (error as Error).name,
  );
  await new Promise((resolve) => setImmediate(resolve));
  job.cancel();
  expect(await result).toBe("AbortError");
  expect((await job.report).items).toBe(0);
});

describe("errors of a whole job have the caller's frames and none of swath", () => {
  const kinds = [
    ["SWATH_TASKS_FAILED", { onError: "collect" }],
    ["SWATH_INTERRUPTED", {}],
    ["SWATH_WORKER_DIED", { init: tasks.exits }],
  ] as const;
  test.each(kinds)("%s", async (code, options) => {
    const job = map(range(1), tasks.noTens, { workers: 1, ...options });
    if (code === "SWATH_INTERRUPTED") job.stop();
    const error = await new Promise<unknown>((resolve) => void job.then(undefined, resolve));
    expect(error).toMatchObject({ code, stack: expect.stringContaining("failures.test.ts") });
    expect((error as Error).stack).not.toMatch(/swath[/\\](dist|src)/);
  });
});

test("a worker that ends whenever it starts is given up with a warning: the others go on", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on("warning", note);
  const runs = counters(60);
  const options = { workers: 2, with: runs, init: tasks.exitsInWorkerOne as never };
  expect(await map(range(60), tasks.slowlyFine as never, options)).toEqual(numbers(60));
  process.off("warning", note);
  expect([...runs]).toEqual(Array(60).fill(1));
  expect(warnings).toMatchObject([
    {
      code: "SWATH_WORKER_DIED",
      worker: 1,
      message: expect.stringMatching(
        /ended before it could start: .*code 3.*goes on with its other/,
      ),
    },
  ]);
});

describe("a job that fails and whose results nobody asks for", () => {
  test.each(places)("is a warning, with %i workers", async (workers) => {
    const heard = once(process, "warning");
    map(range(3), tasks.noTens, { workers });
    const [warning] = await heard;
    expect(warning).toMatchObject({
      message: expect.stringMatching(
        /^A job has failed whose results nobody has asked for yet: .*noTens/,
      ),
      detail: expect.stringContaining("failures.test.ts"),
    });
  });

  test("is none where somebody does, or has cancelled it", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const asked = map(range(3), tasks.noTens, { workers: 1 });
    await expect(asked).rejects.toThrow("noTens");
    const cancelled = map(range(3), tasks.noTens, { workers: 1 });
    cancelled.cancel();
    const stopped = map(range(3), tasks.noTens, { workers: 1 });
    stopped.stop();
    await Promise.all([asked.report, cancelled.report, stopped.report]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});
