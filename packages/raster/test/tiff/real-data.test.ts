import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { BYTES_PER_PIXEL, type Pixels, pixelView } from "../../src/dtype.ts";
import { checksumOfRows } from "../../src/gdal-checksum.ts";
import { BlockReader } from "../../src/tiff/block-reader.ts";
import type { TiffImage } from "../../src/tiff/image.ts";
import { openTiff } from "../../src/tiff/open.ts";
import { DATA, type Reference, type ReferenceBand, references } from "./reference-data.ts";

const SETS = ["raster-real", "raster-layouts", "cog-validate"];

/** Lossy codecs: decoders differ by a step or two. */
const LOSSY = [7, 50001];

/** A JPEG that is no TIFF, kept in the set to be refused. */
const NOT_TIFF = "nontiff.jpg";

for (const set of SETS) {
  const folder = resolve(DATA, set);
  const isAbsent = !existsSync(folder);
  const skipped = isAbsent ? ` (skipped: ../shared/data/${set} is absent)` : "";
  describe.skipIf(isAbsent)(`${set}: GDAL's answers${skipped}`, () => {
    const files = Object.entries(references(set)).filter(([name]) => name !== NOT_TIFF);
    const answered = files.filter(([, { error }]) => error === undefined);

    test.each(answered)("%s has the same header", (name, reference) => {
      expectHeader(resolve(folder, name), reference);
    });

    test.each(answered)("%s has the same pixels in every band", async (name, reference) => {
      const { image } = openTiff(resolve(folder, name));
      using reader = await BlockReader.open(image);
      for (const [band, expected] of reference.band.entries()) {
        await expectBand(reader, band, expected);
      }
    });

    test("has a reference for files to check", () => {
      if (!isAbsent) expect(answered.length).toBeGreaterThan(9);
    });
  });
}

function expectHeader(path: string, reference: Reference): void {
  const { image, georeference, overviews } = openTiff(path);
  expect([image.width, image.height, image.bands]).toEqual([
    reference.width,
    reference.height,
    reference.bands,
  ]);
  expect(image.byteOrder).toBe(reference.endian);
  expect(image.bigTiff).toBe(reference.bigtiff);
  if (reference.geotransform !== undefined) {
    expect(georeference.transform ?? null).toEqual(reference.geotransform);
  }
  if (reference.epsg?.startsWith("EPSG:")) {
    expect(`EPSG:${georeference.epsg}`).toBe(reference.epsg);
  } else if (reference.epsg !== undefined) {
    expect(georeference.epsg).toBeUndefined();
  }
  const band = reference.band[0];
  expect([image.blockWidth, image.blockHeight]).toEqual(band?.block);
  // GDAL also counts the overviews of an .ovr file beside the image.
  if (band?.overviews !== undefined && !existsSync(`${path}.ovr`)) {
    const largestFirst = band.overviews.toSorted((a, b) => b[0] * b[1] - a[0] * a[1]);
    expect(overviews.map(({ width, height }) => [width, height])).toEqual(largestFirst);
  }
}

async function expectBand(
  reader: BlockReader,
  band: number,
  expected: ReferenceBand,
): Promise<void> {
  const { image } = reader;
  const { width, height, dtype } = image;
  const buffer = new ArrayBuffer(width * height * BYTES_PER_PIXEL[dtype]);
  const pixels = pixelView(dtype, buffer, 0, width * height);
  await reader.readWindow({ row: 0, col: 0, width, height }, band, pixels);
  // GDAL 3.6 has no signed 8-bit type, and sums such a band as unsigned.
  const asGdal = dtype === "int8" ? new Uint8Array(buffer) : pixels;
  if (!LOSSY.includes(image.compression)) {
    expect(checksumOfRows(asGdal, 0)).toBe(expected.checksum);
    if (expected.sha256_le !== undefined) {
      expect(createHash("sha256").update(new Uint8Array(buffer)).digest("hex")).toBe(
        expected.sha256_le,
      );
    }
  }
  expectStatistics(image, pixels, expected);
}

