import { readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { swath } from "../../../swath/test/cli/run-swath.ts";
import { openTiff } from "../../src/tiff/open.ts";
import { ScratchFolder } from "../made-raster.ts";
import { jsonOf } from "./json.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

function sample(...args: readonly string[]) {
  return swath(["raster", "sample", ...args], { cwd: scratch.path });
}

describe("swath raster sample", () => {
  test("writes a raster and prints its counts, strip by strip", async () => {
    const ran = await sample("australia", "-o", "a.tif", "--scale", "0.01", "--workers", "1");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toBe(`401 x 384 pixels
strip      class 0      class 1      class 2      class 3
    0       27,652       10,781           63            0
    1        6,198       30,837        1,461            0
    2        8,824       13,312       16,135          225
    3       34,355           22        1,335        2,784
`);
    expect(ran.stderr).toMatch(/^wrote a.tif\n/m);
    const again = await sample("australia", "-o", "a.tif", "--scale", "0.01");
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toContain("Add --overwrite");
  });

  test("prints one JSON document, whose counts classify finds again", async () => {
    const args = [
      "--scale=0.01",
      "--seed=5",
      "--layout=strips",
      "--strip-rows=8",
      "--compress=lzw",
    ];
    const document = jsonOf(await sample("australia", "-o", "b.tif", ...args, "--json"));
    expect(Object.keys(document)).toEqual([
      "schema",
      "path",
      "width",
      "height",
      "strips",
      "report",
    ]);
    expect(document).toMatchObject({
      schema: "swath.raster.sample/1",
      path: scratch.file("b.tif"),
      width: 401,
      height: 384,
    });
    const { image } = openTiff(scratch.file("b.tif"));
    expect(image).toMatchObject({ layout: "strips", blockHeight: 8, compression: 5 });
    const found = jsonOf(
      await swath(["raster", "classify", document.path, "--breaks", "1,151,401", "--json"]),
    );
    const sums = [0, 1, 2, 3].map((i) =>
      (document.strips as number[][]).reduce((sum, strip) => sum + strip[i]!, 0),
    );
    expect([found.nodata, found.classes[1], found.classes[2], found.classes[3]]).toEqual(sums);
  });

  test("writes the same bytes again", async () => {
    const first = await sample("australia", "-o", "c.tif", "--scale=0.02", "--workers=1", "-q");
    const second = await sample("australia", "-o", "d.tif", "--scale=0.02", "--workers=2", "-q");
    expect(first).toEqual({ code: 0, stdout: second.stdout, stderr: "" });
    const [c, d] = ["c.tif", "d.tif"].map((name) => readFileSync(scratch.file(name)));
    expect(c?.equals(d!)).toBe(true);
  });

  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [["-o", "x.tif"], /missing required argument 'name'/],
    [["australia"], /required option '-o, --output <file>'/],
    [["mars", "-o", "x.tif"], /`name` to be "australia"/],
    [["australia", "-o", "x.tif", "--scale", "big"], /`--scale` to be a number, got `"big"`/],
    [["australia", "-o", "x.tif", "--scale", "0"], /`scale` to be a number above 0 and up to 10/],
    [["australia", "-o", "x.tif", "--seed", "-1"], /--seed <n>.*Expected a whole number/],
    [["australia", "-o", "x.tif", "--layout", "rows"], /`--layout` to be "tiles" or "strips"/],
    [["australia", "-o", "x.tif", "--strip-rows", "8"], /absent without --layout strips/],
    [["australia", "-o", "x.tif", "--compress", "JPEG"], /`COMPRESS` to be NONE, DEFLATE/],
  ];
  test.each(wrong)("%j: exit 2, and no file", async (args, message) => {
    const { code, stdout, stderr } = await sample(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(readdirSync(scratch.path).filter((name) => name.startsWith("x."))).toEqual([]);
  });
});
