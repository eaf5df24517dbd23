import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { map } from "swath";
import { describe, expect, test } from "vitest";
import { flags, inProgram, inWorker, nested, sharesCopy } from "./fixtures/thread-copy-tasks.mjs";

const SQUARES = [0, 1, 4, 9];

describe("swath in a thread of its own", () => {
  test("is the copy that the thread's program has", async () => {
    expect(await map([0], sharesCopy, { workers: 1 })).toEqual([true]);
  });

  test.each([
    ["a task", nested],
    ["a worker that a task starts", inWorker],
    ["a program that a task starts", inProgram],
  ])("runs jobs in %s", async (_, fn) => {
    expect(await map([SQUARES.length], fn, { workers: 1 })).toEqual([SQUARES]);
  });

  test("leaves no flag of its own to what tasks start", async () => {
    const [inThread] = await map([0], flags, { workers: 1 });
    expect(inThread).toEqual(process.execArgv);
  });
});

test.each([
  [["--max-old-space-size=200"]],
  [["--title", "squares", "--expose-gc", "--conditions", "development"]],
  [["--no-experimental-require-module"]],
])("threads start in a program that runs with %j", async (given) => {
  const program = fileURLToPath(new URL("./fixtures/run-nested.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...given, program]);
  expect(JSON.parse(stdout)).toEqual([SQUARES]);
});
