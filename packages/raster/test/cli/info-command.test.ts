import { afterAll, describe, expect, test } from "vitest";
import { swath } from "../../../swath/test/cli/run-swath.ts";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";
import { absenceOf, realFile } from "../real-files.ts";
import { references } from "../tiff/reference-data.ts";
import { GDALINFO_ABSENT, gdalinfo } from "../tiff/write/gdal.ts";
import { jsonOf } from "./json.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

describe("swath raster info", () => {
  test("tells what the header says, as text", async () => {
    const raster = makeRaster({ width: 70, height: 50, dtype: "int16", nodata: -1 }, () => 3);
    const creation = ["BLOCKXSIZE=32", "BLOCKYSIZE=16", "PREDICTOR=2", "ENDIANNESS=BIG"];
    const path = await writeRaster(scratch.file("a.tif"), raster, creation);
    const { code, stdout, stderr } = await swath(["raster", "info", path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of [
      `File          ${path}`,
      "Size          70 x 50 pixels",
      "Bands         1 x int16",
      "Nodata        -1",
      "Blocks        12 tiles of 32 x 16",
    ]) {
      expect(stdout).toContain(`${line}\n`);
    }
    expect(stdout).toMatch(/^Format {8}TIFF, big-endian, [\d,]+ bytes$/m);
    expect(stdout).toMatch(/^Compression {3}Deflate.*, predictor 2$/m);
  });

  test("spells out in JSON what JSON cannot say", async () => {
    const raster = makeRaster(
      { width: 3, height: 2, dtype: "float32", nodata: Number.NaN },
      () => 1,
    );
    const path = await writeRaster(scratch.file("nan.tif"), raster);
    expect(jsonOf(await swath(["raster", "info", path, "--json"]))).toMatchObject({
      schema: "swath.raster.info/1",
      path,
      nodata: "NaN",
      crs: { epsg: null, name: null },
      transform: null,
      corners: null,
    });
  });

  const absent = GDALINFO_ABSENT || absenceOf("raster-real");
  test.skipIf(absent !== "")(
    `agrees with gdalinfo on every real file${absent}`,
    { timeout: 120_000 },
    async () => {
      const files = Object.entries(references("raster-real"));
      expect(files.length).toBeGreaterThan(25);
      const told = await Promise.all(
        files.map(async ([name]) => {
          return jsonOf(await swath(["raster", "info", realFile(name), "--json"]));
        }),
      );
      for (const [index, [name, { epsg }]] of files.entries()) {
        const ours = told[index];
        const { info } = gdalinfo(realFile(name));
        const band = info.bands[0]!;
        expect({ name, size: [ours.width, ours.height], bands: ours.bands }).toEqual({
          name,
          size: info.size,
          bands: info.bands.length,
        });
        expect({ name, block: ours.block }).toEqual({ name, block: band.block });
        expectTransform(name, ours.transform, info.geoTransform);
        expect({ name, colors: ours.colorTable }).toEqual({
          name,
          colors: band.colorTable?.count ?? 0,
        });
        expectNodata(name, ours.nodata, band.noDataValue ?? null);
        const expected = epsg?.startsWith("EPSG:") ? Number(epsg.slice(5)) : null;
        if (epsg !== undefined)
          expect({ name, epsg: ours.crs.epsg }).toEqual({ name, epsg: expected });
      }
    },
  );

  /** gdalinfo prints 15 digits. */
  function expectTransform(name: string, ours: unknown, gdals: unknown): void {
    const round = (numbers: unknown) =>
      (numbers as readonly number[] | null)?.map((value) => value.toPrecision(12));
    expect({ name, ours: round(ours) }).toEqual({ name, ours: round(gdals) });
  }

  /** A value that no pixel can have, GDAL shows and we leave out. */
  function expectNodata(name: string, ours: unknown, gdals: unknown): void {
    if (name === "logo.tif") return expect(ours).toBeNull();
    if (typeof gdals !== "number") return expect({ name, ours }).toEqual({ name, ours: gdals });
    expect({ name, ours: Math.fround(ours as number) }).toEqual({ name, ours: Math.fround(gdals) });
  }
});
