import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shell, swath } from "../../../swath/test/cli/run-swath.ts";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

/** Takes about a second: 960 naps of 2 ms on two workers, in 25 items. */
let args: readonly string[];
beforeAll(async () => {
  const shape = { width: 240, height: 400, dtype: "uint8" } as const;
  const raster = makeRaster(shape, (row, col) => row ^ col);
  const path = await writeRaster(scratch.file("a.tif"), raster, ["BLOCKXSIZE=16", "BLOCKYSIZE=16"]);
  const nap = "if (n++ % 100 === 0) Atomics.wait(cell, 0, 0, 2);";
  writeFileSync(
    scratch.file("slow.mjs"),
    `const cell = new Int32Array(new SharedArrayBuffer(4));
let n = 0;
export const slow = () => { ${nap} return 1; };
`,
  );
  const fn = ["--fn", "slow.mjs#slow", "-o", "out.tif", "--overwrite"];
  args = ["raster", "classify", path, ...fn, "--workers", "2"];
});

describe.concurrent("progress of a run that takes a while", () => {
  test("goes to stderr as lines for those who read a pipe", async () => {
    const { code, stdout, stderr } = await swath([...args, "--json"], { cwd: scratch.path });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).classes).toEqual({ 1: 96_000 });
    // oxlint-disable-next-line no-control-regex -- the absence of control characters is the point
    expect(stderr).not.toMatch(/[\u001b\r]/);
    const lines = stderr.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(9);
    const shares = lines.map((line) => {
      const found = /^classify (\d+) %, [\d.]+ [kMG]?px\/s(, eta \d+:\d\d)?$/.exec(line);
      return Number(found?.[1]);
    });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.every((share) => share >= 10 && share < 100)).toBe(true);
  });

  test("is one JSON document a line with --progress json", async () => {
    const options = { cwd: scratch.path };
    const { stdout, stderr } = await swath([...args, "--json", "--progress", "json"], options);
    expect(JSON.parse(stdout).pixels).toBe(96_000);
    const documents = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, number>);
    expect(documents.length).toBeGreaterThanOrEqual(2);
    let before = 0;
    for (const { schema, done, total, elapsed, rate, ...rest } of documents) {
      expect(schema).toBe("swath.progress/1");
      expect(total).toBe(25);
      expect(done).toBeGreaterThanOrEqual(before);
      expect(elapsed).toBeGreaterThan(0);
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(Object.keys(rest).filter((key) => key !== "eta")).toEqual([]);
      before = done!;
    }
  });

  test.each([["--progress", "none"], ["--quiet"]])("is silent with %s", async (...flags) => {
    const ran = await swath([...args, "--json", ...flags], { cwd: scratch.path });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
  });

  const noScript = spawnSync("script", ["--version"]).status !== 0;
  test.skipIf(noScript)(
    `is a bar in a terminal, cleared at the end${noScript ? " (skipped: script(1) is absent)" : ""}`,
    async () => {
      const command = [...args, "--json"].join(" ");
      const options = { cwd: scratch.path, env: { TERM: "xterm" } };
      const { stdout } = await shell(`script -qec "$SWATH ${command}" /dev/null`, options);
      const redraws = stdout.split("\r\u001b[2K");
      expect(redraws.length).toBeGreaterThan(3);
      expect(redraws[1]).toMatch(/^classify [█·]+ +[\d.]+ %/);
      expect(redraws.at(-1)).toMatch(/^\{"schema":"swath.raster.classify\/1"/);
    },
  );

  test.skipIf(noScript)(
    `is no bar where a terminal is only a log (CI)${noScript ? " (skipped: script(1) is absent)" : ""}`,
    async () => {
      const command = [...args, "--json"].join(" ");
      const options = { cwd: scratch.path, env: { TERM: "xterm", CI: "1" } };
      const { stdout } = await shell(`script -qec "$SWATH ${command}" /dev/null`, options);
      expect(stdout).not.toContain("\u001b");
      expect(stdout).toMatch(/^classify \d+ %/);
    },
  );
});