function expectStatistics(image: TiffImage, pixels: Pixels, expected: ReferenceBand): void {
  if (expected.valid === undefined) return;
  const { valid, min, max, sum } = statistics(pixels, image.nodata);
  expect(valid).toBe(expected.valid);
  if (expected.sum === undefined || expected.min === undefined || expected.max === undefined)
    return;
  if (LOSSY.includes(image.compression)) {
    expect(Math.abs(sum - expected.sum) / valid).toBeLessThan(1);
    return;
  }
  expect([min, max]).toEqual([expected.min, expected.max]);
  expect(Math.abs(sum - expected.sum)).toBeLessThanOrEqual(1e-9 * Math.abs(expected.sum));
}

function statistics(
  pixels: Pixels,
  nodata: number | undefined,
): { valid: number; min: number; max: number; sum: number } {
  let valid = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const pixel of pixels) {
    if (pixel === nodata || Number.isNaN(pixel)) continue;
    valid++;
    sum += pixel;
    min = Math.min(min, pixel);
    max = Math.max(max, pixel);
  }
  return { valid, min, max, sum };
}

const big = resolve(DATA, "raster-real/cog_cmap.tif");
const isBigAbsent = !existsSync(big);
test.skipIf(isBigAbsent)(
  `cog_cmap.tif has GDAL's checksum and class counts, block by block${isBigAbsent ? " (skipped: ../shared/data/raster-real is absent)" : ""}`,
  async () => {
    const { image } = openTiff(big);
    using reader = await BlockReader.open(image);
    const counts = new Map<number, number>();
    let checksum = 0;
    await reader.forEachBlock(0, reader.blocks, 0, (block) => {
      for (let row = 0; row < block.height; row++) {
        const from = row * block.stride;
        const start = (block.row + row) * image.width + block.col;
        checksum += checksumOfRows(block.pixels, start, from, 1, block.width);
        for (let i = from; i < from + block.width; i++) {
          const value = block.pixels[i] ?? -1;
          counts.set(value, (counts.get(value) ?? 0) + 1);
        }
      }
    });
    expect(checksum & 0xffff).toBe(references("raster-real")["cog_cmap.tif"]?.band[0]?.checksum);
    expect(Object.fromEntries(counts)).toEqual({
      0: 27_741_584,
      1: 516_755,
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
  },
);

const layouts = resolve(DATA, "raster-layouts");
const areLayoutsAbsent = !existsSync(layouts);
const layoutsSkipped = areLayoutsAbsent
  ? " (skipped: ../shared/data/raster-layouts is absent)"
  : "";
describe.skipIf(areLayoutsAbsent)(`files too big for the reference run${layoutsSkipped}`, () => {
  test("east_coast…tif (LZW, predictor 2, 138 million pixels) has GDAL's checksums", async () => {
    const { image } = openTiff(resolve(layouts, "east_coast_phase3_2023_AY31_1000_3335.tif"));
    using reader = await BlockReader.open(image);
    const checksums = [0, 0, 0, 0];
    await reader.forEachBlock(0, reader.blocks, 0, ({ row, pixels, samples, width, height }) => {
      for (let band = 0; band < samples; band++) {
        const start = row * image.width;
        const part = checksumOfRows(pixels, start, band, samples, width * height);
        checksums[band] = ((checksums[band] ?? 0) + part) & 0xffff;
      }
    });
    expect(checksums).toEqual([51_341, 51_341, 51_341, 0]);
  });

  test("sparse.tiff has no blocks at all, and overviews of zeros", async () => {
    const { image, overviews } = openTiff(resolve(layouts, "sparse.tiff"));
    expect(overviews.map(({ width }) => width)).toEqual([10_240, 5120, 2048, 1024, 512]);
    for (const page of [...overviews.slice(1), image]) {
      using reader = await BlockReader.open(page);
      let seen = 0;
      let nonZero = 0;
      await reader.forEachBlock(0, Math.min(100, reader.blocks), 0, ({ pixels }) => {
        seen++;
        if (pixels.some((pixel) => pixel !== 0)) nonZero++;
      });
      expect([seen, nonZero]).toEqual([Math.min(100, reader.blocks), 0]);
    }
  });
});

const notTiff = resolve(DATA, "cog-validate", NOT_TIFF);
const isNotTiffAbsent = !existsSync(notTiff);
test.skipIf(isNotTiffAbsent)(
  `a JPEG is refused as no TIFF${isNotTiffAbsent ? " (skipped: ../shared/data/cog-validate is absent)" : ""}`,
  () => {
    expect(() => openTiff(notTiff)).toThrow(/it is not a TIFF: expected "II" or "MM"/);
  },
);
