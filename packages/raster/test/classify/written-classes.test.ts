import { readdirSync, readFileSync } from "node:fs";
import { type ClassifyOptions, classify } from "@swath/raster";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checksumOfRows } from "../../src/gdal-checksum.ts";
import { classPalette } from "../../src/png/class-palette.ts";
import { quickLookSize } from "../../src/png/quick-look.ts";
import { CAN_WRITE_ZSTD } from "../../src/tiff/write/zstd.ts";
import { risk } from "../fixtures/tasks.mjs";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";
import { breaksClass, riskOf } from "../naive.ts";
import { readTinyPng } from "../png/tiny-png.ts";
import { askOracle, RASTERIO_ABSENT } from "../rasterio.ts";
import { absenceOf, readBand, realFile } from "../real-files.ts";
import { readTinyTiff } from "../tiff/write/tiny-tiff.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

/** 20 MB of pixels: several items; neither side is a multiple of any block. */
const big = makeRaster(
  { width: 3501, height: 2803, dtype: "int16", nodata: -32_768 },
  (row, col) => ((row * 7 + col * 3) % 11 < 3 ? -32_768 : ((row * col) % 689) - 1),
);
const bigClasses = Uint8Array.from(big.bands[0]!, (v) => (v === -32_768 ? 255 : riskOf(v)));

async function isBigClasses(path: string): Promise<boolean> {
  return Buffer.from(bigClasses.buffer).equals((await readBand(path)) as Uint8Array);
}

