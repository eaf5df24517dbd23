import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPool, forEach, map, range, reduce } from "swath";
import { afterAll, describe, expect, test } from "vitest";
import * as tasks from "./fixtures/result-tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();
const folder = mkdtempSync(join(tmpdir(), "swath-results-"));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNT = 3_000;
/** Five points of two small whole numbers each. */
const BOX_BYTES = 10 * Int32Array.BYTES_PER_ELEMENT;
const of = <R>(task: (i: number, context: never) => R) => {
  return Array.from({ length: COUNT }, (_, i) => task(i, {} as never));
};

describe("as values", () => {
  test.each([tasks.box, tasks.closed, tasks.half, tasks.optional] as const)(
    "%o: the same objects in whatever way they are taken",
    async (one) => {
      const task = one as (i: number) => unknown;
      const expected = of(task);
      await using pool = createPool({ workers: 2 });
      expect(await pool.map(range(COUNT), task)).toStrictEqual(expected);
      const streamed: unknown[] = [];
      for await (const one of pool.map(range(COUNT), task)) streamed.push(one);
      expect(streamed).toStrictEqual(expected);
      const early: unknown[] = [];
      for await (const { index, value } of pool.map(range(COUNT), task).unordered()) {
        early[index] = value;
      }
      expect(early).toStrictEqual(expected);
      const settled = await pool.map(range(COUNT), task).settled();
      expect(settled).toEqual(expected.map((value) => ({ status: "fulfilled", value })));
    },
  );

  test("what is one object within a result stays one", async () => {
    for (const { ring } of await map(range(50), tasks.closed, { workers: 2 })) {
      expect(ring[0]).toBe(ring[3]);
    }
  });

  test("a moved array arrives, in the chunk of others", async () => {
    const all = await map(range(600), tasks.moved, { workers: 2 });
    expect(all.map(({ i, bytes }) => [i, bytes.length, bytes[0]])).toEqual(
      Array.from({ length: 600 }, (_, i) => [i, 64, i % 256]),
    );
  });

  // What goes which way is measured, and a busy machine may judge otherwise for a chunk.
  test("the report says how many bytes came which way", { retry: 2 }, async () => {
    const job = map(range(COUNT), tasks.box, { workers: 2 });
    await job;
    const { bytesIn, bytesInBy, exact } = (await job.report).serialization;
    // The first results of each worker are saved one by one, and go by structured clone.
    const { clone, json, columns } = bytesInBy;
    expect(json).toBe(0);
    expect(columns).toBeGreaterThan((COUNT / 2) * BOX_BYTES);
    expect(columns).toBeLessThanOrEqual(COUNT * BOX_BYTES);
    expect(bytesIn).toBe(clone + columns);
    expect(exact).toBe(clone === 0);
  });

  test("a thread that ends in the midst of a chunk loses nothing", async () => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    for (const results of ["values", "columns"] as const) {
      flag[0] = 0;
      const job = map(range(COUNT), tasks.exitsOnce, {
        workers: 2,
        schedule: "static",
        with: flag,
        results,
      });
      expect([...(await job)]).toEqual(Array.from({ length: COUNT }, (_, i) => ({ i })));
      expect((await job.report).chunks.lost).toBe(1);
    }
  });
});

