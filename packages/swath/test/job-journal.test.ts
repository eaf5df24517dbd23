import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forEach, map, range, reduce } from "swath";
import { afterAll, describe, expect, test } from "vitest";
import * as tasks from "./fixtures/journal-tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();
const folder = mkdtempSync(join(tmpdir(), "swath-jobs-"));
afterAll(() => rmSync(folder, { recursive: true }));
let paths = 0;
const newPath = () => join(folder, `${paths++}`);

const ITEMS = Array.from({ length: 300 }, (_, i) => i);
const EXPECTED = ITEMS.map((x) => ({ twice: x * 2, bytes: new Uint8Array([x % 256]) }));

/** Items that ran, as often as they did. */
function ran(log: string): readonly number[] {
  return existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").map(Number) : [];
}

/** Chunks that a journal holds. */
function chunksIn(journal: string): readonly { readonly start: number; readonly end: number }[] {
  const lines = readFileSync(journal, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "chunk");
}

/** A job that stops half-way: its journal, and what ran once and must not run again. */
async function stopped(options: object = {}) {
  const journal = newPath();
  const log = newPath();
  const all = {
    workers: 2,
    chunk: 5,
    schedule: "dynamic",
    with: { log, wait: 1 },
    ...options,
  } as const;
  const job = map(ITEMS, tasks.logged as never, { ...all, journal });
  const error = job.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await expect.poll(() => job.progress.done, { interval: 1 }).toBeGreaterThan(20);
  job.stop("enough");
  return { journal, log, all, error: await error, before: ran(log) };
}

describe("a job with a journal", () => {
  test("that was stopped goes on where it was: no item lost, none run again", async () => {
    const { journal, log, all, error, before } = await stopped();
    expect(error).toMatchObject({
      code: "SWATH_INTERRUPTED",
      total: 300,
      cause: "enough",
      journal,
    });
    const { done } = error as unknown as { readonly done: number };
    expect(before.length).toBe(done);
    const job = map(ITEMS, tasks.logged as never, { ...all, journal });
    expect(job.progress).toMatchObject({ done, resumed: done });
    expect(await job).toEqual(EXPECTED);
    expect(ran(log).toSorted((a, b) => a - b)).toEqual(ITEMS);
    expect((await job.report).items).toBe(300 - done);
  });

  test.each([
    ["static", undefined],
    ["guided", 1],
    ["steal", undefined],
    ["balanced", 3],
    ["auto", undefined],
  ] as const)(
    "goes on under another schedule (%s) and with other workers",
    async (schedule, chunk) => {
      const { journal, log, all } = await stopped();
      const costs = schedule === "balanced" ? ITEMS.map(() => 1) : undefined;
      const options = { ...all, workers: 3, schedule, chunk, costs, journal };
      expect(await map(ITEMS, tasks.logged as never, options)).toEqual(EXPECTED);
      expect(ran(log).toSorted((a, b) => a - b)).toEqual(ITEMS);
    },
  );

  test("that is finished gives its results without running anything", async () => {
    const { journal, log, all } = await stopped();
    await map(ITEMS, tasks.logged as never, { ...all, journal });
    const lines = readFileSync(journal, "utf8");
    const streamed: unknown[] = [];
    const job = map(ITEMS, tasks.logged as never, { ...all, journal });
    for await (const value of job) streamed.push(value);
    expect(streamed).toEqual(EXPECTED);
    expect(ran(log).length).toBe(300);
    expect(readFileSync(journal, "utf8")).toBe(lines);
  });

  test("streams in order and in any order, old results and new", async () => {
    for (const inFlight of [undefined, 7]) {
      const { journal, all } = await stopped();
      const job = map(ITEMS, tasks.logged as never, { ...all, journal, inFlight });
      let index = 0;
      for await (const value of job) expect(value).toEqual(EXPECTED[index++]);
      expect(index).toBe(300);
    }
    const { journal, all } = await stopped();
    const seen = new Map<number, unknown>();
    const job = map(ITEMS, tasks.logged as never, { ...all, journal });
    for await (const { index, value } of job.unordered()) seen.set(index, value);
    expect(ITEMS.map((i) => seen.get(i))).toEqual(EXPECTED);
  });

  test("that failed keeps what was done; the failed chunk alone runs again", async () => {
    const [journal, log] = [newPath(), newPath()];
    const run = (failAt?: number) =>
      map(ITEMS, tasks.logged as never, {
        workers: 2,
        chunk: 5,
        schedule: "dynamic",
        with: { log, failAt },
        journal: { path: journal, force: true },
      });
    const first = run(150);
    await expect(first).rejects.toMatchObject({ code: "SWATH_TASK_FAILED", itemIndex: 150 });
    await first.report; // What other workers were at has ended.
    const kept = chunksIn(journal);
    const before = ran(log).length;
    expect(await run()).toEqual(EXPECTED);
    const recorded = kept.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(ran(log).length - before).toBe(300 - recorded);
  });

  test("a reduce goes on to the same bits, a forEach to its end", async () => {
    const [journal, log] = [newPath(), newPath()];
    const options = { initial: 0, combine: (a: number, b: number) => a + b, workers: 2, block: 7 };
    const expected = await reduce(range(1_000), tasks.loggedSum as never, {
      ...options,
      with: { log: newPath() },
    });
    const run = () =>
      reduce(range(1_000), tasks.loggedSum as never, {
        ...options,
        with: { log },
        chunk: 7,
        schedule: "dynamic",
        journal,
      });
    const first = run();
    await expect.poll(() => first.progress.done, { interval: 1 }).toBeGreaterThan(100);
    first.stop();
    await expect(first).rejects.toMatchObject({ code: "SWATH_INTERRUPTED" });
    expect(await run()).toBe(expected);
    expect(ran(log).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));

    const each = { workers: 2, with: { log: newPath() }, journal: newPath() };
    for (let n = 0; n < 2; n++) await forEach(ITEMS, tasks.logged as never, each);
    expect(ran(each.with.log).length).toBe(300);
    expect(readFileSync(each.journal, "utf8")).not.toContain("values");
  });

  test("in place knows what a function captured, as on threads", async () => {
    const journal = newPath();
    const scale = (factor: number, workers: number) =>
      map(ITEMS, (x) => x * factor, { journal, workers });
    expect(await scale(2, 0)).toEqual(ITEMS.map((x) => x * 2));
    const again = scale(2, 2);
    expect(again.progress).toMatchObject({ resumed: 300 });
    expect(await again).toEqual(ITEMS.map((x) => x * 2));
    expect(() => scale(3, 0)).toThrow(/what it captured, changed/);
    expect(() => scale(3, 2)).toThrow(/what it captured, changed/);
  });

  test("in place (workers: 0) as on threads", async () => {
    const { journal, log, all, error } = await stopped({ workers: 0 });
    expect(error).toMatchObject({ code: "SWATH_INTERRUPTED" });
    await map(ITEMS, tasks.logged as never, { ...all, workers: 2, journal });
    expect(ran(log).length).toBe(300);
  });
});