describe("the file of classes", () => {
  let path: string;
  beforeAll(async () => {
    path = await writeRaster(scratch.file("big.tif"), big);
  });

  const runs: readonly Partial<ClassifyOptions>[] = [
    { workers: 0 },
    { workers: 1 },
    { workers: 2 },
    { workers: 3 },
    { workers: 2, schedule: "static" },
    { workers: 2, schedule: "dynamic", chunk: 1 },
    { workers: 3, schedule: "guided" },
    { workers: 2, schedule: "steal" },
    { workers: 0, route: "copy" },
    { workers: 2, route: "copy" },
  ];

  test("has the same bytes for any number of workers, any schedule and any rule", async () => {
    const written = new Set<string>();
    const pictures = new Set<string>();
    const rules = [{ breaks: [1, 151, 401] }, { fn: risk }, { fn: risk, pure: true }];
    for (const [index, run] of runs.entries()) {
      const output = scratch.file(`classes-${index}.tif`);
      const quicklook = scratch.file(`classes-${index}.png`);
      await classify(path, { ...rules[index % rules.length], ...run, output, quicklook });
      written.add(readFileSync(output).toString("latin1"));
      pictures.add(readFileSync(quicklook).toString("latin1"));
    }
    expect(written.size).toBe(1);
    expect(pictures.size).toBe(1);
    expect(await isBigClasses(scratch.file("classes-0.tif"))).toBe(true);
  });

  test("is replaced as a whole, and nothing else is left beside it", async () => {
    const output = scratch.file("twice.tif");
    await classify(path, { breaks: [5], output, workers: 2 });
    await classify(path, { fn: risk, output, workers: 2 });
    expect(await isBigClasses(output)).toBe(true);
    expect(readdirSync(scratch.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("shows in its picture the pixel under the centre of each of the picture's", async () => {
    const quicklook = scratch.file("look.png");
    await classify(path, { fn: risk, quicklook, workers: 2 });
    const png = readTinyPng(readFileSync(quicklook));
    const { width, height } = quickLookSize(big.width, big.height);
    expect(png).toMatchObject({ width, height });
    expect(Math.max(width, height)).toBe(1024);
    const nearest = Uint8Array.from({ length: width * height }, (_, i) => {
      const row = Math.floor(((Math.floor(i / width) + 0.5) * big.height) / height);
      const col = Math.floor((((i % width) + 0.5) * big.width) / width);
      return bigClasses[row * big.width + col]!;
    });
    expect(Buffer.from(png.pixels).equals(nearest)).toBe(true);
    expect(png.transparency[255]).toBe(0);
    expect(png.palette.slice(0, 4)).toEqual([...classPalette(4).colors]);
  });

  test("has a picture of its own size where it is small", async () => {
    const small = makeRaster({ width: 37, height: 21, dtype: "uint8" }, (row, col) => row ^ col);
    const input = await writeRaster(scratch.file("small.tif"), small);
    const output = scratch.file("small-classes.tif");
    const quicklook = scratch.file("small.png");
    await classify(input, { breaks: [8, 16, 24], output, quicklook, workers: 0 });
    const png = readTinyPng(readFileSync(quicklook));
    expect(png.pixels).toEqual(readTinyTiff(output).bands[0]);
  });
});

describe("the layout of the output is free of the input's", () => {
  const raster = makeRaster(
    { width: 203, height: 171, dtype: "int16", nodata: -5 },
    (row, col) => ((row * 17 + col * 5) % 300) - 5,
  );
  const classes = Uint8Array.from(raster.bands[0]!, (v) => (v === -5 ? 255 : riskOf(v)));
  const inputs: Record<string, readonly string[]> = {
    tiles: ["BLOCKXSIZE=32", "BLOCKYSIZE=16"],
    "high tiles": ["BLOCKXSIZE=16", "BLOCKYSIZE=80", "COMPRESS=NONE"],
    strips: ["TILED=NO", "BLOCKYSIZE=7"],
    "rows, big-endian": ["TILED=NO", "BLOCKYSIZE=1", "ENDIANNESS=BIG"],
  };
  const outputs: readonly (readonly string[])[] = [
    [],
    ["BLOCKXSIZE=512", "BLOCKYSIZE=512"],
    ["BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=LZW", "PREDICTOR=2"],
    ["BLOCKXSIZE=48", "BLOCKYSIZE=32", "COMPRESS=PACKBITS"],
    ["TILED=NO"],
    ["TILED=NO", "BLOCKYSIZE=13", "COMPRESS=NONE"],
    ["TILED=NO", "BLOCKYSIZE=1", "COMPRESS=DEFLATE", "ZLEVEL=9", "PREDICTOR=2"],
    ["BIGTIFF=YES", "ENDIANNESS=BIG", "BLOCKXSIZE=64", "BLOCKYSIZE=64"],
    ...(CAN_WRITE_ZSTD ? [["COMPRESS=ZSTD"]] : []),
  ];

  test.each(Object.keys(inputs))("from %s to every other", async (name) => {
    const path = await writeRaster(scratch.file(`from ${name}.tif`), raster, inputs[name]);
    for (const [index, creation] of outputs.entries()) {
      const output = scratch.file(`${name} to ${index}.tif`);
      await classify(path, { fn: risk, output, creation, workers: 0 });
      const written = readTinyTiff(output);
      const same = Buffer.from(written.bands[0]!).equals(classes);
      expect({ creation, same }).toEqual({ creation, same: true });
    }
  });

  test("but tiles are kept where nothing else is asked for", async () => {
    const path = await writeRaster(scratch.file("tiled.tif"), raster, inputs["tiles"]);
    const output = scratch.file("kept.tif");
    await classify(path, { fn: risk, output, workers: 0 });
    const { entries } = readTinyTiff(output);
    expect([322, 323].map((tag) => entries.get(tag)?.values[0])).toEqual([32, 16]);
  });
});

interface ClassesAnswer {
  readonly different: number;
  readonly checksum: number;
  readonly [field: string]: unknown;
}

const absent = RASTERIO_ABSENT || absenceOf("raster-real");
describe.skipIf(absent !== "")(`classes of real files, opened by GDAL${absent}`, () => {
  const files: readonly (readonly [name: string, breaks: number[], band: number])[] = [
    ["elev.tif", [200, 300, 400, 500], 1],
    ["rotated.tif", [1, 100, 200], 1],
    ["rgb_deflate.tif", [1, 64, 128, 192], 2],
    ["rgb_lzw.tif", [1, 64, 128, 192], 3],
    ["RGBA.uint16.tif", [1, 9_000, 20_000], 4],
    ["lcv_landuse.cropland_hyde_p_10km_s0..0cm_2016_v3.2.tif", [1, 10, 30, 60], 1],
    ["vestfold.tif", [50, 100, 200, 300], 1],
    ["slope_nodata.tif", [5, 15, 30, 100], 1],
    ["rioxarray_cog_int16.tif", [-500, 0, 500, 2_000], 1],
    ["world.byte.tif", [10, 100], 1],
    ["all-nodata.tif", [5], 2],
    ["logo.tif", [0, 128], 2],
    ["big.endian.tiff", [10, 100, 200], 2],
    ["model_transformation.tif", [-50, 0, 50], 7],
    ["image_nan.tif", [0, 1], 1],
  ];
  const sets = ["raster-real", "raster-layouts", "cog-validate"];
  const pathOf = (name: string) => {
    const set = sets.find((folder) => {
      return absenceOf(folder) === "" && readdirSync(realFile("", folder)).includes(name);
    });
    return set && realFile(name, set);
  };
  const layouts = [[], ["TILED=NO"], ["BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=LZW"]];

  test("every pixel, checksum, place, nodata and colour is right", {
    timeout: 60_000,
  }, async () => {
    const jobs: { readonly name: string; readonly output: string }[] = [];
    for (const [index, [name, breaks, band]] of files.entries()) {
      const input = pathOf(name);
      if (input === undefined) continue;
      const output = scratch.file(`real ${name}`);
      const creation = layouts[index % layouts.length]!;
      await classify(input, { breaks, band, output, creation, workers: index % 3 });
      jobs.push({ name, input, output, breaks, band } as (typeof jobs)[number]);
    }
    expect(jobs.length).toBeGreaterThanOrEqual(12);
    const answers = askOracle<ClassesAnswer>("classes", jobs);
    for (const [index, { name, output }] of jobs.entries()) {
      const pixels = (await readBand(output)) as Uint8Array;
      const sum = checksumOfRows(pixels, 0);
      expect({ name, ...answers[index] }).toMatchObject({
        name,
        different: 0,
        sameCrs: true,
        sameTransform: true,
        dtype: "uint8",
        checksum: sum,
      });
    }
  });

  test("the colour table is the picture's palette, and nodata is 255", async () => {
    const output = scratch.file("colours.tif");
    const breaks = [200, 300, 400, 500];
    await classify(realFile("elev.tif"), { breaks, output, workers: 0 });
    const job = { input: realFile("elev.tif"), output, breaks, band: 1 };
    const [answer] = askOracle<ClassesAnswer>("classes", [job]);
    const colors = Array.from(classPalette(5, { nodata: 255 }).colors.slice(0, 5), (rgb) => [
      rgb >> 16,
      (rgb >> 8) & 255,
      rgb & 255,
      255,
    ]);
    expect(answer).toMatchObject({ nodata: 255, missing: 3_942, colors });
  });
});

test("a raster whose pixels all have a class has no nodata", async () => {
  const raster = makeRaster({ width: 20, height: 20, dtype: "uint8" }, (row) => row);
  const input = await writeRaster(scratch.file("whole.tif"), raster);
  const output = scratch.file("whole-classes.tif");
  await classify(input, { breaks: [5, 9], output, workers: 0 });
  expect(readTinyTiff(output).entries.has(42113)).toBe(false);
  const naive = Uint8Array.from(raster.bands[0]!, (v) => breaksClass([5, 9])(v)!);
  expect(readTinyTiff(output).bands[0]).toEqual(naive);
});
