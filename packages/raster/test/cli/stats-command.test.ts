import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { swath } from "../../../swath/test/cli/run-swath.ts";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";
import { absenceOf, realFile } from "../real-files.ts";
import { jsonOf } from "./json.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

describe("swath raster stats", () => {
  let path: string;
  beforeAll(async () => {
    const raster = makeRaster(
      { width: 60, height: 40, dtype: "uint8", nodata: 9 },
      (row, col) => (row + col) % 10,
      () => 9,
    );
    path = await writeRaster(scratch.file("a.tif"), raster);
  });

  test("prints a paragraph for each band, and its report on stderr", async () => {
    const { code, stdout, stderr } = await swath(["raster", "stats", path]);
    expect(code).toBe(0);
    expect(stdout).toBe(`band 1 (uint8)
  min       0
  max       8
  sum       8640
  mean      4
  stddev    2.581988897471611
  valid     2,160
  nodata    240
  checksum  ${/checksum {2}(\d+)/.exec(stdout)?.[1]}

band 2 (uint8)
  min       none
  max       none
  sum       none
  mean      none
  stddev    none
  valid     0
  nodata    2,400
  checksum  ${/band 2[^]*checksum {2}(\d+)/.exec(stdout)?.[1]}
`);
    expect(stderr).toContain("efficiency");
    const quiet = await swath(["raster", "stats", path, "--quiet"]);
    expect(quiet).toEqual({ code: 0, stdout, stderr: "" });
  });

  test("prints one JSON document with exactly these fields", async () => {
    const document = jsonOf(await swath(["raster", "stats", path, "--json", "--workers", "1"]));
    expect(Object.keys(document)).toEqual(["schema", "bands", "report"]);
    expect(document.schema).toBe("swath.raster.stats/1");
    expect(document.bands.map(Object.keys)).toEqual(
      [1, 2].map(() => [
        "band",
        "dtype",
        "min",
        "max",
        "sum",
        "mean",
        "stddev",
        "valid",
        "nodata",
        "checksum",
      ]),
    );
    expect(document.bands[1]).toMatchObject({ band: 2, min: null, sum: null, valid: 0 });
    expect(document.report.schema).toBe("swath.report/1");
  });

  const absent = absenceOf("raster-real");
  test.skipIf(absent !== "")(`of one band of a real file${absent}`, async () => {
    const args = ["raster", "stats", realFile("RGB.byte.tif"), "--json", "-b", "2"];
    const { bands } = jsonOf(await swath(args));
    expect(bands).toHaveLength(1);
    expect(bands[0]).toMatchObject({ band: 2, sum: 25_282_412, valid: 382_939, checksum: 29_131 });
  });

  test.each(["0", "3", "x", "1.5"])("-b %s: exit 2", async (band) => {
    const { code, stdout, stderr } = await swath(["raster", "stats", path, "-b", band]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/band/);
  });
});
