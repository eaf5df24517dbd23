import { stats } from "@swath/raster";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTiff } from "../src/tiff/open.ts";
import { makeRaster, ScratchFolder, writeRaster } from "./made-raster.ts";
import { absenceOf, realFile } from "./real-files.ts";
import { type ReferenceBand, references } from "./tiff/reference-data.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

/** JPEG and WebP: decoders differ by a step or two. */
const LOSSY = [7, 50001];

for (const set of ["raster-real", "raster-layouts", "cog-validate"]) {
  const absent = absenceOf(set);
  describe.skipIf(absent !== "")(`${set}: GDAL's figures${absent}`, () => {
    const files = Object.entries(references(set)).filter(
      ([name, { error }]) => error === undefined && !name.endsWith(".jpg"),
    );

    test.each(files)("%s", async (name, reference) => {
      const path = realFile(name, set);
      const { image } = openTiff(path);
      const { bands } = await stats(path, { workers: 0 });
      expect(bands.map(({ band }) => band)).toEqual(reference.band.map((_, index) => index + 1));
      for (const [index, expected] of reference.band.entries()) {
        const band = bands[index]!;
        expect(band.valid + band.nodata).toBe(image.width * image.height);
        if (LOSSY.includes(image.compression)) expectNear(band, expected);
        else expectSame(band, expected, image.dtype);
      }
    });
  });
}

type Band = Awaited<ReturnType<typeof stats>>["bands"][number];

function expectSame(band: Band, expected: ReferenceBand & { mean?: number }, dtype: string): void {
  const isFloat = dtype.startsWith("float");
  // GDAL 3.6 has no signed 8-bit type, and sums such a band as unsigned.
  if (dtype !== "int8") expect(band.checksum).toBe(expected.checksum);
  if (expected.valid === undefined) return; // a file too big for the reference run
  expect([band.valid, band.min, band.max]).toEqual([expected.valid, expected.min, expected.max]);
  if (expected.sum === undefined || expected.mean === undefined) {
    expect([band.sum, band.mean, band.stddev]).toEqual([undefined, undefined, undefined]);
    return;
  }
  if (!isFloat) expect(band.sum).toBe(expected.sum);
  expectClose(band.sum!, expected.sum);
  expectClose(band.mean!, expected.mean);
}

function expectNear(band: Band, expected: ReferenceBand): void {
  expect(Math.abs(band.sum! - expected.sum!) / band.valid).toBeLessThan(1);
}

function expectClose(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
}

describe("figures of one raster", () => {
  const shape = { width: 1_900, height: 1_701 } as const;
  /** 26 MB: four items; large offsets, where a naive variance loses its digits. */
  const floats = makeRaster({ ...shape, dtype: "float64", nodata: -9 }, (row, col) =>
    (row + col) % 13 === 0 ? -9 : (row * col) % 17 === 0 ? Number.NaN : 1e9 + Math.sin(row * col),
  );
  let path: string;
  beforeAll(async () => {
    path = await writeRaster(scratch.file("floats.tif"), floats);
  });

  test("are the same to the last bit for any number of workers and any schedule", async () => {
    const runs = [
      { workers: 0 },
      { workers: 1 },
      { workers: 2 },
      { workers: 3 },
      { workers: 2, schedule: "static" },
      { workers: 2, schedule: "dynamic", chunk: 1 },
      { workers: 3, schedule: "guided" },
      { workers: 2, schedule: "steal" },
    ] as const;
    const seen = new Set<string>();
    for (const run of runs) {
      const { bands, report } = await stats(path, run);
      expect(report.items).toBeGreaterThanOrEqual(3);
      seen.add(JSON.stringify(bands));
    }
    expect(seen.size).toBe(1);
  });

  test("have a deviation that keeps its digits far from zero", async () => {
    const [band] = (await stats(path, { workers: 2 })).bands;
    const valid = floats.bands[0]!.filter((v) => v !== -9 && !Number.isNaN(v)) as Float64Array;
    const offset = valid.map((v) => v - 1e9);
    const mean = offset.reduce((a, b) => a + b, 0) / valid.length;
    const variance = offset.reduce((a, b) => a + (b - mean) ** 2, 0) / valid.length;
    expect(band?.valid).toBe(valid.length);
    expect(Math.abs(band!.stddev! - Math.sqrt(variance))).toBeLessThan(1e-6);
    expect(Math.abs(band!.mean! - (1e9 + mean))).toBeLessThan(1e-5);
  });

  test("are exact where a sum of doubles is not", async () => {
    const max = 4_294_967_295;
    const raster = makeRaster({ width: 2_100, height: 2_000, dtype: "uint32" }, (row, col) =>
      row === 0 && col < 3 ? 1 : max,
    );
    const big = await writeRaster(scratch.file("uint32.tif"), raster);
    const [band] = (await stats(big, { workers: 2 })).bands;
    expect(band?.sum).toBe(Number(BigInt(max) * BigInt(2_100 * 2_000 - 3) + 3n));
    expect(band?.min).toBe(1);
  });

  test("of one band are those of that band", async () => {
    const raster = makeRaster(
      { width: 61, height: 43, dtype: "int16", nodata: 0 },
      (row, col) => row - col,
      (row, col) => row * col,
    );
    for (const interleave of ["PIXEL", "BAND"]) {
      const creation = [`INTERLEAVE=${interleave}`, "TILED=NO", "BLOCKYSIZE=5"];
      const file = await writeRaster(scratch.file(`${interleave}.tif`), raster, creation);
      const all = await stats(file, { workers: 0 });
      const second = await stats(file, { band: 2, workers: 1 });
      expect(second.bands).toEqual([all.bands[1]]);
      expect(all.bands[1]).toMatchObject({ band: 2, dtype: "int16", min: 1, max: 2_520 });
    }
  });

  test("of a band without any valid pixel are absent", async () => {
    const raster = makeRaster({ width: 9, height: 9, dtype: "uint8", nodata: 4 }, () => 4);
    const file = await writeRaster(scratch.file("empty.tif"), raster);
    expect((await stats(file, { workers: 0 })).bands).toEqual([
      {
        band: 1,
        dtype: "uint8",
        min: undefined,
        max: undefined,
        sum: undefined,
        mean: undefined,
        stddev: undefined,
        valid: 0,
        nodata: 81,
        checksum: 324,
      },
    ]);
  });

  test("are refused for a band that is not there, and for unknown options", () => {
    expect(() => stats(path, { band: 2 })).toThrow(/`band` to be an integer from 1 to 1/);
    expect(() => stats(path, { bands: 1 } as never)).toThrow(/options\.bands/);
  });
});
