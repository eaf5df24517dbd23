import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createPool, map, range } from "swath";
import { expect, test } from "vitest";
import * as loadsForever from "../../fixtures/loads-forever.mjs";
import * as neverLoads from "../../fixtures/never-loads.mjs";
import * as tasks from "../../fixtures/thread-tasks.mjs";
import { watchThreads } from "../../threads-alive.ts";

watchThreads();

test.each([
  ["an `await` that never settles", neverLoads],
  ["a loop without end", loadsForever],
])("a module with %s at its top ends the job after `loadTimeout`", async (_what, module) => {
  await using pool = createPool({ workers: 2 });
  const job = pool.map(range(10), module.same, { loadTimeout: 300 });
  await expect(job).rejects.toMatchObject({
    code: "SWATH_LOAD_TIMEOUT",
    url: expect.stringMatching(/never-loads|loads-forever/),
    loadTimeout: 300,
  });
  await job.report;
  expect(await pool.map(range(3), tasks.same)).toEqual([0, 1, 2]);
});

test("the time in which a worker is busy with another job does not count", async () => {
  await using pool = createPool({ workers: 1 });
  const busy = pool.map([500], tasks.spins);
  const [ms] = await Promise.all([busy, pool.map([1], tasks.same, { loadTimeout: 250 })]);
  expect(ms).toEqual([500]);
});

test("`init` may take longer than `loadTimeout`", async () => {
  const options = { workers: 1, init: tasks.slowInit, loadTimeout: 3_000 };
  expect(await map(range(2), tasks.same, options)).toEqual([0, 1]);
});

test("threads that hang before swath's own code runs end the job too", async () => {
  const preload = new URL("../../fixtures/hangs-in-threads.mjs", import.meta.url).href;
  const program = fileURLToPath(new URL("../../fixtures/run-thread-task.mjs", import.meta.url));
  const args = ["--import", preload, program, "same", '{"workers":1,"loadTimeout":400}', "[1]"];
  const { stderr } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
  expect(stderr.trim()).toBe("outcome: SWATH_LOAD_TIMEOUT");
});

test("`loadTimeout` is checked before anything starts", () => {
  expect(() => map([1], tasks.same, { loadTimeout: -1 })).toThrow("loadTimeout");
});
