import { mkdirSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bandIndex, openRaster, toRaster } from "../src/raster.ts";
import { makeRaster, ScratchFolder, writeRaster } from "./made-raster.ts";
import { absenceOf, realFile } from "./real-files.ts";
import { references } from "./tiff/reference-data.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

const shape = { width: 40, height: 30, dtype: "float32", nodata: -3.4e38 } as const;
const made = makeRaster(
  shape,
  () => 1,
  () => 2,
);

describe("openRaster", () => {
  test("tells size, bands, type and nodata as a pixel holds it", async () => {
    const path = await writeRaster(scratch.file("a.tif"), made);
    const raster = openRaster(relative(process.cwd(), path));
    expect(raster).toMatchObject({ path, width: 40, height: 30, bands: 2, dtype: "float32" });
    expect(raster.nodata).toBe(Math.fround(-3.4e38));
    expect(raster.georeference.transform).toBeUndefined();
  });

  const absent = absenceOf("raster-real");
  test.skipIf(absent !== "")(`agrees with GDAL on every real file${absent}`, () => {
    for (const [name, { width, height, bands, geotransform }] of Object.entries(
      references("raster-real"),
    )) {
      const raster = openRaster(realFile(name));
      expect({ name, ...raster }).toMatchObject({ name, width, height, bands });
      if (geotransform === undefined) continue;
      expect(raster.georeference.transform ?? null).toEqual(geotransform);
    }
  });

  test("refuses what is no TIFF file, and says why", () => {
    mkdirSync(scratch.file("folder.tif"));
    writeFileSync(scratch.file("text.tif"), "not an image at all");
    writeFileSync(scratch.file("empty.tif"), "");
    const wrong: Record<string, RegExp> = {
      "missing.tif": /no such file/,
      "folder.tif": /it is a directory/,
      "text.tif": /it is not a TIFF/,
      "empty.tif": /it is empty/,
    };
    for (const [name, message] of Object.entries(wrong)) {
      const path = scratch.file(name);
      expect(() => openRaster(path)).toThrow(message);
      expect(() => openRaster(path)).toThrow(expect.objectContaining({ path }));
    }
  });
});

test("toRaster takes a path or a raster that is open", async () => {
  const path = await writeRaster(scratch.file("b.tif"), made);
  const raster = toRaster(path);
  expect(toRaster(raster)).toBe(raster);
});

test("bands count from 1", async () => {
  const { image } = openRaster(await writeRaster(scratch.file("c.tif"), made)).file;
  expect([bandIndex(image, 1), bandIndex(image, 2)]).toEqual([0, 1]);
  for (const band of [0, 3, 1.5, Number.NaN]) {
    expect(() => bandIndex(image, band)).toThrow(/`band` to be an integer from 1 to 2/);
  }
});
