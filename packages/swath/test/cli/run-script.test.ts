import { afterAll, describe, expect, test } from "vitest";
import { ScriptFolder } from "./made-scripts.ts";
import { swath } from "./run-swath.ts";

const LOOP = `
    import { isMain, map, range } from "swath";
    const doubled: readonly number[] = await map(range(4), (i) => i * 2);
    console.log(doubled.join(), isMain(import.meta), process.argv.slice(2).join());`;
const scripts = new ScriptFolder({
  "module.mts": LOOP,
  "plain.ts": LOOP,
  "wrong.mjs": "const a = ;",
  "imports-wrong.mjs": "import './wrong.mjs';",
  "sends-wrong.mjs": `
    import { fromModule, map, range } from "swath";
    await map(range(4), fromModule(new URL("./wrong.mjs", import.meta.url)).work, { workers: 1 });`,
  "waits.mjs": "await new Promise(() => {});",
  "waits.mts": "await new Promise<void>(() => {});",
  "throws.mts": "throw new TypeError('thrown by the script') as unknown;",
  "throws.cjs": "throw new TypeError('thrown by the script');",
});
afterAll(() => scripts[Symbol.dispose]());
const options = { cwd: scripts.path };
/** Whether this Node runs TypeScript, and looks whether a file is an ES module. */
const runsTypeScript = Boolean((process.features as { typescript?: string | false }).typescript);

describe.concurrent("a script", () => {
  test("named .mts is an ES module, for run and for explain", async () => {
    const run = ["run", "-q", "module.mts", "--workers", "1", "a", "b"];
    expect(await swath(run, options)).toEqual({
      code: 0,
      stdout: "0,2,4,6 true a,b\n",
      stderr: "",
    });
    const { code, stdout } = await swath(["explain", "module.mts"], options);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ over 4 items of kind range/);
  });

  test.skipIf(runsTypeScript)(
    `that awaits at its top level and counts as CommonJS: what to do, in one line${runsTypeScript ? " (skipped: this Node tells by the content)" : ""}`,
    async () => {
      for (const command of ["run", "explain"]) {
        const { code, stdout, stderr } = await swath([command, "plain.ts"], options);
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toMatch(
          /^swath: .*plain\.ts has a top-level `await`.*put "type": "module" .* or name it plain\.mts\n$/,
        );
      }
    },
  );

  test.each(["throws.mts", "throws.cjs"])("that throws, %s: exit 1, told once", async (script) => {
    for (const command of ["run", "explain"]) {
      const { code, stderr } = await swath([command, script], options);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^TypeError: thrown by the script\n +at .*throws/);
      expect(stderr).not.toMatch(/Node\.js v/);
    }
  });

  test.each(["wrong.mjs", "imports-wrong.mjs"])(
    "that cannot be parsed, %s: file and line",
    async (script) => {
      for (const command of ["run", "explain"]) {
        const { code, stderr } = await swath([command, script], options);
        expect(code).toBe(1);
        expect(stderr).toMatch(/^file:.*\/wrong\.mjs:1\nconst a = ;\n +\^\n/);
      }
    },
  );

  test("whose tasks lie in a module that cannot be parsed: its name", async () => {
    const { code, stderr } = await swath(["run", "sends-wrong.mjs"], options);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^swath: Task `work` failed .*: Unexpected token ';', in file:.*\/wrong\.mjs or/,
    );
  });

  test.each([
    ["run", "waits.mjs"],
    ["run", "waits.mts"],
    ["run", "waits.mjs", "--assert", "wall<1s"],
    ["explain", "waits.mjs"],
    ["explain", "waits.mts"],
  ])("that waits for what never comes, %s %s: exit 1 and why", async (...args) => {
    const { code, stdout, stderr } = await swath(args, options);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^swath: .*waits\.m[jt]s ended at a top-level `await` that never settles/m,
    );
    expect(stderr).not.toMatch(/ran to its end|Cannot check/);
  });
});