describe("a journal of something else is refused before anything runs", () => {
  const options = () => ({ workers: 2, with: { log: newPath() }, journal: newPath() });

  test("other items, another function, another block: by name", async () => {
    const first = options();
    await map(ITEMS, tasks.logged as never, first);
    const mismatch = (items: unknown, fn: unknown, text: RegExp) =>
      expect(() => map(items as never, fn as never, first)).toThrow(text);
    mismatch(
      ITEMS.with(47, -1),
      tasks.logged,
      /differs from this one: item 47 is another\. Delete/,
    );
    mismatch(ITEMS.slice(1), tasks.logged, /there were 300 items, now 299/);
    mismatch(ITEMS, tasks.pausing, /the task was `logged`, now `pausing`/);
    mismatch(range(300), tasks.logged, /the source was of kind array, now range/);
    mismatch(new Float64Array(300), tasks.logged, /of kind array, now Float64Array/);
  });

  test("items that come one after the other cannot be known again", () => {
    const journal = newPath();
    const pulled = new Set([1, 2]).values();
    expect(() => map(pulled, tasks.logged as never, { ...options(), journal })).toThrow(
      /Expected `journal` to be absent: the items of this iterable are not known before they come/,
    );
    expect(existsSync(journal)).toBe(false);
  });

  test.each([1, "", { file: "x" }, { path: "x", force: "yes" }])("the option %j", (journal) => {
    expect(() => map(ITEMS, tasks.logged as never, { journal: journal as never })).toThrow(
      /Expected `journal/,
    );
  });
});

describe("stop", () => {
  test("lets running chunks end, and takes back what waits", async () => {
    const job = map(range(100), tasks.pausing as never, {
      workers: 2,
      chunk: 1,
      schedule: "dynamic",
    });
    const settled = job.then(undefined, (error: unknown) => error);
    await expect.poll(() => job.progress.done, { interval: 1 }).toBeGreaterThan(1);
    const { done } = job.progress;
    job.stop();
    const error = await settled;
    expect(error).toMatchObject({ code: "SWATH_INTERRUPTED", total: 100, journal: undefined });
    // At most the two that ran, and one that a worker had just begun.
    expect(job.progress.done - done).toBeLessThanOrEqual(4);
    expect((error as Error).message).toContain("give the job a `journal`");
  });

  test("before any worker has joined: nothing runs", async () => {
    const job = map(range(100), tasks.pausing as never, { workers: 2 });
    job.stop();
    await expect(job).rejects.toMatchObject({ code: "SWATH_INTERRUPTED", done: 0 });
  });

  test("what does not end in time is cancelled", { timeout: 20_000 }, async () => {
    const job = map(range(4), tasks.stuck as never, { workers: 2, chunk: 1 });
    await new Promise((done) => setTimeout(done, 500));
    job.stop();
    await expect(job).rejects.toMatchObject({ code: "SWATH_INTERRUPTED", done: 0 });
    await job.report;
  });

  test("a job that is done stays done", async () => {
    const job = map(range(3), tasks.pausing as never, { workers: 1 });
    expect(await job).toEqual([0, 1, 2]);
    job.stop();
    expect(await job).toEqual([0, 1, 2]);
  });
});

test("an item that cannot be read fails by itself", async () => {
  const unreadable = {
    get value() {
      throw new Error("not now");
    },
  };
  const options = { workers: 1, journal: newPath(), with: { log: newPath(), wait: 0 } };
  const settled = await map([1, unreadable, 3], tasks.logged as never, options).settled();
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(settled[1]).toMatchObject({ reason: { code: "SWATH_NOT_SENDABLE", itemIndex: 1 } });
});
