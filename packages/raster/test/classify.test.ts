import { existsSync, readFileSync } from "node:fs";
import { classify } from "@swath/raster";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCHEDULES } from "../../swath/src/schedules/registry.ts";
import { openTiff } from "../src/tiff/open.ts";
import { risk } from "./fixtures/tasks.mjs";
import { makeRaster, ScratchFolder, writeRaster } from "./made-raster.ts";
import { breaksCounts, naiveCounts, riskOf } from "./naive.ts";
import { absenceOf, readBand, realFile } from "./real-files.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

interface ClassCounts {
  readonly cuts: readonly number[];
  readonly pixels: number;
  readonly nodata: number;
  readonly counts: readonly number[];
}

const absent = absenceOf("raster-real");
const answers: Record<string, ClassCounts> =
  absent === "" ? JSON.parse(readFileSync(realFile("class_counts.json"), "utf8")) : {};

describe.skipIf(absent !== "")(`classes of real files by breaks${absent}`, () => {
  const files = Object.entries(answers).filter(([name]) => existsSync(realFile(name)));
  test.each(files)("%s: as numpy counts them", async (name, answer) => {
    const { cuts, pixels, nodata, counts } = answer;
    const result = await classify(realFile(name), { breaks: cuts, workers: 0 });
    expect(result).toMatchObject({ pixels, nodata, classes: Object.fromEntries(counts.entries()) });
    expect(Object.keys(result.classes)).toHaveLength(cuts.length + 1);
  });

  test("there are answers for 12 files and more", () => {
    if (absent === "") expect(files.length).toBeGreaterThanOrEqual(12);
  });

  test.each([
    "RGB.byte.tif",
    "RGBA.uint16.tif",
    "rgb_deflate.tif",
    "rgb_lzw.tif",
    "logo.tif",
    "L7_ETMs.tif",
    "wildfires.tiff",
    "all-nodata.tif",
  ])("%s: every band is the one that was asked for", async (name) => {
    const { image } = openTiff(realFile(name));
    const breaks = image.dtype === "uint16" ? [1, 9_000, 20_000] : [1, 64, 128, 192];
    for (let band = 1; band <= image.bands; band++) {
      const { nodata, classes } = await classify(realFile(name), { breaks, band, workers: 0 });
      const expected = breaksCounts(await readBand(realFile(name), band), image.nodata, breaks);
      expect({ band, nodata, classes }).toEqual({ band, ...expected });
    }
  });

  test("cog_cmap.tif, with colour table and nodata 0, has the classes of its README", async () => {
    const breaks = Array.from({ length: 12 }, (_, i) => i + 1);
    const { nodata, classes } = await classify(realFile("cog_cmap.tif"), { breaks, workers: 2 });
    expect(nodata).toBe(27_741_584);
    expect(classes).toEqual({
      0: 0,
      1: 516_755,
      2: 0,
      3: 32_055_682,
      4: 101_486,
      5: 1_592_375,
      6: 3_732,
      7: 14_737,
      8: 122_236,
      9: 76_833,
      10: 3_296,
      11: 39_693,
      12: 121_863,
    });
  });
});

/** 26 MB of pixels: four items to share. */
const big = makeRaster(
  { width: 4000, height: 3300, dtype: "int16", nodata: -32_768 },
  (row, col) => ((row * 7 + col * 3) % 11 < 5 ? -32_768 : ((row * col) % 689) - 1),
);
const risks = naiveCounts(big.bands[0]!, big.nodata, riskOf);
const BREAKS = [1, 151, 401];
const MAPPING = "[-inf,0]=0; (0,150]=1; (150,400]=2; (400,inf]=3";
const ways = {
  breaks: { breaks: BREAKS },
  mapping: { mapping: MAPPING },
  function: { fn: risk },
  "pure function": { fn: risk, pure: true },
};

describe("one raster, classified in every way", () => {
  let path: string;
  beforeAll(async () => {
    path = await writeRaster(scratch.file("big.tif"), big);
  });

  for (const [name, way] of Object.entries(ways)) {
    test.each([0, 1, 2, 3])(`%i workers count the same by ${name}`, async (workers) => {
      const { nodata, classes, report } = await classify(path, { ...way, workers });
      expect({ nodata, classes }).toEqual(risks);
      expect(report.items).toBeGreaterThanOrEqual(3);
    });
  }

  test.each(Object.entries(ways))("pixels that are sent count the same by %s", async (_, way) => {
    for (const workers of [0, 2]) {
      const { nodata, classes } = await classify(path, { ...way, workers, route: "copy" });
      expect({ nodata, classes }).toEqual(risks);
    }
  });

  const schedules = Object.keys(SCHEDULES);
  test.each(schedules)("the schedule %s counts the same", async (name) => {
    const schedule = name as keyof typeof SCHEDULES;
    const { nodata, classes } = await classify(path, { fn: risk, workers: 2, schedule, chunk: 1 });
    expect({ nodata, classes }).toEqual(risks);
  });

  test("an opened raster can be classified several times", async () => {
    const { openRaster } = await import("@swath/raster");
    const raster = openRaster(path);
    const both = await Promise.all([
      classify(raster, { breaks: BREAKS, workers: 1 }),
      classify(raster, { fn: risk, workers: 1 }),
    ]);
    expect(both.map(({ classes }) => classes)).toEqual([risks.classes, risks.classes]);
  });
});

