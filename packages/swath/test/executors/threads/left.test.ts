import { describe, expect, test } from "vitest";
import * as tasks from "../../fixtures/thread-tasks.mjs";
import { watchThreads } from "../../threads-alive.ts";
import { openDirectly } from "./thread-events.ts";

watchThreads();

describe("a worker that is gone tells", () => {
  test("which item was running when a task ended it", async () => {
    await using direct = openDirectly(tasks.exitsAt5);
    await direct.next("joined");
    direct.run(0, 0, 3, 9);
    const left = await direct.next("left");
    expect(left).toMatchObject({ begun: 0, running: 5, loading: false, culprit: undefined });
    expect(left.reason.message).toContain("code 9");
  });

  test("that nothing was running, when nothing was", async () => {
    await using direct = openDirectly(tasks.same);
    await direct.next("joined");
    direct.run(0, 0, 3, 9);
    await direct.next("done");
    direct.job.stop(0, new Error("no longer wanted"));
    const left = await direct.next("left");
    expect(left).toMatchObject({ begun: undefined, running: undefined });
  });

  test("the reason that it was stopped for, out of an endless loop", async () => {
    await using direct = openDirectly(tasks.spinsAt5);
    await direct.next("joined");
    expect(direct.job.running(0)).toBe(-1);
    direct.run(0, 0, 3, 9);
    while (direct.job.running(0) !== 5) await new Promise((resolve) => setTimeout(resolve, 2));
    const reason = new Error("too slow");
    direct.job.stop(0, reason);
    const left = await direct.next("left");
    expect(left).toMatchObject({ begun: 0, running: 5 });
    expect(left.reason).toBe(reason);
    await direct.next("joined", 2);
  });
});

describe("an error that nobody could catch is laid to the item that caused it", () => {
  const { timerThrows, deepTimerThrows, rejects, syncRejects, syncTimer } = tasks;
  test.each(Object.entries({ timerThrows, deepTimerThrows, rejects, syncRejects, syncTimer }))(
    "%s",
    async (_name, task) => {
      await using direct = openDirectly(task);
      await direct.next("joined");
      direct.run(0, 7, 0, 40);
      const { culprit, reason } = await direct.next("left");
      expect(culprit?.itemIndex).toBe(2);
      expect(culprit?.error).toMatchObject({ stack: expect.stringContaining("thread-tasks.mjs") });
      expect(culprit?.error).toBe(reason);
    },
  );

  test("unless the task listens for such errors itself", async () => {
    await using direct = openDirectly(tasks.handlesItself);
    await direct.next("joined");
    direct.run(0, 7, 0, 40);
    await direct.next("done");
    expect(direct.events.map(({ kind }) => kind)).toEqual(["joined", "done"]);
  });
});
