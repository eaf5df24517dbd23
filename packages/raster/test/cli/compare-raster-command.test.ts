import type { ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { swath } from "../../../swath/test/cli/run-swath.ts";
import { ScratchFolder } from "../made-raster.ts";
import { jsonOf } from "./json.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

/** In rows, so that strips begin at blocks; and in tiles, so that they do not. */
const rows = scratch.file("rows.tif");
const tiles = scratch.file("tiles.tif");
let expected: readonly (readonly number[])[];

beforeAll(async () => {
  const sample = (path: string, ...flags: readonly string[]) =>
    swath(["raster", "sample", "australia", "-o", path, "--scale=0.02", "--json", ...flags]);
  expected = jsonOf(await sample(rows, "--layout=strips", "--strip-rows=8")).strips;
  jsonOf(await sample(tiles));
});

const ALL = [
  "one process",
  "data sent, 4 strips",
  "data moved, 4 strips",
  "data sent, 32 pieces",
  "strip files, 4 strips",
  "path and rows, 4 strips",
  "path and rows, 16 pieces",
  "path and rows, 32 pieces",
  "32 pieces, analysed first",
  "32 pieces, stealing",
];

interface Cell {
  readonly id: string;
  readonly speedup: number;
  readonly middle: {
    readonly counts: readonly (readonly number[])[];
    readonly perWorker: readonly number[];
    readonly report: { readonly schedule: string; readonly routes: { readonly items: string } };
  };
}

describe("swath compare raster", () => {
  test.each([
    ["rows", rows],
    ["tiles", tiles],
  ])("%s: every cell counts every strip as it was made", async (_, path) => {
    const flags = ["--scale=full", "--workers=2", "--rounds=1", "--json", "-q"];
    const document = jsonOf(await swath(["compare", "raster", path, ...flags]));
    expect(document).toMatchObject({ schema: "swath.compare.raster/1", workers: 2, rounds: 1 });
    const [{ scale, pixels, cells }] = document.scales;
    expect({ scale, pixels }).toEqual({ scale: "full", pixels: 802 * 767 });
    expect(cells.map(({ id }: Cell) => id)).toEqual(ALL);
    for (const { middle } of cells as readonly Cell[]) expect(middle.counts).toEqual(expected);
    expect(cells[0].speedup).toBe(1);
  });

  test("each cell does what its name says", async () => {
    const flags = ["--scale=full", "--workers=2", "--rounds=1", "--json", "-q"];
    const { scales } = jsonOf(await swath(["compare", "raster", rows, ...flags]));
    const how = (scales[0].cells as readonly Cell[]).map(({ id, middle }) => {
      const { schedule, routes } = middle.report;
      return `${id}: ${middle.perWorker.length}, ${schedule}, ${routes.items}`;
    });
    expect(how).toEqual([
      "one process: 1, auto, read",
      "data sent, 4 strips: 2, static, copy",
      "data moved, 4 strips: 2, static, copy",
      "data sent, 32 pieces: 2, dynamic, copy",
      "strip files, 4 strips: 2, static, read",
      "path and rows, 4 strips: 2, static, read",
      "path and rows, 16 pieces: 2, dynamic, read",
      "path and rows, 32 pieces: 2, dynamic, read",
      "32 pieces, analysed first: 2, balanced, read",
      "32 pieces, stealing: 2, steal, read",
    ]);
  });

  test("both scales as a table, with the chosen cells, and as a page", async () => {
    const page = scratch.file("page.html");
    const flags = ["--only=one process", "--only=stealing", "--rounds=1", "-q"];
    const { code, stdout } = await swath([
      "compare",
      "raster",
      rows,
      ...flags,
      `--report=html:${page}`,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/1,000 rows of each strip: 0\.6 Mpx/);
    expect(stdout).toMatch(/all rows: 0\.6 Mpx/);
    expect(stdout.match(/^one process /gm)).toHaveLength(2);
    expect(stdout).not.toContain("data sent");
    expect(readFileSync(page, "utf8")).toContain("32 pieces, stealing");
  });

  test.each([
    [["--scale=huge"], /Expected `--scale` to be "small", "full" or "both"/],
    [["--only=warp"], /Expected `--only` to be part of one of "one process"/],
    [["--workers=0"], /Expected `--workers` to be 1 or more/],
  ])("%j is wrong usage", async (flags, message) => {
    const { code, stdout, stderr } = await swath(["compare", "raster", rows, ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("Ctrl-C ends it with 130, and leaves no strip file", async () => {
    const folder = scratch.file("tmp");
    mkdirSync(folder);
    let child: ChildProcess | undefined;
    const running = swath(["compare", "raster", rows, "--rounds=1000", "-q"], {
      env: { TMPDIR: folder },
      started: (started) => {
        child = started;
      },
    });
    await expect.poll(() => readdirSync(folder).length, { timeout: 20_000 }).toBe(1);
    await new Promise((done) => setTimeout(done, 500));
    child?.kill("SIGINT");
    expect(await running).toMatchObject({ code: 130, stdout: "" });
    expect(readdirSync(folder)).toEqual([]);
  });
});
