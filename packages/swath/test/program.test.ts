import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

/** Runs a program of the fixtures to its own end; one that never ends fails the test. */
async function output(program: string): Promise<string> {
  const path = fileURLToPath(new URL(`./fixtures/${program}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path], { timeout: 20_000 });
  return stdout.trim();
}

describe("a program ends by itself", () => {
  test("with an idle pool that was never closed", async () => {
    expect(await output("idle-pool.mjs")).toBe("100");
  });

  test("after a loop over an infinite source was left", async () => {
    expect(await output("left-loop.mjs")).toBe("closed\nleft");
  });

  test("with a stream of results that nobody reads", async () => {
    expect(await output("unread-stream.mjs")).toBe("started");
  });

  test("after a job that nobody awaited has run to its end", async () => {
    expect(await output("not-awaited.mjs")).toBe("-1");
  });

  test("with a worker whose `init` is never done", async () => {
    expect(await output("never-opens.mjs")).toBe("100");
  });

  test("but not before a job is done whose worker an endless job took with it", async () => {
    expect(await output("beside-endless.mjs")).toBe("0 1 2 3");
  });
});

test("a worker that loads a module is not ended before it has: that would abort the process", async () => {
  expect(await output("ends-while-loading.mjs")).toBe("0 1 4");
});

test("a program that holds its tasks runs its jobs once, behind `isMain`", async () => {
  expect(await output("top-level.mjs")).toBe("0 1 4 9 16");
});