describe("as columns", () => {
  test.each([0, 1, 2])("with %i workers: rows, columns, order", async (workers) => {
    const columns = await map(range(COUNT), tasks.box, { workers, results: "columns" });
    expect(columns.length).toBe(COUNT);
    expect([...columns]).toEqual(of(tasks.box));
    expect(columns.at(-1)).toEqual(tasks.box(COUNT - 1));
    expect(columns.column("coordinates").values).toEqual(
      Int32Array.from(of(tasks.box).flatMap(({ coordinates }) => coordinates.flat(2))),
    );
    const later = await map(range(COUNT), tasks.later, { workers, results: "columns" });
    expect(later.column("text").values).toEqual(of(() => 0).map((_, i) => `item ${i}`));
  });

  test("numbers: whole ones and others, of several workers, make one column", async () => {
    const columns = await map(range(COUNT), tasks.half, { workers: 2, results: "columns" });
    expect(columns.column().values).toEqual(Float64Array.from(of((i) => i / 2)));
  });

  test("no items: no rows", async () => {
    const columns = await map([], tasks.box, { workers: 2, results: "columns" });
    expect([columns.length, columns.slice()]).toEqual([0, []]);
  });

  test("streams and `settled` give rows all the same", async () => {
    const options = { workers: 2, results: "columns" } as const;
    const rows: unknown[] = [];
    for await (const row of map(range(COUNT), tasks.box, options)) rows.push(row);
    expect(rows).toEqual(of(tasks.box));
    const [first] = await map(range(3), tasks.box, options).settled();
    expect(first).toEqual({ status: "fulfilled", value: tasks.box(0) });
  });

  test.each([0, 2])(
    "with %i workers a result of another shape fails like an item",
    async (workers) => {
      const options = { workers, results: "columns", chunk: 50, with: 1_234 } as const;
      await expect(map(range(COUNT), tasks.oddAt, options)).rejects.toMatchObject({
        code: "SWATH_TASK_FAILED",
        itemIndex: 1_234,
        message: expect.stringMatching(
          /^Task `oddAt` failed on item 1234 .*: Cannot put what the task returned into columns: `value\.value\[1\]` is a string\. In the results before it was a number: all must have one shape\. Return the same/,
        ),
        cause: expect.objectContaining({ code: "SWATH_NOT_SENDABLE" }),
      });
      await expect(map(range(COUNT), tasks.dateAt, options)).rejects.toMatchObject({
        itemIndex: 1_234,
        message: expect.stringContaining("`value.value` is a Date"),
      });
    },
  );

  test("with `onError: collect` such items are named, and the others go on", async () => {
    for (const workers of [0, 2]) {
      const options = { workers, results: "columns", onError: "collect", with: 77 } as const;
      await expect(map(range(COUNT), tasks.dateAt, options)).rejects.toMatchObject({
        code: "SWATH_TASKS_FAILED",
        failed: 1,
        errors: [expect.objectContaining({ itemIndex: 77 })],
      });
      const settled = await map(range(COUNT), tasks.dateAt, options).settled();
      expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(1);
      expect(settled[78]).toEqual({ status: "fulfilled", value: { value: 78 } });
      const left: number[] = [];
      const job = map(range(100), tasks.throwsAt, { ...options, onError: "stop" });
      await expect(
        (async () => {
          for await (const { i } of job) left.push(i);
        })(),
      ).rejects.toMatchObject({ itemIndex: 77 });
      expect(left.length).toBeLessThanOrEqual(77);
    }
  });

  test("workers whose results differ in shape make an error that names an item", async () => {
    const job = map(range(COUNT), tasks.differs, {
      workers: 2,
      schedule: "static",
      results: "columns",
    });
    await expect(job).rejects.toMatchObject({
      code: "SWATH_NOT_SENDABLE",
      itemIndex: COUNT / 2,
      message: expect.stringContaining(
        "`value.v` is a string. In the results before it was a number",
      ),
    });
  });

  test("a function within a result is named as with values", async () => {
    for (const [results, text] of [
      ["values", "Cannot send what the task returned: `value.value.run` is a function"],
      ["columns", "`value.value.run` is a function"],
    ] as const) {
      const job = map(range(COUNT), tasks.functionAt, { workers: 2, with: 600, results });
      await expect(job).rejects.toMatchObject({
        itemIndex: 600,
        message: expect.stringContaining(text),
      });
    }
  });

  test("a resumed job has the results of its journal in the columns too", async () => {
    const journal = join(folder, "columns");
    const options = { workers: 2, journal, results: "columns", chunk: 100 } as const;
    const broken = map(range(COUNT), tasks.throwsAt, { ...options, with: 2_000 });
    await expect(broken).rejects.toMatchObject({ itemIndex: 2_000 });
    const force = { path: journal, force: true };
    const job = map(range(COUNT), tasks.throwsAt, { ...options, journal: force, with: -1 });
    expect((await job).column("i").values).toEqual(Int32Array.from({ length: COUNT }, (_, i) => i));
    expect(job.progress.resumed).toBeGreaterThan(0);
    expect([
      ...(await map(range(COUNT), tasks.throwsAt, { ...options, journal: force, with: -1 })),
    ]).toEqual(Array.from({ length: COUNT }, (_, i) => ({ i })));
  });

  test("are for `map` alone", () => {
    const options = { workers: 1, results: "columns" } as object;
    expect(() => forEach(range(3), tasks.box, options)).toThrow(
      'Expected `results` to be absent for `forEach`, got `"columns"` (string): nothing is sent back',
    );
    const total = { ...options, initial: 0, combine: (a: number) => a };
    expect(() => reduce(range(3), (a: number) => a, total)).toThrow(
      "Expected `results` to be absent for `reduce`",
    );
  });
});
