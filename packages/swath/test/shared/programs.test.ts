import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { map, range, SharedArray } from "swath";
import { afterAll, expect, test } from "vitest";
import { outputOf } from "../task/run-node.ts";
import { watchThreads } from "../threads-alive.ts";

watchThreads();
const folder = mkdtempSync(join(tmpdir(), "swath-shared-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("where code must not be made from text, all of it works", async () => {
  const { stdout, stderr, code } = await outputOf(
    "no-code.mjs",
    "--disallow-code-generation-from-strings",
  );
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual([
    [3, 7],
    [
      [0, 0],
      [1, -1],
    ],
    [
      [3, "x", 2],
      [7, "y", 4],
    ],
  ]);
});

test("a journal knows an array by its numbers, as source and in `with`", async () => {
  const array = SharedArray.from([
    [1, 2],
    [3, 4],
  ]);
  const journal = join(folder, "numbers");
  const run = () =>
    map(array, (row, context: { with: typeof array }) => row.length + context.with.length, {
      workers: 1,
      journal,
      with: array,
    });
  expect(await run()).toEqual([4, 4]);
  const again = run();
  expect(await again).toEqual([4, 4]);
  expect(again.progress.resumed).toBe(2);
  array.set(5, 0, 0);
  expect(run).toThrow(/`with` holds other values/);
});

test("a journal cannot keep results that are arrays, and says so", async () => {
  const journal = join(folder, "arrays");
  const give = (i: number) => SharedArray.from([i]);
  await expect(map(range(2), give, { workers: 1, journal })).rejects.toThrow("SharedArray");
  expect(existsSync(`${journal}.lock`)).toBe(false);
});
