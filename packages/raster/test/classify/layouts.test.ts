import { readFileSync } from "node:fs";
import { classify } from "@swath/raster";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CAN_WRITE_ZSTD } from "../../src/tiff/write/zstd.ts";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";
import { breaksCounts } from "../naive.ts";
import { askOracle, RASTERIO_ABSENT } from "../rasterio.ts";
import { absenceOf, realFile } from "../real-files.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

// A pattern of 90 x 95 over and over: no block size divides it, and padding would be counted
// as something else.
const WIDTH = 800;
const HEIGHT = 700;
const BREAKS = [200, 300, 400, 500];
const shape = { width: WIDTH, height: HEIGHT, dtype: "int16", nodata: -32_768 } as const;

describe("the same pixels in every layout that the kit writes give the same counts", () => {
  const raster = makeRaster(shape, (row, col) => {
    const [r, c] = [row % 90, col % 95];
    return (r * 13 + c * 29) % 7 < 3 ? -32_768 : 141 + ((r * 37 + c * 11) % 407);
  });
  const expected = breaksCounts(raster.bands[0]!, raster.nodata, BREAKS);
  const layouts: readonly (readonly [name: string, creation: readonly string[]])[] = [
    ["tiles of 256", ["COMPRESS=NONE"]],
    ["tiles of 128", ["COMPRESS=NONE", "BLOCKXSIZE=128", "BLOCKYSIZE=128"]],
    ["tiles of 48 x 16", ["COMPRESS=NONE", "BLOCKXSIZE=48", "BLOCKYSIZE=16"]],
    ["strips", ["COMPRESS=NONE", "TILED=NO"]],
    ["strips of one row", ["COMPRESS=NONE", "TILED=NO", "BLOCKYSIZE=1"]],
    ["strips of 13 rows, LZW", ["COMPRESS=LZW", "TILED=NO", "BLOCKYSIZE=13"]],
    ["DEFLATE with predictor 2", ["COMPRESS=DEFLATE", "PREDICTOR=2"]],
    ["LZW with predictor 2", ["COMPRESS=LZW", "PREDICTOR=2"]],
    ["PACKBITS", ["COMPRESS=PACKBITS"]],
    ["BigTIFF", ["COMPRESS=NONE", "BIGTIFF=YES"]],
    ["big-endian", ["COMPRESS=NONE", "ENDIANNESS=BIG"]],
    [
      "big-endian DEFLATE with predictor 2 in strips",
      ["PREDICTOR=2", "ENDIANNESS=BIG", "TILED=NO"],
    ],
    ["big-endian BigTIFF, LZW", ["COMPRESS=LZW", "BIGTIFF=YES", "ENDIANNESS=BIG"]],
    ["sparse tiles", ["SPARSE_OK=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"]],
  ];

  test.each(layouts)("%s", async (name, creation) => {
    const path = await writeRaster(scratch.file(`${name}.tif`), raster, creation);
    const { nodata, classes } = await classify(path, { breaks: BREAKS, workers: 0 });
    expect({ nodata, classes }).toEqual(expected);
  });

  const zstdAbsent = CAN_WRITE_ZSTD ? "" : ` (skipped: Node ${process.version} cannot write it)`;
  test.skipIf(!CAN_WRITE_ZSTD)(`ZSTD with predictor 2${zstdAbsent}`, async () => {
    const creation = ["COMPRESS=ZSTD", "PREDICTOR=2"];
    const path = await writeRaster(scratch.file("zstd.tif"), raster, creation);
    const { nodata, classes } = await classify(path, { breaks: BREAKS, workers: 0 });
    expect({ nodata, classes }).toEqual(expected);
  });
});

const absent = RASTERIO_ABSENT || absenceOf("raster-real");
describe.skipIf(absent !== "")(`real elevations repeated, as GDAL writes them${absent}`, () => {
  const tiles = (size: number) => ({ tiled: true, blockxsize: size, blockysize: size });
  const layouts = {
    "tiles of 256": tiles(256),
    "tiles of 128": tiles(128),
    strips: {},
    "strips of one row": { blockysize: 1 },
    "DEFLATE with predictor 2": { ...tiles(256), compress: "deflate", predictor: 2 },
    "DEFLATE with predictor 2 in strips": { compress: "deflate", predictor: 2 },
    "LZW with predictor 2": { ...tiles(256), compress: "lzw", predictor: 2 },
    "LZW without": { compress: "lzw" },
    "ZSTD with predictor 2": { ...tiles(512), compress: "zstd", predictor: 2 },
    PACKBITS: { compress: "packbits" },
    LERC: { ...tiles(128), compress: "lerc" },
    BigTIFF: { ...tiles(256), bigtiff: "yes" },
    "big-endian": { ...tiles(256), endianness: "big" },
    "big-endian ZSTD with predictor 2": {
      ...tiles(64),
      compress: "zstd",
      predictor: 2,
      endianness: "big",
    },
    "sparse tiles": { ...tiles(16), sparse_ok: true, compress: "deflate" },
  };
  const pathOf = (name: string) => scratch.file(`gdal ${name}.tif`);
  const skipped = new Map<string, string>();

  beforeAll(() => {
    const jobs = Object.entries(layouts).map(([name, creation]) => ({
      path: pathOf(name),
      csv: realFile("elev.pixels.csv"),
      rows: HEIGHT,
      cols: WIDTH,
      creation,
    }));
    const answers = askOracle<{ readonly skipped: string | null }>("flagship", jobs);
    Object.keys(layouts).forEach((name, index) => {
      const reason = answers[index]?.skipped;
      if (typeof reason === "string") skipped.set(name, reason);
    });
  });

  /** From the published pixels alone: how often each of them is repeated, times its class. */
  function expectedCounts() {
    const rows = readFileSync(realFile("elev.pixels.csv"), "utf8").trim().split("\n");
    const repeats = (index: number, period: number, size: number) =>
      Math.floor(size / period) + (index < size % period ? 1 : 0);
    const classes = [0, 0, 0, 0, 0];
    let nodata = 0;
    rows.forEach((line, row) => {
      line.split(",").forEach((text, col) => {
        const times = repeats(row, 90, HEIGHT) * repeats(col, 95, WIDTH);
        const value = Number(text);
        if (value === -32_768) nodata += times;
        else classes[BREAKS.filter((cut) => cut <= value).length]! += times;
      });
    });
    return { nodata, classes: Object.fromEntries(classes.entries()) };
  }

  test.for(Object.keys(layouts))("%s", async (name, { skip }) => {
    skip(skipped.has(name), `skipped: this GDAL cannot write it: ${skipped.get(name)}`);
    for (const workers of [0, 2]) {
      const { nodata, classes } = await classify(pathOf(name), { breaks: BREAKS, workers });
      expect({ nodata, classes }).toEqual(expectedCounts());
    }
  });
});
