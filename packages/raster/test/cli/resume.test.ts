import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { swath } from "../../../swath/test/cli/run-swath.ts";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

let raster: string;
const slow = () => scratch.file("slow.mjs");
beforeAll(async () => {
  const shape = { width: 2048, height: 4096, dtype: "uint16" } as const;
  const made = makeRaster(shape, (row, col) => (row * 7 + col) % 5);
  raster = await writeRaster(scratch.file("a.tif"), made, ["TILED=YES"]);
  const pause = `const cell = new Int32Array(new SharedArrayBuffer(4)); let calls = 0;
const pause = () => { if (calls++ % 4096 === 0) Atomics.wait(cell, 0, 0, 1); };`;
  writeFileSync(slow(), `${pause}\nexport const slow = (v) => { pause(); return v; };\n`);
});

function chunksIn(journal: string): number {
  if (!existsSync(journal)) return 0;
  return readFileSync(journal, "utf8").split('"kind":"chunk"').length - 1;
}

test("classify, stopped by Ctrl-C, goes on to the same counts and the same file", async () => {
  const cwd = scratch.file(".");
  const journal = scratch.file("c.journal");
  const rule = [
    "--fn",
    "./slow.mjs#slow",
    "--workers",
    "2",
    "--chunk",
    "1",
    "--schedule",
    "dynamic",
  ];
  const classify = ["raster", "classify", raster, ...rule, "--json"];
  const whole = await swath([...classify, "-o", "whole.tif"], { cwd });
  expect(whole.code).toBe(0);

  let child: ChildProcess | undefined;
  const kept = [...classify, "-o", "resumed.tif", "--journal", journal];
  const stopped = swath(kept, { cwd, env: { npm_command: "" }, started: (c) => (child = c) });
  await expect.poll(() => chunksIn(journal), { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
  child?.kill("SIGINT");
  const { code, stderr } = await stopped;
  expect(code).toBe(130);
  expect(stderr).toContain(`swath: to go on, run\n  swath ${kept.join(" ")} --resume\n`);

  expect(await swath(kept, { cwd })).toMatchObject({ code: 2, stdout: "" });
  const before = readFileSync(slow(), "utf8");
  writeFileSync(slow(), before.replace("return v", "return v + 1"));
  const changed = await swath([...kept, "--resume"], { cwd });
  expect(changed).toMatchObject({ code: 1, stdout: "" });
  expect(changed.stderr).toContain("differs from this one: the source has other content");
  writeFileSync(slow(), before);

  const resumed = await swath([...kept, "--resume"], { cwd });
  expect(resumed.code).toBe(0);
  const [a, b] = [whole, resumed].map(({ stdout }) => JSON.parse(stdout));
  expect([b.classes, b.nodata, b.pixels]).toEqual([a.classes, a.nodata, a.pixels]);
  expect(b.report.items).toBeLessThan(a.report.items);
  expect(readFileSync(scratch.file("resumed.tif"))).toEqual(
    readFileSync(scratch.file("whole.tif")),
  );
});

test("stats take from a finished journal what they found", async () => {
  const flags = ["raster", "stats", raster, "--json", "--journal", scratch.file("s.journal")];
  const [first, again] = [await swath(flags), await swath([...flags, "--resume"])];
  const [a, b] = [first, again].map(({ stdout }) => JSON.parse(stdout));
  expect(b.bands).toEqual(a.bands);
  expect(b.report.items).toBe(0);
});
