import { mapWindows, openRaster } from "@swath/raster";
import { afterAll, describe, expect, test } from "vitest";
import type { Pixels } from "../src/dtype.ts";
import { max7, mean3, nothing, oneShort, plusHalf, sizeOf } from "./fixtures/tasks.mjs";
import { type MadeRaster, makeRaster, ScratchFolder, writeRaster } from "./made-raster.ts";
import { askOracle, RASTERIO_ABSENT } from "./rasterio.ts";
import { absenceOf, readBand, realFile } from "./real-files.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

/** What `fold` makes of the neighbours up to `reach` away; beyond the edge lies nodata or 0. */
function neighbours(
  { width, height, nodata = 0, bands }: MadeRaster,
  reach: number,
  fold: (values: readonly number[]) => number,
): number[] {
  const pixels = bands[0]!;
  return Array.from({ length: width * height }, (_, i) => {
    const values: number[] = [];
    for (let row = Math.floor(i / width) - reach; row <= Math.floor(i / width) + reach; row++) {
      for (let col = (i % width) - reach; col <= (i % width) + reach; col++) {
        const inside = row >= 0 && row < height && col >= 0 && col < width;
        values.push(inside ? pixels[row * width + col]! : nodata);
      }
    }
    return fold(values);
  });
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const largest = (values: readonly number[]) => Math.max(...values);

function expectPixels(got: Pixels, expected: Pixels): void {
  const at = got.findIndex((value, i) => !Object.is(value, expected[i]));
  expect({ at, got: got[at], length: got.length }).toEqual({
    at: -1,
    got: undefined,
    length: expected.length,
  });
}

const raster = makeRaster(
  { width: 203, height: 171, dtype: "int16", nodata: -99 },
  (row, col) => ((row * 31 + col * 17) % 256) - (row === col ? 99 : 0),
);
const inputs: Record<string, readonly string[]> = {
  "tiles of 16": ["BLOCKXSIZE=16", "BLOCKYSIZE=16"],
  "wide tiles": ["BLOCKXSIZE=96", "BLOCKYSIZE=16", "COMPRESS=NONE"],
  "strips of 7": ["TILED=NO", "BLOCKYSIZE=7"],
  "big-endian rows": ["TILED=NO", "BLOCKYSIZE=1", "ENDIANNESS=BIG", "COMPRESS=NONE"],
};
const outputs: readonly (readonly string[])[] = [
  ["BLOCKXSIZE=16", "BLOCKYSIZE=16"],
  ["BLOCKXSIZE=64", "BLOCKYSIZE=48", "COMPRESS=NONE"],
  ["TILED=NO", "BLOCKYSIZE=5"],
  [],
];

describe("a new raster out of neighbours", () => {
  const means = Float32Array.from(neighbours(raster, 1, mean));
  const maxima = Int16Array.from(neighbours(raster, 3, largest));

  test.each(Object.keys(inputs))("has no seams: from %s to every layout", async (name) => {
    const input = await writeRaster(scratch.file(`from ${name}.tif`), raster, inputs[name]);
    for (const [index, creation] of outputs.entries()) {
      const path = scratch.file(`${name} to ${index}.tif`);
      const out = { path, dtype: "float32", creation } as const;
      const written = await mapWindows(input, mean3, { halo: 1, workers: index % 3, out });
      expect(written).toEqual({ path, width: 203, height: 171 });
      expectPixels(await readBand(path), means);
    }
  });

  test("with a halo of 3, in the input's own type and with its nodata", async () => {
    const input = await writeRaster(scratch.file("seven.tif"), raster, inputs["tiles of 16"]);
    const path = scratch.file("max7.tif");
    const creation = ["BLOCKXSIZE=32", "BLOCKYSIZE=16"];
    await mapWindows(input, max7, { halo: 3, workers: 2, out: { path, creation } });
    expectPixels(await readBand(path), maxima);
    const { dtype, nodata } = openRaster(path);
    expect({ dtype, nodata }).toEqual({ dtype: "int16", nodata: -99 });
  });

  test("is the same, byte for byte, across windows of several megabytes", async () => {
    // 23 MB: windows end within the rows and within the columns.
    const wide = makeRaster({ width: 4_800, height: 600, dtype: "float64" }, (row, col) =>
      Math.sqrt(row * 5 + col),
    );
    const input = await writeRaster(scratch.file("wide.tif"), wide);
    const path = scratch.file("wide-mean.tif");
    const out = { path, dtype: "float32" } as const;
    await mapWindows(input, mean3, { halo: 1, workers: 2, out });
    const got = await readBand(path);
    const pixels = wide.bands[0]!;
    const at = (row: number, col: number) =>
      row < 0 || col < 0 || row >= 600 || col >= 4_800 ? 0 : pixels[row * 4_800 + col]!;
    let wrong = 0;
    for (let row = 0; row < 600; row++) {
      for (let col = 0; col < 4_800; col++) {
        let sum = 0;
        for (let i = 0; i < 9; i++) sum += at(row - 1 + Math.floor(i / 3), col - 1 + (i % 3));
        if (got[row * 4_800 + col] !== Math.fround(sum / 9)) wrong++;
      }
    }
    expect(wrong).toBe(0);
  });

  const noData = absenceOf("raster-real");
  test.skipIf(noData !== "")(`keeps the place on the ground${noData}`, async () => {
    const path = scratch.file("placed.tif");
    await mapWindows(realFile("rotated.tif"), mean3, { halo: 1, workers: 0, out: { path } });
    const { transform } = openRaster(realFile("rotated.tif")).georeference;
    expect(openRaster(path).georeference.transform).toEqual(transform);
  });
});

const absent = RASTERIO_ABSENT || absenceOf("raster-real");
test.skipIf(absent !== "")(`means of real files are scipy's${absent}`, async () => {
  const names = [
    "elev.tif",
    "rotated.tif",
    "olinda_dem_utm25s.tif",
    "rioxarray_cog_int16.tif",
    "world.byte.tif",
  ];
  const jobs: object[] = [];
  for (const [index, name] of names.entries()) {
    const output = scratch.file(`mean ${name}`);
    const out = { path: output, dtype: "float32", creation: outputs[index % 4]! } as const;
    await mapWindows(realFile(name), mean3, { halo: 1, workers: 2, out });
    jobs.push({ input: realFile(name), output });
  }
  const answers = askOracle<{ readonly difference: number; readonly dtype: string }>("mean3", jobs);
  for (const [index, { difference, dtype }] of answers.entries()) {
    expect(dtype).toBe("float32");
    expect({ name: names[index], isNear: difference < 1e-6 }).toEqual({
      name: names[index],
      isNear: true,
    });
  }
});

describe("what the function returns", () => {
  test("is converted to the output's type as typed arrays do it", async () => {
    const input = await writeRaster(scratch.file("plain.tif"), raster, inputs["strips of 7"]);
    for (const [dtype, Type] of [
      ["uint8", Uint8Array],
      ["int16", Int16Array],
      ["float64", Float64Array],
    ] as const) {
      const path = scratch.file(`half-${dtype}.tif`);
      await mapWindows(input, plusHalf, { workers: 0, out: { path, dtype } });
      expectPixels(await readBand(path), Type.from(Array.from(raster.bands[0]!, (v) => v + 0.5)));
      const { nodata } = openRaster(path);
      expect(nodata).toBe(dtype === "int16" ? -99 : undefined);
    }
  });

  test("must be one value for each pixel: else an error says which window", async () => {
    const input = await writeRaster(scratch.file("short.tif"), raster, inputs["strips of 7"]);
    for (const workers of [0, 1]) {
      const out = { path: scratch.file("short-out.tif") };
      await expect(mapWindows(input, oneShort, { workers, out })).rejects.toThrow(
        /array of 34713 numbers for the window of 203 x 171 pixels at row 0, column 0, got `34712`/,
      );
      await expect(mapWindows(input, nothing as never, { workers, out })).rejects.toThrow(
        /got `undefined`/,
      );
      expect(() => openRaster(out.path)).toThrow(/ENOENT/);
    }
  });

  test("comes as results in order where no file is asked for", async () => {
    const tall = makeRaster({ width: 1_024, height: 3_100, dtype: "float64" }, (row) => row);
    const input = await writeRaster(scratch.file("tall.tif"), tall);
    const sizes = await mapWindows(input, sizeOf, { halo: 2, workers: 2 });
    expect(sizes).toEqual([
      [0, 0, 1_024, 1_024, 1_028 * 1_028],
      [1_024, 0, 1_024, 1_024, 1_028 * 1_028],
      [2_048, 0, 1_024, 1_024, 1_028 * 1_028],
      [3_072, 0, 1_024, 28, 1_028 * 32],
    ]);
  });
});

describe("options", () => {
  const out = { path: scratch.file("never.tif") };
  const wrong: readonly [string, unknown, object, RegExp][] = [
    ["a function that cannot be sent", function* () {}, { out }, /generator/],
    ["no function", undefined, { out }, /`fn` to be a function/],
    ["an unknown option", mean3, { out, hallo: 1 }, /options\.hallo/],
    ["an unknown option of the file", mean3, { out: { ...out, type: "uint8" } }, /out\.type/],
    ["a halo below 0", mean3, { out, halo: -1 }, /`halo` to be an integer from 0/],
    ["a halo of a half", mean3, { halo: 0.5 }, /`halo` to be an integer from 0/],
    ["band 2 of 1", mean3, { out, band: 2 }, /`band` to be an integer from 1 to 1/],
    ["a type that is none", mean3, { out: { ...out, dtype: "int" } }, /`dtype` to be one of/],
    [
      "nodata that the type cannot hold",
      mean3,
      { out: { ...out, dtype: "uint8", nodata: -1 } },
      /`nodata` to be an integer from 0 to 255/,
    ],
  ];
  test.each(wrong)("%s: refused at once", async (_, fn, options, message) => {
    const input = await writeRaster(scratch.file("options.tif"), raster);
    expect(() => mapWindows(input, fn as never, options as never)).toThrow(message);
  });
});
