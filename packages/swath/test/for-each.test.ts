import { forEach, range } from "swath";
import { expect, test } from "vitest";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

test.each([2, 0])("runs every item once and sends nothing back (%i workers)", async (workers) => {
  const marks = new Int32Array(new SharedArrayBuffer(4 * 3_000));
  const job = forEach(range(3_000), tasks.mark as never, { workers, with: marks });
  expect(await job).toBeUndefined();
  expect(marks.every((count, i) => count === i)).toBe(true);
  expect((await job.report).serialization.bytesIn).toBe(0);
});

test("rejects with what a task threw", async () => {
  await expect(forEach(range(100), tasks.boom, { workers: 2 })).rejects.toMatchObject({
    code: "SWATH_TASK_FAILED",
    itemIndex: 41,
  });
});
