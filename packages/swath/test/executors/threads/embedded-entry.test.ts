import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doorBundles } from "../../../../../scripts/bundle-doors.mjs";
import { threadPrograms } from "../../../../../scripts/embed-entry.mjs";

const run = promisify(execFile);
const program = fileURLToPath(new URL("../../fixtures/top-level.mjs", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "swath-bundle-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("what the build makes of the compiled files is as new as they are", () => {
  test("the thread's program", async () => {
    for (const { url, text } of await threadPrograms()) {
      expect((await readFile(url, "utf8")) === text, `${url}: run \`npm run build\``).toBe(true);
    }
  });

  test("the bundles behind the doors", async () => {
    for (const { folder, files } of await doorBundles()) {
      expect(await readdir(folder)).toEqual([...files.keys()].toSorted());
      for (const [name, text] of files) {
        const isCurrent = (await readFile(join(folder, name), "utf8")) === text;
        expect(isCurrent, `${name}: run \`npm run build\``).toBe(true);
      }
    }
  });
});

test("a program bundled into one file, with no file of swath beside it, runs its tasks", async () => {
  const outfile = join(folder, "program.mjs");
  const entryPoints = [program];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    minify: true,
  });
  const { stdout } = await run(process.execPath, [outfile], { cwd: folder, timeout: 20_000 });
  expect(stdout.trim()).toBe("0 1 4 9 16");
});

test.each(["--input-type=module", "--input-type=commonjs"])(
  "a program given as text with %s starts its threads",
  async (flag) => {
    const swath = new URL("../../../dist/index.js", import.meta.url).href;
    const tasks = new URL("../../fixtures/tasks.mjs", import.meta.url).href;
    const text = `Promise.all([import("${swath}"), import("${tasks}")]).then(
      async ([{ map }, { inc }]) => console.log(String(await map([1, 2], inc, { workers: 1 }))),
    );`;
    const { stdout } = await run(process.execPath, [flag, "-e", text], { timeout: 20_000 });
    expect(stdout.trim()).toBe("2,3");
  },
);
