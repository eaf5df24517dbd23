import { createPool, map, range } from "swath";
import { describe, expect, test } from "vitest";
import * as tasks from "../../fixtures/thread-tasks.mjs";
import { watchThreads } from "../../threads-alive.ts";
import { openDirectly } from "./thread-events.ts";

watchThreads();

describe("`resourceLimits`", () => {
  test("a worker that reaches its heap limit is lost; pool and program go on", async () => {
    const resourceLimits = { maxOldGenerationSizeMb: 32 };
    await using pool = createPool({ workers: 1, resourceLimits });
    const job = pool.map(range(8), tasks.hoard, { chunk: 1, schedule: "dynamic" });
    await expect(job).rejects.toMatchObject({
      code: "SWATH_WORKER_DIED",
      message: expect.stringContaining("heap limit of 32 MB (ERR_WORKER_OUT_OF_MEMORY)"),
    });
    expect(await pool.map(range(3), tasks.same)).toEqual([0, 1, 2]);
  });

  test("the item that was running is told", async () => {
    const resourceLimits = { maxOldGenerationSizeMb: 32 };
    await using direct = openDirectly(tasks.hoard, { resourceLimits });
    await direct.next("joined");
    direct.run(0, 0, 1, 6);
    expect(await direct.next("left")).toMatchObject({ begun: 0, running: 3 });
  });

  test("are checked before anything starts", () => {
    const limited = (resourceLimits: object) => () =>
      map([1], tasks.same, { workers: 1, resourceLimits });
    expect(limited({ maxOldGenerationSizeMb: -1 })).toThrow("a number of MB from 4 up");
    expect(limited({ heap: 1 })).toThrow("resourceLimits.heap");
  });

  test("belong to the pool, not to its jobs", async () => {
    await using pool = createPool({ workers: 1 });
    const options = { resourceLimits: { stackSizeMb: 1 } } as object;
    expect(() => pool.map([1], tasks.same, options)).toThrow("give it to `createPool`");
  });
});

test("threads that cannot live end the job with one error, not a hang", async () => {
  const job = map(range(4), tasks.same, {
    workers: 2,
    resourceLimits: { maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 0.05 },
  });
  await expect(job).rejects.toMatchObject({ code: "SWATH_WORKER_DIED", start: -1 });
  await job.report;
});
