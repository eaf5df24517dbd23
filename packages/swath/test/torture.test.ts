import { map, range } from "swath";
import { expect, test } from "vitest";
import { seededRandom } from "../../../bench/random.js";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";
import { planRun, runText } from "./torture/plan-run.mjs";
import { Torture } from "./torture/torture.mjs";

const threads = watchThreads();
const ITEMS = 2_000;
const CHUNK = 4;

/** For each item, how many threads it ends: at most two in a chunk, for the third loss is final. */
function deathsOf(seed: number): Int32Array {
  const random = seededRandom(seed);
  const deaths = new Int32Array(new SharedArrayBuffer(4 * ITEMS));
  for (let i = 0; i < 8; i++) {
    const chunk = Math.floor((random() * ITEMS) / CHUNK) * CHUNK;
    deaths.fill(0, chunk, chunk + CHUNK);
    deaths[chunk + Math.floor(random() * CHUNK)] = 1 + Math.floor(random() * 2);
  }
  return deaths;
}

test.each([
  [1, "dynamic"],
  [2, "static"],
  [3, "dynamic"],
] as const)(
  "workers die again and again (seed %i, %s): every result comes once, in order",
  async (seed, schedule) => {
    const deaths = deathsOf(seed);
    const expected = deaths.reduce((all, count) => all + count, 0);
    const before = threads.started;
    const job = map(range(ITEMS), tasks.exitAsOften as never, {
      workers: 3,
      schedule,
      chunk: CHUNK,
      with: deaths,
    });
    const results: unknown[] = [];
    for await (const value of job) results.push(value);
    expect(results).toEqual(Array.from({ length: ITEMS }, (_, i) => i * 3));
    const { chunks } = await job.report;
    expect(chunks.lost).toBe(expected);
    expect(threads.started - before).toBe(3 + expected);
  },
);

/** Of the thousand that `npm run torture` runs. */
const SEEDS = 50;

test(`${SEEDS} seeded runs with threads killed at random moments: every result comes once, in its place`, async () => {
  const torture = new Torture();
  for (let seed = 1; seed <= SEEDS; seed++) await torture.run(seed);
  await torture.close();
  expect(torture.counts.runs).toBe(SEEDS);
  expect(torture.counts.kills).toBeGreaterThan(0);
}, 120_000);

test("a seed makes the same run each time", () => {
  const texts = [3, 4, 3].map((seed) => runText(planRun(seed)));
  expect(texts[0]).toBe(texts[2]);
  expect(texts[0]).not.toBe(texts[1]);
});
