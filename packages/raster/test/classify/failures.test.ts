import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClassifyOptions, classify } from "@swath/raster";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { risk, slow, throwsAt300 } from "../fixtures/tasks.mjs";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

/** A new folder for outputs, and what was left in it. */
let folders = 0;
function newFolder() {
  const path = scratch.file(`out-${folders++}`);
  mkdirSync(path);
  return {
    output: join(path, "classes.tif"),
    quicklook: join(path, "classes.png"),
    left: () => readdirSync(path),
  };
}

const layouts: Record<string, readonly string[]> = {
  "small tiles": ["BLOCKXSIZE=16", "BLOCKYSIZE=32"],
  "large tiles": ["COMPRESS=NONE"],
  "small tiles, not compressed": ["BLOCKXSIZE=16", "BLOCKYSIZE=32", "COMPRESS=NONE"],
  strips: ["TILED=NO", "BLOCKYSIZE=7", "COMPRESS=LZW"],
  "one strip, big-endian": ["TILED=NO", "BLOCKYSIZE=333", "ENDIANNESS=BIG"],
};

describe.each(Object.keys(layouts))("a function that throws at one pixel, in %s", (layout) => {
  const row = 217;
  const col = 301;
  let path: string;
  beforeAll(async () => {
    const raster = makeRaster({ width: 402, height: 333, dtype: "int16", nodata: -1 }, (r, c) =>
      r === row && c === col ? 300 : r > row + 40 ? -1 : 7,
    );
    path = await writeRaster(scratch.file(`${layout}.tif`), raster, layouts[layout]);
  });

  const ways = { count: false, write: true };
  test.each(Object.entries(ways))("%s: names row, column and value", async (_, write) => {
    const { output, quicklook, left } = newFolder();
    for (const workers of [0, 2]) {
      const options = { fn: throwsAt300, workers, ...(write ? { output, quicklook } : {}) };
      await expect(classify(path, options)).rejects.toMatchObject({
        code: "SWATH_RASTER_PIXEL",
        problem: "threw",
        row,
        col,
        value: 300,
        message: expect.stringContaining("no three hundred"),
      });
      expect(left()).toEqual([]);
    }
  });

  test("a mapping without a range for it: the same", async () => {
    const { output, left } = newFolder();
    const creation = ["TILED=NO", "BLOCKYSIZE=50"];
    const job = classify(path, { mapping: "[0,100]=1", output, creation, workers: 2 });
    await expect(job).rejects.toMatchObject({ problem: "unmapped", row, col, value: 300 });
    expect(left()).toEqual([]);
  });
});

describe("a run that ends early leaves nothing behind", () => {
  let path: string;
  beforeAll(async () => {
    const shape = { width: 2_000, height: 300, dtype: "int16" } as const;
    const raster = makeRaster(shape, (row, col) => (row * col) % 500);
    const creation = ["BLOCKXSIZE=64", "BLOCKYSIZE=16"];
    path = await writeRaster(scratch.file("long.tif"), raster, creation);
  });

  const reason = new Error("enough");

  test("a signal that was aborted before", async () => {
    const { output, quicklook, left } = newFolder();
    const signal = AbortSignal.abort(reason);
    await expect(classify(path, { fn: risk, output, quicklook, signal })).rejects.toBe(reason);
    expect(left()).toEqual([]);
  });

  test.each([1, 2])("a signal that is aborted while %i workers run", async (workers) => {
    const { output, quicklook, left } = newFolder();
    const controller = new AbortController();
    const options = { fn: slow, output, quicklook, workers, signal: controller.signal };
    const job = classify(path, options);
    await expect.poll(() => job.progress?.done ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(left()).toHaveLength(2);
    controller.abort(reason);
    await expect(job).rejects.toBe(reason);
    expect(left()).toEqual([]);
  });

  test("cancel()", async () => {
    const { output, left } = newFolder();
    const job = classify(path, { fn: slow, output, workers: 2 });
    job.cancel(reason);
    await expect(job).rejects.toBe(reason);
    expect(left()).toEqual([]);
  });

  test("a worker that exits", async () => {
    const { exits } = await import("../fixtures/tasks.mjs");
    const { output, left } = newFolder();
    const job = classify(path, { fn: exits, output, workers: 2 });
    await expect(job).rejects.toMatchObject({ code: "SWATH_WORKER_DIED" });
    expect(left()).toEqual([]);
  });

  const places: readonly [string, (folder: string) => Partial<ClassifyOptions>, RegExp][] = [
    ["a missing folder", (f) => ({ output: join(f, "no", "a.tif") }), /does not exist/],
    ["a folder", (f) => ({ output: f }), /it is a folder/],
    ["below a file", (f) => ({ output: join(f, "file", "a.tif") }), /not a folder/],
    [
      "a picture in a missing folder",
      (f) => ({ output: join(f, "a.tif"), quicklook: join(f, "no", "a.png") }),
      /does not exist/,
    ],
  ];
  test.each(places)("an output that cannot be written: %s", async (_, options, message) => {
    const folder = scratch.file(`unwritable-${folders++}`);
    mkdirSync(folder);
    writeFileSync(join(folder, "file"), "");
    const job = classify(path, { fn: risk, workers: 0, ...options(folder) });
    await expect(job).rejects.toMatchObject({
      code: "SWATH_RASTER_WRITE",
      message: expect.stringMatching(message),
    });
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("an input that is cut off in the middle", async () => {
    const { output, left } = newFolder();
    const { readFileSync } = await import("node:fs");
    const cut = scratch.file("cut.tif");
    const bytes = readFileSync(path);
    writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
    const start = async () => classify(cut, { fn: risk, output, workers: 2 });
    await expect(start()).rejects.toMatchObject({ code: "SWATH_RASTER_FILE", path: cut });
    expect(left()).toEqual([]);
  });
});
