import { type ChildProcess, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { getuid } from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shell, swath } from "../../../swath/test/cli/run-swath.ts";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

/** Runs `args` in a new folder and sends the signals once a temporary file is there. */
let folders = 0;
async function interrupt(args: readonly string[], signals: readonly NodeJS.Signals[]) {
  const cwd = scratch.file(`run-${folders++}`);
  mkdirSync(cwd);
  let child: ChildProcess | undefined;
  const running = swath(["raster", ...args], {
    cwd,
    started: (started) => {
      child = started;
    },
  });
  await expect.poll(() => readdirSync(cwd).length, { timeout: 10_000, interval: 10 }).toBe(1);
  // Workers are busy now, or about to start: both must end well.
  await new Promise((done) => setTimeout(done, 250));
  for (const signal of signals) child?.kill(signal);
  return { ...(await running), left: readdirSync(cwd) };
}

/** A function that takes a millisecond a pixel: no run ends by itself. */
let slow: readonly string[];
let stuck: readonly string[];
beforeAll(async () => {
  const shape = { width: 512, height: 512, dtype: "uint8" } as const;
  const raster = makeRaster(shape, (row, col) => row ^ col);
  const path = await writeRaster(scratch.file("a.tif"), raster, ["BLOCKXSIZE=16", "BLOCKYSIZE=16"]);
  writeFileSync(
    scratch.file("slow.mjs"),
    `const cell = new Int32Array(new SharedArrayBuffer(4));
export const slow = () => { Atomics.wait(cell, 0, 0, 1); return 1; };
export const stuck = () => { for (;;); };
`,
  );
  const fn = (name: string) => ["--fn", `${scratch.file("slow.mjs")}#${name}`, "-o", "out.tif"];
  slow = ["classify", path, ...fn("slow"), "--workers", "2"];
  stuck = ["classify", path, ...fn("stuck"), "--workers", "2"];
});

describe.concurrent("a run that is interrupted leaves no file, whole or half", () => {
  test("classify: Ctrl-C ends it with 130", async () => {
    const { code, stdout, stderr, left } = await interrupt(slow, ["SIGINT"]);
    expect({ code, stdout, left }).toEqual({ code: 130, stdout: "", left: [] });
    expect(stderr).toContain("swath: stopping; press Ctrl-C again to end at once\n");
  });

  test("classify: a function that never returns is stopped too", async () => {
    const { code, left } = await interrupt(stuck, ["SIGINT"]);
    expect({ code, left }).toEqual({ code: 130, left: [] });
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("classify: %s ends it with %i", async (signal, expected) => {
    const { code, left } = await interrupt(slow, [signal]);
    expect({ code, left }).toEqual({ code: expected, left: [] });
  });

  test.each(["NONE", "DEFLATE"])("sample, --compress %s: the same", async (compress) => {
    const args = ["sample", "australia", "-o", "out.tif", "--scale=0.5", "--compress", compress];
    const { code, left } = await interrupt(args, ["SIGINT"]);
    expect({ code, left }).toEqual({ code: 130, left: [] });
  });
});

describe("an output whose name is taken while it is made: exit 1, and the other file stays", () => {
  const paced = (flag: string, name: string) => [
    "classify",
    scratch.file("a.tif"),
    `--fn=${scratch.file("paced.mjs")}#paced`,
    "--workers=1",
    flag,
    name,
  ];
  beforeAll(() => {
    // Ends when the other file is there.
    writeFileSync(
      scratch.file("paced.mjs"),
      `import { existsSync } from "node:fs";
const cell = new Int32Array(new SharedArrayBuffer(4));
export const paced = () => {
  while (!existsSync("taken")) Atomics.wait(cell, 0, 0, 10);
  return 1;
};
`,
    );
  });

  test.each([
    ["-o", "out.tif"],
    ["--quicklook", "out.png"],
  ])("%s %s", async (flag, name) => {
    const cwd = scratch.file(`taken${flag}`);
    mkdirSync(cwd);
    const running = swath(["raster", ...paced(flag, name)], { cwd });
    await expect.poll(() => readdirSync(cwd).length, { timeout: 10_000, interval: 10 }).toBe(1);
    writeFileSync(`${cwd}/${name}`, "precious");
    writeFileSync(`${cwd}/taken`, "");
    const { code, stdout, stderr } = await running;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/Cannot write ".*out\....": a file of that name exists.*--overwrite/);
    expect(readFileSync(`${cwd}/${name}`, "utf8")).toBe("precious");
    expect(readdirSync(cwd).toSorted()).toEqual([name, "taken"]);
  });
});

describe("an output that cannot be written: exit 1, and nothing left", () => {
  const isRoot = getuid?.() === 0;

  test.skipIf(isRoot)(
    `a read-only folder${isRoot ? " (skipped: root may write everywhere)" : ""}`,
    async () => {
      const cwd = scratch.file("read-only");
      mkdirSync(cwd, { mode: 0o555 });
      const ran = await swath(["raster", "sample", "australia", "-o", "a.tif", "--scale=0.01"], {
        cwd,
      });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/permission to write into .* is missing/);
      chmodSync(cwd, 0o755);
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  test("a limit on the size of files", async () => {
    const cwd = scratch.file("limited");
    mkdirSync(cwd);
    for (const compress of ["NONE", "LZW"]) {
      const line = `ulimit -f 100; $SWATH raster sample australia -o a.tif --scale=0.05 --compress ${compress}`;
      const ran = await shell(line, { cwd });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain("the file system does not take a file that large");
      expect(readdirSync(cwd)).toEqual([]);
    }
  });

  const disk = scratch.file("full");
  mkdirSync(disk);
  const mounted =
    isRoot && spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0;
  afterAll(() => {
    if (mounted) spawnSync("umount", [disk]);
  });
  const why = mounted ? "" : " (skipped: a small disk cannot be mounted here)";
  test.skipIf(!mounted)(`a full disk${why}`, async () => {
    for (const compress of ["NONE", "PACKBITS"]) {
      const args = ["sample", "australia", "-o", "a.tif", "--scale=0.05", "--compress", compress];
      const ran = await swath(["raster", ...args], { cwd: disk });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/no space is left on the disk/);
      expect(readdirSync(disk)).toEqual([]);
    }
  });
});
