import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { classify, mapWindows, openRaster, stats, writeSample } from "@swath/raster";
import { map } from "swath";
import { afterAll, describe, expect, test } from "vitest";
import { checksumOfRows } from "../src/gdal-checksum.ts";
import { sampleSpec, stripRows } from "../src/sample/sample-spec.ts";
import { CAN_WRITE_ZSTD } from "../src/tiff/write/zstd.ts";
import { risk, riskCounts } from "./fixtures/tasks.mjs";
import { ScratchFolder } from "./made-raster.ts";
import { readBand } from "./real-files.ts";
import { makeSample } from "./sample/make-sample.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

const sizes: readonly (readonly [width: number, height: number])[] = [
  [1, 1],
  [5, 3],
  [256, 256],
  [401, 384],
  [1_203, 1_151],
];

describe.each(sizes)("a sample of %i x %i pixels", (width, height) => {
  const path = scratch.file(`${width}x${height}.tif`);

  test("has the counts that were promised, in all and strip by strip", async () => {
    const { strips, ...written } = await writeSample(path, { width, height, workers: 2 });
    expect(written).toMatchObject({ path, width, height });
    const sums = [0, 1, 2, 3].map((i) => strips.reduce((sum, counts) => sum + counts[i]!, 0));
    const { classes, nodata } = await classify(path, { fn: risk, workers: 0 });
    // Class 0 is the sea and bare land: nodata in the file.
    expect(classes[0] ?? 0).toBe(0);
    expect([nodata, classes[1] ?? 0, classes[2] ?? 0, classes[3] ?? 0]).toEqual(sums);
    for (const [strip, [start, end]] of stripRows(height).entries()) {
      if (start === end) continue;
      const rect = { row: start, col: 0, width, height: end - start };
      const parts = await map(openRaster(path).windows({ rect, rows: 37 }), riskCounts, {
        workers: 0,
      });
      const counts = [0, 1, 2, 3].map((i) =>
        (parts as number[][]).reduce((sum, part) => sum + part[i]!, 0),
      );
      expect({ strip, counts }).toEqual({ strip, counts: strips[strip] });
    }
  });

  test("has the pixels that one thread makes", async () => {
    const made = makeSample(sampleSpec({ width, height }));
    expect(Buffer.from(made.buffer).equals(bytesOf(await readBand(path)))).toBe(true);
  });
});

describe("one sample", () => {
  const size = { width: 503, height: 479 };
  const expected = makeSample(sampleSpec({ ...size, seed: 7 }));
  const layouts: Record<string, readonly string[]> = {
    tiles: ["COMPRESS=NONE"],
    "small tiles": ["COMPRESS=NONE", "BLOCKXSIZE=112", "BLOCKYSIZE=48"],
    strips: ["COMPRESS=NONE", "TILED=NO"],
    "strips of 88 rows": ["COMPRESS=NONE", "TILED=NO", "BLOCKYSIZE=88"],
    "rows, big-endian BigTIFF": [
      "COMPRESS=NONE",
      "TILED=NO",
      "BLOCKYSIZE=1",
      "ENDIANNESS=BIG",
      "BIGTIFF=YES",
    ],
    deflate: ["COMPRESS=DEFLATE", "PREDICTOR=2"],
    "lzw strips": ["COMPRESS=LZW", "TILED=NO"],
    packbits: ["COMPRESS=PACKBITS"],
    sparse: ["COMPRESS=NONE", "SPARSE_OK=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"],
    ...(CAN_WRITE_ZSTD ? { zstd: ["COMPRESS=ZSTD"] } : {}),
  };

  test.each(Object.keys(layouts))(
    "has the same pixels as %s, for any number of workers",
    async (name) => {
      const files: string[] = [];
      for (const workers of name === "tiles" || name === "deflate" ? [0, 1, 2, 3] : [0, 3]) {
        const path = scratch.file(`${name}-${workers}.tif`);
        await writeSample(path, { ...size, seed: 7, workers, creation: layouts[name]! });
        files.push(path);
      }
      const bytes = new Set(files.map((path) => readFileSync(path).toString("latin1")));
      expect(bytes.size).toBe(1);
      const [band] = (await stats(files[0]!, { workers: 0 })).bands;
      expect(band?.checksum).toBe(checksumOfRows(expected, 0));
      expect(Buffer.from(expected.buffer).equals(bytesOf(await readBand(files[0]!)))).toBe(true);
    },
  );

  test("has the same bytes for every schedule, and others for another seed", async () => {
    const texts = new Set<string>();
    for (const schedule of ["static", "dynamic", "guided", "steal"] as const) {
      const path = scratch.file(`${schedule}.tif`);
      await writeSample(path, { ...size, seed: 7, workers: 2, schedule });
      texts.add(readFileSync(path).toString("latin1"));
    }
    expect(texts.size).toBe(1);
    const other = scratch.file("other.tif");
    await writeSample(other, { ...size, seed: 8, workers: 2 });
    expect(texts.has(readFileSync(other).toString("latin1"))).toBe(false);
  });

  test("tells how far both of its passes together are", async () => {
    const job = writeSample(scratch.file("progress.tif"), { ...size, workers: 2 });
    const seen: number[] = [];
    const timer = setInterval(() => {
      const { progress } = job;
      if (progress?.total !== undefined) seen.push(progress.done / progress.total);
    }, 1);
    await job;
    clearInterval(timer);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    const { done, total } = job.progress!;
    expect(done).toBe(total);
  });

  test("leaves nothing behind when it is aborted", async () => {
    const folder = scratch.file("aborted");
    mkdirSync(folder);
    for (const creation of [["COMPRESS=NONE"], ["COMPRESS=LZW"]]) {
      const controller = new AbortController();
      const options = { scale: 0.1, workers: 2, creation, signal: controller.signal };
      const job = writeSample(join(folder, "a.tif"), options);
      await expect.poll(() => job.progress?.done ?? 0, { interval: 2 }).toBeGreaterThan(0);
      controller.abort(new Error("enough"));
      await expect(job).rejects.toThrow("enough");
      expect(readdirSync(folder)).toEqual([]);
    }
    await expect(writeSample(join(folder, "no", "a.tif"), size)).rejects.toMatchObject({
      code: "SWATH_RASTER_WRITE",
    });
  });

  const wrong: readonly [object, RegExp][] = [
    [{ scale: 0 }, /`scale`/],
    [{ scale: 11 }, /`scale`/],
    [{ width: 5 }, /`height`/],
    [{ width: 5, height: 5, scale: 1 }, /`scale`/],
    [{ width: 5, height: 2.5 }, /`height`/],
    [{ seed: -1 }, /`seed`/],
    [{ sed: 1 }, /options\.sed/],
    [{ creation: ["COMPRESS=JPEG"] }, /`COMPRESS`/],
  ];
  test.each(wrong)("is refused at once with %j", (options, message) => {
    expect(() => writeSample(scratch.file("never.tif"), options)).toThrow(message);
  });
});

test("a sample can be smoothed and classified by what comes next", async () => {
  const { mean3 } = await import("./fixtures/tasks.mjs");
  const input = scratch.file("401x384.tif");
  await writeSample(input, { width: 401, height: 384, workers: 1 });
  const path = scratch.file("smooth.tif");
  await mapWindows(input, mean3, { halo: 1, workers: 2, out: { path, dtype: "float32" } });
  const { pixels, nodata, classes } = await classify(path, { breaks: [0, 200], workers: 2 });
  expect(nodata + Object.values(classes).reduce((a, b) => a + b, 0)).toBe(pixels);
});

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
