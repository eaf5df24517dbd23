import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { ScriptFolder } from "./made-scripts.ts";
import { type Ran, swath } from "./run-swath.ts";

const scripts = new ScriptFolder({
  "loops.mjs": `
    import { appendFileSync } from "node:fs";
    import { map, range, reduce } from "swath";
    const log = new URL("./ran.txt", import.meta.url).pathname;
    console.log("before the loop");
    const squares = await map(range(1000), (i) => { appendFileSync(log, i + "\\n"); return i * i; });
    console.log("after the first loop", squares.length);
    await reduce(squares, (sum, x) => sum + x, { initial: 0, combine: (a, b) => a + b, schedule: "guided" });
    console.log("after the second loop");`,
  "pool.mjs": `
    import { createPool } from "swath";
    const pool = createPool({ workers: 3 });
    await pool.map(["a", "b"], (text) => text + "!");
    console.log("never");`,
  "lines.mjs": `
    import { map } from "swath";
    async function* lines() { yield "a"; }
    await map(lines(), (line) => line);`,
  "fails.mjs": `
    import { map, range } from "swath";
    await map(range(100), (i) => { throw new Error("no " + i); });`,
  "slow.mjs": `
    import { map, range } from "swath";
    const cell = new Int32Array(new SharedArrayBuffer(4));
    console.log("ready");
    await map(range(10_000), () => { Atomics.wait(cell, 0, 0, 200); });`,
  "none.mjs": "console.log(1);",
});
afterAll(() => scripts[Symbol.dispose]());

function explain(...args: readonly string[]): Promise<Ran> {
  return swath(["explain", ...args], { cwd: scripts.path });
}

function itemsRun(): readonly number[] {
  const path = scripts.file("ran.txt");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").map(Number) : [];
}

describe("swath explain", () => {
  test("tells the plan of the first loop, runs no item, and goes no further", async () => {
    const { code, stdout, stderr } = await explain("loops.mjs", "--workers", "2");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "before the loop\n" });
    expect(stdout).toMatch(/^\S+ over 1,000 items of kind range: 2 threads, schedule auto$/m);
    expect(stdout).toMatch(/routes read; schedules auto, static, dynamic, guided, steal;/);
    expect(stdout).toMatch(/not measured: --analyze runs a sample/);
    expect(itemsRun()).toEqual([]);
  });

  test("--analyze runs a sample, spread over the loop, and goes no further", async () => {
    const ran = await explain("loops.mjs", "--analyze", "--workers", "1", "--json");
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({
      code: 0,
      stderr: "before the loop\n",
    });
    const { schema, analysis } = JSON.parse(ran.stdout);
    expect(schema).toBe("swath.explain/1");
    expect(analysis.total).toBe(1_000);
    expect(analysis.costs).toMatchObject({ workers: 1, items: expect.any(Number) });
    expect(analysis.prediction.low).toBeLessThanOrEqual(analysis.prediction.high);
    const items = itemsRun();
    expect(Math.min(...items)).toBeLessThan(200);
    expect(Math.max(...items)).toBeGreaterThan(800);
  });

  test("--loop tells of a later loop, what the script sets, and runs those before it", async () => {
    const { code, stdout, stderr } = await explain("loops.mjs", "--loop", "2", "--json");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "before the loop\nafter the first loop 1000\n",
    });
    expect(JSON.parse(stdout)).toMatchObject({
      items: 1_000,
      schedule: "guided",
      set: ["schedule"],
      routes: ["copy"],
    });
  });

  test("knows the workers of a pool", async () => {
    const { stdout } = await explain("pool.mjs", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ workers: 3, items: 2 });
  });

  test.each([
    ["none.mjs", 1, /ran to its end with no loop of swath/],
    ["missing.mjs", 2, /Expected `<script>` to be the path of a file that exists/],
  ])("%s: exit %i and why", async (script, expected, message) => {
    const { code, stderr } = await explain(script);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
  });

  test("--analyze: what has no length is refused, what fails is told by its item", async () => {
    const lines = await explain("lines.mjs", "--analyze");
    expect(lines).toMatchObject({ code: 2, stdout: "" });
    expect(lines.stderr).toMatch(/collect it into an array first/);
    const fails = await explain("fails.mjs", "--analyze");
    expect(fails).toMatchObject({ code: 1, stdout: "" });
    expect(fails.stderr).toMatch(/failed on item \d+/);
  });

  test("--analyze: Ctrl-C ends it with 130", async () => {
    let child: ChildProcess | undefined;
    const running = swath(["explain", "slow.mjs", "--analyze"], {
      cwd: scripts.path,
      started: (started) => {
        child = started;
        child.stderr?.once("data", () => setTimeout(() => child?.kill("SIGINT"), 100));
      },
    });
    expect(await running).toEqual({ code: 130, stdout: "", stderr: "ready\n" });
  });
});
