import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { outputOf } from "./run-node.ts";

const [major = 0] = process.versions.node.split(".").map(Number);

describe("a program's functions reach workers", () => {
  test("from CommonJS, with its `require`, `exports` and `this`", async () => {
    const { stdout, stderr } = await outputOf("closures.cjs");
    expect(JSON.parse(stdout || stderr)).toEqual([
      6,
      4,
      8,
      6,
      14,
      30,
      "2/closures.cjs",
      4,
      "function2",
      2,
      5,
      4,
      5,
    ]);
  });

  test.each([...(major >= 22 ? [[]] : []), ["--import", "tsx"]])(
    "from TypeScript, with errors that name its own lines (%s %s)",
    async (...flags) => {
      const { stdout, stderr } = await outputOf("typed-closures.ts", ...flags);
      expect(JSON.parse(stdout || stderr)).toEqual({
        got: [2, 4, 6, 6, 1.5, "typed-closures.ts", 12],
        lines: [
          "typed-closures.ts @throwsHere",
          "typed-parts.ts @fails",
          "typed-closures.ts @inline",
          "typed-parts.ts @fails",
        ],
        refused: "client @client",
      });
      expect(stderr).toBe("");
    },
  );

  test("as exports of the program itself, which is imported only where there is no other way", async () => {
    expect(await outputOf("exports-tasks.mjs")).toMatchObject({ stdout: "[[2],[3]]", stderr: "" });
  });

  test("with imports that have comments and letters beyond ASCII in them", async () => {
    expect(await outputOf("imports.mjs")).toMatchObject({ stdout: '[["a","a"]]', stderr: "" });
  });

  test("from the command line, with its `require`", async () => {
    const code = `const { map } = require("swath"); const k = 2;
      map([1], (x) => [x * k, require("./commonjs-parts.cjs") !== undefined], { workers: 1 })
        .then((got) => console.log(JSON.stringify(got)));`;
    const cwd = fileURLToPath(new URL("../fixtures/", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", code], { cwd });
    expect(stdout.trim()).toBe("[[2,true]]");
  });

  test("while a debugger may attach", async () => {
    const { stdout, stderr } = await outputOf("closure.mjs", "--inspect=0");
    expect(stdout || stderr).toBe("[3,6]");
  });

  const flag = major >= 22 ? "--permission" : "--experimental-permission";
  const denied = [flag, "--allow-fs-read=*", "--allow-worker"];
  test.each([
    ["is denied", "no-inspector.mjs", "permission model.*`--permission`", denied],
    ["was left out of Node", "left-out-inspector.mjs", "this Node was built without it", []],
  ])(
    "where the inspector %s: tasks and modules go as ever, others say why they cannot",
    async (_, program, why, flags) => {
      const { stdout, stderr } = await outputOf(program, ...flags);
      const [task, module, builtin, exported, closure] = JSON.parse(stdout || stderr);
      expect([task, module, builtin]).toEqual([[2], [2], [1]]);
      const message = expect.stringMatching(
        `inspector.*cannot be used: .*${why}.*task\\(import\\.meta.*fromModule\\(url`,
      );
      expect(exported).toEqual(["SWATH_NOT_SENDABLE", message]);
      expect(closure).toEqual(["SWATH_NOT_SENDABLE", message]);
    },
  );
});

test("an exported function that cannot be sent says why, where importing its program fails too", async () => {
  const { stdout, stderr } = await outputOf("refused-export.mjs");
  expect(JSON.parse(stdout || stderr)).toEqual({
    code: "SWATH_NESTED_JOB",
    message: expect.stringMatching(
      /^Cannot send `score`: it captured `db` \(a Client, refused-export\.mjs:11\).*isMain/,
    ),
  });
});