describe("types of pixels", () => {
  const values = [Number.NaN, -Infinity, -0, 0, 1e-40, 0.5, 1, 1.5, Infinity, 7];
  const pixel = (row: number, col: number) => values[(row * 5 + col) % values.length]!;
  const shape = { width: 97, height: 41 };

  test.each(["float32", "float64"] as const)("%s: NaN is nodata", async (dtype) => {
    const raster = makeRaster({ ...shape, dtype, nodata: Number.NaN }, pixel);
    const path = await writeRaster(scratch.file(`${dtype}.tif`), raster);
    const breaks = [0, 0.75, 1.5];
    const { nodata, classes } = await classify(path, { breaks, workers: 0 });
    expect({ nodata, classes }).toEqual(breaksCounts(raster.bands[0]!, Number.NaN, breaks));
    expect(nodata).toBe(410);
  });

  test("float32 without nodata: NaN has no class by breaks, and one by a function", async () => {
    const raster = makeRaster({ ...shape, dtype: "float32" }, pixel);
    const path = await writeRaster(scratch.file("nan.tif"), raster);
    const byBreaks = await classify(path, { breaks: [0], workers: 0 });
    expect(byBreaks.nodata).toBe(410);
    const byFunction = await classify(path, { fn: risk, workers: 0 });
    const { nodata, classes } = byFunction;
    expect({ nodata, classes }).toEqual(naiveCounts(raster.bands[0]!, undefined, riskOf));
    expect(nodata).toBe(0);
  });

  test.each(["PIXEL", "BAND"])("three bands interleaved by %s", async (interleave) => {
    const raster = makeRaster(
      { width: 131, height: 77, dtype: "uint16", nodata: 9 },
      (row, col) => (row + col) % 300,
      (row, col) => (row * col) % 500,
      (row) => row,
    );
    const creation = [`INTERLEAVE=${interleave}`, "BLOCKXSIZE=32", "BLOCKYSIZE=16"];
    const path = await writeRaster(scratch.file(`${interleave}.tif`), raster, creation);
    for (const [index, pixels] of raster.bands.entries()) {
      const { nodata, classes } = await classify(path, { breaks: [50, 200], band: index + 1 });
      expect({ nodata, classes }).toEqual(breaksCounts(pixels, 9, [50, 200]));
    }
  });
});

test("any function of a pixel will do, with what it captured", async () => {
  const raster = makeRaster({ width: 90, height: 40, dtype: "int16" }, (row, col) => row * col);
  const path = await writeRaster(scratch.file("any.tif"), raster);
  const limits = [200, 900];
  const fn = (value: number) => limits.filter((limit) => value >= limit).length;
  const byFunction = await classify(path, { fn, workers: 2 });
  const byBreaks = await classify(path, { breaks: limits, workers: 2 });
  expect(byFunction.classes).toEqual(byBreaks.classes);
});

describe("options", () => {
  const wrong: readonly [string, object, RegExp][] = [
    ["no rule", {}, /exactly one of `fn`, `breaks`, `mapping`/],
    ["two rules", { breaks: [1], mapping: "1=1" }, /exactly one of/],
    ["an unknown option", { breaks: [1], brakes: [2] }, /options\.brakes/],
    ["band 0", { breaks: [1], band: 0 }, /`band` to be an integer from 1 to 1/],
    ["band 2 of 1", { breaks: [1], band: 2 }, /`band` to be an integer from 1 to 1/],
    ["breaks that fall", { breaks: [2, 1] }, /ascending/],
    ["`pure` without a function", { breaks: [1], pure: true }, /`pure` to be absent without `fn`/],
    ["a function that is none", { fn: 5 }, /`fn` to be a function/],
    ["a function that cannot be sent", { fn: function* () {} }, /generator/],
    [
      "creation options of no file",
      { breaks: [1], creation: ["COMPRESS=LZW"] },
      /without `output`/,
    ],
    ["a route that no raster has", { breaks: [1], route: "share" }, /`route` to be one of/],
    ["a picture that is no PNG", { breaks: [1], quicklook: "a.jpg" }, /ends in \.png/],
    [
      "one name for two files",
      { breaks: [1], output: "a.png", quicklook: "./a.png" },
      /`quicklook` to be another file than `output`/,
    ],
    [
      "a journal in the place of the output",
      { breaks: [1], output: "a.tif", journal: { path: "./a.tif" } },
      /`journal` to be another file than `output`/,
    ],
  ];

  test.each(wrong)("%s: refused at once", async (_, options, message) => {
    const raster = makeRaster({ width: 3, height: 2, dtype: "uint8" }, (row, col) => row + col);
    const path = await writeRaster(scratch.file("tiny.tif"), raster);
    expect(() => classify(path, options as never)).toThrow(message);
  });
});
