import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../../fixtures/run-thread-task.mjs", import.meta.url));

interface Printed {
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Lines that a program printed which runs a task over items. */
async function run(task: string, options: object, items: readonly number[]): Promise<Printed> {
  const args = [program, task, JSON.stringify(options), JSON.stringify(items)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const read = async (stream: NodeJS.ReadableStream) => {
    let text = "";
    for await (const part of stream) text += part;
    return text.split("\n").slice(0, -1);
  };
  const [out, err] = await Promise.all([read(child.stdout), read(child.stderr)]);
  return { out, err };
}

const ordered = { workers: 1, chunk: 1, schedule: "dynamic" } as const;

describe("what tasks print", () => {
  test("arrives whole and in order for each worker", async () => {
    const { out, err } = await run("prints", ordered, [0, 1, 2]);
    expect(out).toEqual([0, 1, 2].flatMap((x) => [`out ${x} begins`, `out ${x} ends`]));
    expect(err).toEqual(["err 0", "err 1", "err 2", "outcome: done"]);
  });

  test("keeps its lines apart from those of other workers", async () => {
    const items = Array.from({ length: 300 }, (_, i) => i);
    const { out } = await run("prints", { workers: 3, chunk: 1, schedule: "dynamic" }, items);
    const expected = items.flatMap((x) => [`out ${x} begins`, `out ${x} ends`]);
    expect(out.toSorted()).toEqual(expected.toSorted());
  });

  test("is not lost when the task ends its thread, even far beyond what may be on its way", async () => {
    const lines = 120_000;
    const { out, err } = await run("printsAndExits", { workers: 1 }, [lines]);
    const attempt = [...Array.from({ length: lines }, (_, i) => `line ${i}`), "no end of line"];
    expect(out.length % attempt.length).toBe(0);
    const isWhole = out.every((line, i) => line === attempt[i % attempt.length]);
    expect(isWhole).toBe(true);
    expect(err).toEqual(["outcome: SWATH_WORKER_DIED"]);
  });

  test("is not lost when its thread is ended in a loop without end", async () => {
    const { out, err } = await run("printsAndSpins", { workers: 1 }, [8]);
    expect(out).toEqual(["before 8"]);
    expect(err).toEqual(["outcome: enough"]);
  });

  test("is marked with worker and item where asked for, also later than the item", async () => {
    const marked = { ...ordered, stdio: "marked" };
    const { out, err } = await run("prints", marked, [7, 8]);
    expect(out).toEqual([
      "[worker 0, item 0] out 7 begins",
      "[worker 0, item 0] out 7 ends",
      "[worker 0, item 1] out 8 begins",
      "[worker 0, item 1] out 8 ends",
    ]);
    expect(err.slice(0, 2)).toEqual(["[worker 0, item 0] err 7", "[worker 0, item 1] err 8"]);
    const later = await run("leavesAPrinter", marked, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(later.out).toEqual(["[worker 0, item 0] from a timer"]);
  });

  test("goes to stderr, or nowhere, where asked for", async () => {
    const toStderr = await run("prints", { ...ordered, stdio: "stderr" }, [1]);
    expect(toStderr.out).toEqual([]);
    expect(toStderr.err).toEqual(["out 1 begins", "out 1 ends", "err 1", "outcome: done"]);
    const nowhere = await run("prints", { ...ordered, stdio: "ignore" }, [1]);
    expect(nowhere).toEqual({ out: [], err: ["outcome: done"] });
  });
});

test.each([0, 1])("`context.log` prints marked lines on stderr (%i workers)", async (workers) => {
  const { out, err } = await run("logs", { workers, chunk: 1, schedule: "dynamic" }, [5, 6]);
  expect(out).toEqual([]);
  expect(err.slice(0, 2)).toEqual([
    "[worker 0, item 0] value 5 of { a: 1 }",
    "[worker 0, item 1] value 6 of { a: 1 }",
  ]);
});
