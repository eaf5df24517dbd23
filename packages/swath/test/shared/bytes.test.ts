import { map, type Report, range, reduce, SharedArray, table } from "swath";
import { describe, expect, test } from "vitest";
import { watchThreads } from "../threads-alive.ts";

watchThreads();

const WORKERS = { workers: 2 } as const;

function shared({ routes }: Report) {
  return [routes.input.shared, routes.results.shared];
}

describe("the report counts what lies in memory that all threads see", () => {
  test("elements of a typed array: input", async () => {
    const values = new Float64Array(new SharedArrayBuffer(8 * 1_000));
    const job = map(values, (x) => x + 1, WORKERS);
    await job;
    expect(shared(await job.report)).toEqual([8_000, undefined]);
  });

  test("rows that are written as rows: input and results", async () => {
    const rows = SharedArray.create("float32", [20, 50]);
    const into = SharedArray.create("float64", [20, 50]);
    const job = map(rows, (row) => row, { ...WORKERS, into });
    await job;
    const report = await job.report;
    expect(shared(report)).toEqual([4_000, 8_000]);
    expect(report.routes.results).toMatchObject({ route: "share", copied: 0, moved: 0 });
  });

  test("tiles, folded", async () => {
    const array = SharedArray.create("int16", [30, 40]);
    const job = reduce(array.tiles([16, 16]), (sum: number) => sum + 1, {
      ...WORKERS,
      initial: 0,
      combine: (a, b) => a + b,
    });
    expect(await job).toBe(6);
    expect(shared(await job.report)).toEqual([2_400, undefined]);
  });

  test("of a table the columns that are not copied", async () => {
    const lon = new Float64Array(new SharedArrayBuffer(8 * 100));
    const columns = { lon, name: Array.from({ length: 100 }, (_, i) => `${i}`) };
    const job = map(table(columns), ({ name }) => name, WORKERS);
    await job;
    expect(shared(await job.report)).toEqual([800, undefined]);
  });

  test("only of the items that were run", async () => {
    const values = new Float64Array(new SharedArrayBuffer(8 * 1_000));
    const fail = (_: number, { index }: { index: number }) => {
      if (index === 0) throw new Error("no");
      return index;
    };
    const job = map(values, fail, { ...WORKERS, schedule: "static", chunk: 100 });
    await expect(job).rejects.toThrow("no");
    // None at all, if the first item was the first to be done.
    const [input = 0] = shared(await job.report);
    expect(input).toBeLessThanOrEqual(7_200);
  });

  test("nothing where nothing is shared", async () => {
    const job = map(range(10), (i) => i, WORKERS);
    await job;
    expect(shared(await job.report)).toEqual([undefined, undefined]);
  });
});
