import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fromModule, map } from "swath";
import { describe, expect, test } from "vitest";
import { lendCopy, lentCopy, type ThreadCopy } from "../src/thread-copy.ts";
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

  test("has functions that tasks can send on, in CommonJS too", async () => {
    const url = new URL("./fixtures/thread-copy-commonjs.cjs", import.meta.url);
    const { sendsOn } = fromModule<typeof import("./fixtures/thread-copy-commonjs.cjs")>(url);
    const [sent] = await map([0], sendsOn, { workers: 1 });
    expect(sent).toEqual({ taken: 3, own: 3, moved: 3, shared: 2, name: "map" });
  });

  test("leaves no flag of its own to what tasks start", async () => {
    const [inThread] = await map([0], flags, { workers: 1 });
    expect(inThread).toEqual(process.execArgv);
  });

  test("is lent to doors that lie beside it", () => {
    const copy = {} as ThreadCopy;
    lendCopy("file:///a/b/index.js", copy);
    expect(lentCopy("file:///a/b/in-thread.js")).toBeDefined();
    expect(lentCopy("file:///a/c/in-thread.js")).toBeUndefined();
    // What bundlers make of `import.meta.url`.
    for (const home of [undefined, {}, "/a/d/index.cjs"]) {
      lendCopy(home, copy);
      expect(lentCopy("file:///a/d/in-thread.js")).toBeUndefined();
    }
  });
});

test.each([
  [["--max-old-space-size=200"]],
  [["--title", "squares", "--expose-gc", "--conditions", "development"]],
  [["--no-experimental-require-module"]],
])("threads start in a program that runs with %j", async (given) => {
  const program = fileURLToPath(new URL("./fixtures/run-nested.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...given, program]);
  expect(JSON.parse(stdout)).toEqual({ squares: [SQUARES], flags: [given] });
});

test("what NODE_OPTIONS loads is in threads though the program takes it away", async () => {
  const program = fileURLToPath(new URL("./fixtures/preloaded.mjs", import.meta.url));
  const preload = fileURLToPath(new URL("./fixtures/preload.cjs", import.meta.url));
  const env = { ...process.env, NODE_OPTIONS: `--require="${preload}"` };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  expect(stdout).toBe("true\n");
});
