import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { ScriptFolder } from "./made-scripts.ts";
import { type Ran, type RunOptions, swath } from "./run-swath.ts";

const LOOP = `
    import { map, range } from "swath";
    const sum = (await map(range(200), (i) => i * 2)).reduce((a, b) => a + b, 0);`;
const scripts = new ScriptFolder({
  "sum.mjs": `${LOOP} console.log(sum, process.argv[2]);`,
  "clock.mjs": `${LOOP} console.log(performance.now());`,
  "cheats.mjs": `${LOOP} console.log(process.env.SWATH_WORKERS === "0" ? sum : 0);`,
  "own.mjs": `
    import { map, range } from "swath";
    await map(range(50), (i) => i, { workers: 1, schedule: "static" });`,
  "notes.mjs": `
    import { map, range } from "swath";
    await map(range(50), (i) => i, { journal: "notes.journal" });`,
  "leaves.mjs": `${LOOP}
    import { spawn } from "node:child_process";
    spawn(process.execPath, ["stays.cjs"], { stdio: "inherit" }).unref();
    console.log(sum);`,
  "stays.cjs": `
    setInterval(() => require("node:fs").existsSync("over") && process.exit(), 50);
    setTimeout(() => process.exit(), 120_000);`,
  "fails.mjs": `
    import { map, range } from "swath";
    await map(range(50), (i) => { throw new Error("broken"); });`,
  "slow.mjs": `
    import { map, range } from "swath";
    const cell = new Int32Array(new SharedArrayBuffer(4));
    await map(range(10000), () => { Atomics.wait(cell, 0, 0, 20); });`,
});
afterAll(() => scripts[Symbol.dispose]());

function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return swath(args, { cwd: scripts.path, ...options });
}

