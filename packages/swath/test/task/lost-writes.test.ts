import { createPool } from "swath";
import { afterAll, expect, test } from "vitest";

const pool = createPool({ workers: 1 });
afterAll(() => pool.close());

/** The warnings of a job. */
async function warningsOf(task: (item: number) => unknown): Promise<readonly string[]> {
  const warnings: string[] = [];
  const keep = (warning: Error) => warnings.push(warning.message);
  process.on("warning", keep);
  await pool.map([1], task);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", keep);
  return warnings;
}

const list: number[] = [];
const counts: { even: number; gone?: number; deep: { odd: number; list: number[] } } = {
  even: 0,
  deep: { odd: 0, list: [] },
};
const words = new Map<number, number>();
const bytes = new Uint8Array(4);
const names = new Set<string>();
const shared = new Int32Array(new SharedArrayBuffer(16));
const cache = new Map<number, number>();

test.each([
  ["list.push(…)", (i: number) => list.push(i)],
  ["list[i] = …", (i: number) => (list[i] = i)],
  ["counts.even++ …", () => counts.even++],
  ["list[list[i] ?? 0] += …", (i: number) => ((list[list[i] ?? 0] as number) += i)],
  ["counts.deep.odd += …", (i: number) => (counts.deep.odd += i)],
  ["bytes[i % 4] ^= …", (i: number) => ((bytes[i % 4] as number) ^= i)],
  ["names.add(…)", () => names.add("x").size],
  ["counts.deep.list.push(…)", (i: number) => counts.deep.list.push(i)],
  [
    "same.push(…)",
    (i: number) => {
      const same = list;
      return same.push(i);
    },
  ],
  ["delete counts.gone …", () => delete counts.gone],
  ["Object.assign(counts, …", (i: number) => Object.assign(counts, { even: i }).even],
  ["words.set(…)", (i: number) => words.set(i, (words.get(i) ?? 0) + 1).size],
] as const)("a write into a captured copy is warned of: `%s`", async (text, task) => {
  const [warning, ...others] = await warningsOf(task);
  expect(warning).toContain(`(\`${text}\`, lost-writes.test.ts:`);
  expect(others).toEqual([]);
  expect(await warningsOf(task)).toEqual([]);
});

test.each([
  ["shared memory", (i: number) => (shared[0] = i)],
  [
    "a chain that goes on in the next line",
    (i: number) => {
      // biome-ignore format: the line's end is what matters
      const own = list
      .map((x) => x + i);
      return own.push(i);
    },
  ],
  [
    "a cache that may not be there",
    (i: number) => {
      const hit = cache?.get(i);
      return hit ?? cache?.set(i, i).size;
    },
  ],
  [
    "an index of something else",
    (i: number) => {
      const own: number[] = [];
      own[counts.even] = i;
      return own.length;
    },
  ],
  ["a cache of the worker's own", (i: number) => cache.get(i) ?? cache.set(i, i).get(i)],
  [
    "another that is a copy",
    (i: number) => {
      const own = [...list];
      return own.push(i);
    },
  ],
  ["a local of another name", (i: number) => [...list, i].reverse().push(1)],
  ["a comparison", () => list[0] === 1 || counts.even >= 2],
  ["an arrow in an argument", () => [1].map((x) => list[x])],
  ["words in a string", () => `list.push(1); counts.even++`],
] as const)("%s is not", async (_what, task) => {
  expect(await warningsOf(task)).toEqual([]);
});
