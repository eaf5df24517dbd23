import { afterAll, describe, expect, test } from "vitest";
import { ScriptFolder } from "./made-scripts.ts";
import { type Ran, swath } from "./run-swath.ts";

const scripts = new ScriptFolder({
  "two.mjs": `
    import { map, range } from "swath";
    const first = await map(range(100), function first(i) { return i; });
    const second = await map(range(10), function second(i) { return i; });
    console.log(first.length + second.length);`,
  "none.mjs": "console.log(0);",
  "throws.mjs": "throw new Error('broken');",
});
afterAll(() => scripts[Symbol.dispose]());

function run(script: string, ...expressions: readonly string[]): Promise<Ran> {
  const flags = expressions.flatMap((expression) => ["--assert", expression]);
  return swath(["run", script, "--workers", "1", "-q", ...flags], { cwd: scripts.path });
}

describe("--assert", () => {
  test("what holds changes nothing", async () => {
    const ran = await run("two.mjs", "items<=100", "efficiency>=0", "chunks.lost==0");
    expect(ran).toEqual({ code: 0, stdout: "110\n", stderr: "" });
  });

  test("what does not hold is told for each loop, with its figure: exit 4", async () => {
    const { code, stdout, stderr } = await run("two.mjs", "items>50", "wall<10min");
    expect({ code, stdout }).toEqual({ code: 4, stdout: "110\n" });
    expect(stderr).toBe("swath: Asserted 'items>50', but `items` is 10 (loop 2, second)\n");
  });

  test("a figure that there is not, or no loop at all, is no pass", async () => {
    const figure = await run("two.mjs", "place.items<1");
    expect(figure.code).toBe(4);
    expect(figure.stderr).toMatch(/has no figure `place.items` \(loop 1, first\)/);
    const none = await run("none.mjs", "wall<1s");
    expect(none).toMatchObject({ code: 4, stdout: "0\n" });
    expect(none.stderr).toMatch(/Cannot check 'wall<1s': no loop ran/);
  });

  test("what is measured only on demand is measured for an assertion about it", async () => {
    const ran = await run("two.mjs", "speedup>0", "computeScaling>0");
    expect(ran).toEqual({ code: 0, stdout: "110\n", stderr: "" });
  });

  test.each([
    ["efficiency is good", /Expected `--assert` to be a figure/],
    ["constructor>1", /Expected `--assert` to be about a figure of the report: wall, workers,/],
    [
      "memory<2s",
      /Expected `--assert` to be in B, .* or without a unit, for `memory.peakResident`/,
    ],
  ])("%j is wrong usage, before anything runs", async (expression, text) => {
    const { code, stdout, stderr } = await run("two.mjs", expression);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(text);
  });

  test("a script that fails fails as it would without", async () => {
    expect(await run("throws.mjs", "wall<1s")).toMatchObject({ code: 1 });
  });
});