describe("swath compare", () => {
  test("measures every way in a process of its own, and checks what the script prints", async () => {
    const args = ["compare", "sum.mjs", "--workers", "1,2", "--rounds", "2", "--json", "-q"];
    const { code, stdout, stderr } = await run([...args, "--", "--flag"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { schema, ways, output, machine } = JSON.parse(stdout);
    expect(schema).toBe("swath.compare/1");
    expect(machine.node).toBe(process.version);
    expect(output).toMatchObject({ checked: true, different: [] });
    const used = Object.fromEntries(
      ways.map((way: { id: string; used: object }) => [way.id, way.used]),
    );
    expect(used).toEqual({
      "one thread": { workers: 0, schedule: "auto", route: "read" },
      "1 worker, auto": { workers: 1, schedule: "auto", route: "read" },
      "2 workers, auto": { workers: 2, schedule: "auto", route: "read" },
      "2 workers, read, static": { workers: 2, schedule: "static", route: "read" },
      "2 workers, read, dynamic": { workers: 2, schedule: "dynamic", route: "read" },
      "2 workers, read, guided": { workers: 2, schedule: "guided", route: "read" },
      "2 workers, read, steal": { workers: 2, schedule: "steal", route: "read" },
    });
    for (const { runs } of ways) expect(runs).toHaveLength(2);
    expect(ways[0].speedup).toBe(1);
  });

  test("prints a table, tells each run on stderr, and writes a page without network", async () => {
    const flags = ["--only", "one thread", "--only", "static", "--rounds", "1"];
    const ran = await run(["compare", "sum.mjs", ...flags, "--report", "html:page.html"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^one thread +\d/m);
    expect(ran.stdout).toMatch(/One round does not tell it apart from: .* --rounds 6 may\./);
    expect(ran.stdout).toMatch(/What the script prints is the same in all ways/);
    expect(ran.stderr).toMatch(/^compare, round 1\/1 {2}one thread: /m);
    const page = readFileSync(scripts.file("page.html"), "utf8");
    expect(page).toContain("one thread");
    expect(page).not.toMatch(/<script|https?:/);
  });

  test("says that results were not checked where the output says nothing of them", async () => {
    const { stdout } = await run(["compare", "clock.mjs", "--only", "one", "--rounds", "2", "-q"]);
    expect(stdout).toMatch(/Results were not checked: .* differs from run to run/);
  });

  test("a way that prints something else is named: exit 1", async () => {
    const flags = ["--only", "one", "--only", "steal", "--rounds", "2", "-q"];
    const { code, stdout } = await run(["compare", "cheats.mjs", ...flags]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/WRONG: .* is not that of "one thread" in: .*steal/);
  });

  test("a journal that the script keeps is not used: each run does everything", async () => {
    const only = ["--only", "one", "--only", "steal"];
    const { code, stdout } = await run(["compare", "notes.mjs", ...only, "--json", "-q"]);
    expect(code).toBe(0);
    const { ways } = JSON.parse(stdout);
    const runs = ways.flatMap((way: { runs: { records: { chunks: object }[] }[] }) => way.runs);
    expect(runs).toHaveLength(6);
    for (const { records } of runs) expect(records[0].chunks.count).toBeGreaterThan(0);
    expect(existsSync(scripts.file("notes.journal"))).toBe(false);
  });

  test("does not wait for what a script has left running", async () => {
    const flags = ["--only", "one", "--rounds", "1", "-q"];
    const { code, stdout } = await run(["compare", "leaves.mjs", ...flags]);
    writeFileSync(scripts.file("over"), "");
    expect(stdout).toMatch(/not checked: what the script had started kept its output open/);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^one thread/m);
  });

  test("does not vary what the script sets", async () => {
    const { stdout } = await run(["compare", "own.mjs", "--rounds", "1", "--json", "-q"]);
    const { ways, set } = JSON.parse(stdout);
    expect(set).toEqual(["workers", "schedule"]);
    expect(ways.map(({ id }: { id: string }) => id)).toEqual(["auto", "read"]);
  });

  test.each([
    [["compare", "missing.mjs"], 2, /the path of a file that exists/],
    [["compare", "sum.mjs", "--rounds", "0"], 2, /Expected `--rounds` to be 1 or more/],
    [["compare", "sum.mjs", "--only", "warp"], 2, /Expected `--only` to be part of one of/],
    [["compare", "sum.mjs", "--report", "pdf"], 2, /Expected `--report` to be "html" or "md"/],
    [["compare", "sum.mjs", "--workers", "2,x"], 2, /numbers from 1 to 1024/],
    [["compare", "fails.mjs", "-q"], 1, /failed on item/],
    [["scale", "own.mjs", "-q"], 2, /sets its number of workers itself/],
    [["scale", "sum.mjs", "-P", "1,2", "--predict", "5"], 2, /at most 4.*a fit is a guess/],
  ] as const)("%j: exit %i and why", async (args, expected, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test.each(["compare", "scale"])(
    "%s: Ctrl-C ends it with 130, and nothing is left",
    async (name) => {
      const folder = scripts.file(`tmp-${name}`);
      mkdirSync(folder);
      let child: ChildProcess | undefined;
      const running = run([name, "slow.mjs"], {
        env: { TMPDIR: folder },
        started: (started) => {
          child = started;
        },
      });
      // A run has begun as soon as there is a folder for its report.
      await expect.poll(() => readdirSync(folder).length, { timeout: 20_000 }).toBeGreaterThan(0);
      child?.kill("SIGINT");
      const { code, stdout } = await running;
      expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe("swath scale", () => {
  test("measures each number of workers, fits what it may, and says what it may not", async () => {
    const flags = ["-P", "2,1", "--rounds", "2", "--json", "-q"];
    const { code, stdout, stderr } = await run(["scale", "sum.mjs", ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { schema, points, fits, predictions, rounds } = JSON.parse(stdout);
    expect(schema).toBe("swath.scale/1");
    expect(points.map(({ workers }: { workers: number }) => workers)).toEqual([1, 2]);
    expect(rounds).toHaveLength(2);
    expect(fits.limit).toBe(4);
    expect(fits.usl).toBeUndefined();
    expect(predictions.map(({ workers }: { workers: number }) => workers)).toEqual([4]);
    const text = await run(["scale", "sum.mjs", "-P", "1", "--rounds", "1", "-q"]);
    expect(text.stdout).toMatch(/No Universal Scalability Law: it needs 5/);
    expect(text.stdout).toMatch(/No law is fitted to one worker alone/);
  });
});
