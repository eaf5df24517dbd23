import { openRaster, type WindowOptions } from "@swath/raster";
import fc from "fast-check";
import { map } from "swath";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TiffImage } from "../src/tiff/image.ts";
import { openTiff } from "../src/tiff/open.ts";
import { cutWindows, windowRect } from "../src/windows/cut.ts";
import { neededBytes } from "../src/windows/needed-bytes.ts";
import { pixelAt } from "../src/windows/raster-window.ts";
import { sizeOf, sumOf } from "./fixtures/tasks.mjs";
import { makeRaster, ScratchFolder, writeRaster } from "./made-raster.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

const raster = makeRaster(
  { width: 203, height: 171, dtype: "int16", nodata: -5 },
  (row, col) => ((row * 31 + col * 17) % 991) - 5,
  (row, col) => row * 203 + col,
);
let path: string;
let image: TiffImage;
beforeAll(async () => {
  path = await writeRaster(scratch.file("a.tif"), raster, ["BLOCKXSIZE=32", "BLOCKYSIZE=16"]);
  ({ image } = openTiff(path));
});

/** An image with blocks of any size; only its shape matters here. */
const anyImage = fc
  .record({
    width: fc.integer({ min: 1, max: 90 }),
    height: fc.integer({ min: 1, max: 90 }),
    blockWidth: fc.integer({ min: 1, max: 40 }),
    blockHeight: fc.integer({ min: 1, max: 40 }),
    layout: fc.constantFrom("tiles" as const, "strips" as const),
    dtype: fc.constantFrom("uint8" as const, "int16" as const, "float64" as const),
  })
  .map((shape) => {
    const blockWidth = shape.layout === "strips" ? shape.width : shape.blockWidth;
    return {
      ...shape,
      blockWidth,
      blocksAcross: Math.ceil(shape.width / blockWidth),
      blocksDown: Math.ceil(shape.height / shape.blockHeight),
    };
  });

const anyCut = anyImage.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    rows: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
    bytes: fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: undefined }),
    rect: fc.option(
      fc
        .record({
          row: fc.integer({ min: 0, max: shape.height - 1 }),
          col: fc.integer({ min: 0, max: shape.width - 1 }),
        })
        .chain(({ row, col }) =>
          fc.record({
            row: fc.constant(row),
            col: fc.constant(col),
            width: fc.integer({ min: 1, max: shape.width - col }),
            height: fc.integer({ min: 1, max: shape.height - row }),
          }),
        ),
      { nil: undefined },
    ),
  }),
);

describe("cutWindows", () => {
  test("covers every pixel of the area once, in rows of windows, and none beyond", () => {
    fc.assert(
      fc.property(anyCut, ({ shape, rows, bytes, rect }) => {
        const grid = cutWindows(shape as unknown as TiffImage, { rows, bytes, rect });
        const { width, height } = shape;
        const seen = new Uint8Array(width * height);
        let last = -1;
        for (let index = 0; index < grid.across * grid.down; index++) {
          const window = windowRect(grid, index);
          expect(window.width).toBeGreaterThan(0);
          expect(window.height).toBeGreaterThan(0);
          const place = window.row * width + window.col;
          expect(place).toBeGreaterThan(last);
          last = place;
          for (let y = window.row; y < window.row + window.height; y++) {
            for (let x = window.col; x < window.col + window.width; x++) seen[y * width + x]!++;
          }
        }
        const { row, col, ...size } = rect ?? { row: 0, col: 0, width, height };
        seen.forEach((times, i) => {
          const y = Math.floor(i / width) - row;
          const x = (i % width) - col;
          const inside = y >= 0 && y < size.height && x >= 0 && x < size.width;
          if (times !== (inside ? 1 : 0)) throw new Error(`pixel ${i} is in ${times} windows`);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("cuts along the blocks' edges, unless by rows or within a rectangle", () => {
    fc.assert(
      fc.property(anyCut, ({ shape, bytes }) => {
        const grid = cutWindows(shape as unknown as TiffImage, { bytes });
        for (let index = 0; index < grid.across * grid.down; index++) {
          const { row, col } = windowRect(grid, index);
          expect([row % shape.blockHeight, col % shape.blockWidth]).toEqual([0, 0]);
        }
      }),
    );
  });

  test("holds one window at a time to the bytes that were asked for, or one block", () => {
    const grid = cutWindows(image, { bytes: 32 * 16 * 2 * 3 });
    expect([grid.width, grid.height]).toEqual([96, 16]);
    expect([cutWindows(image, { bytes: 1 }).width]).toEqual([32]);
    expect(cutWindows(image, { rows: 1_000 })).toMatchObject({ across: 1, down: 1, height: 171 });
  });

  const wrong: readonly [object, RegExp][] = [
    [{ rows: 0 }, /`rows` to be an integer from 1 up/],
    [{ rows: 1.5 }, /`rows` to be an integer/],
    [{ bytes: 0 }, /`bytes` to be an integer from 1 up/],
    [{ rect: { row: 171, col: 0, width: 1, height: 1 } }, /`rect.row` to be an integer from 0 to/],
    [{ rect: { row: 0, col: 0, width: 0, height: 1 } }, /`rect.width` to be an integer from 1/],
    [{ rect: { row: 170, col: 0, width: 1, height: 2 } }, /inside the raster of 203 x 171 pixels/],
  ];
  test.each(wrong)("refuses %j", (options, message) => {
    expect(() => cutWindows(image, options)).toThrow(message);
  });
});

describe("raster.windows()", () => {
  const every = [
    {},
    { rows: 13 },
    { bytes: 3_000 },
    { rect: { row: 3, col: 50, width: 100, height: 99 } },
  ];

  test.each(every)("%j: the pixels are the same by both routes", async (options) => {
    const source = openRaster(path);
    const sums: unknown[] = [];
    const sizes: unknown[] = [];
    for (const route of ["read", "copy"] as const) {
      for (const halo of [0, 2]) {
        const windows = { ...options, halo, route, bytes: 3_000 };
        sums.push(await map(source.windows(windows), sumOf, { workers: halo }));
        sizes.push(await map(source.windows(windows), sizeOf, { workers: 0 }));
      }
    }
    expect([sums[2], sums[3]]).toEqual([sums[0], sums[1]]);
    expect([sizes[2], sizes[3]]).toEqual([sizes[0], sizes[1]]);
    expect((sizes[0] as unknown[]).length).toBeGreaterThan(5);
  });

  test("read in place are those that workers read", async () => {
    const { windows } = openRaster(path);
    const sums = await map(windows({ rows: 13, band: 2 }), sumOf, { workers: 0 });
    const total = Array.from(raster.bands[1]!).reduce((a, b) => a + b, 0);
    expect((sums as number[]).reduce((a, b) => a + b, 0)).toBe(total);
    expect(sums).toHaveLength(14);
    expect(await map(windows({ rows: 13, band: 2 }), sumOf, { workers: 2 })).toEqual(sums);
  });

  test("are refused with options that are not right", () => {
    const { windows } = openRaster(path);
    expect(() => windows({ band: 3 })).toThrow(/`band` to be an integer from 1 to 2/);
    expect(() => windows({ halo: -1 })).toThrow(/`halo` to be an integer from 0/);
    expect(() => windows({ route: "share" } as never)).toThrow(/`route` to be one of/);
    expect(() => windows({ row: 1 } as never)).toThrow(/options\.row/);
  });
});

test("pixelAt reaches into the halo on every side", () => {
  const data = Int16Array.from({ length: 5 * 4 }, (_, i) => i);
  const window = {
    row: 0,
    col: 0,
    width: 3,
    height: 2,
    halo: 1,
    stride: 5,
    data,
    nodata: undefined,
  };
  expect(pixelAt(window, 0, 0)).toBe(6);
  expect(pixelAt(window, -1, -1)).toBe(0);
  expect(pixelAt(window, 2, 3)).toBe(19);
});

describe("what is to be read", () => {
  const all = { row: 0, col: 0, width: 203, height: 171 };
  const bytes = () => image.blockByteCounts.reduce((sum, count) => sum + count, 0);

  async function routesOf(options: WindowOptions) {
    const job = map(openRaster(path).windows(options), sumOf, { workers: 1 });
    await job;
    return (await job.report).routes;
  }

  test("is each block of the area once", () => {
    expect(neededBytes(image, 0, all, 0)).toBe(bytes());
    // Two blocks across, two down, of 7 across.
    const counts = [0, 1, 7, 8].map((block) => image.blockByteCounts[block] as number);
    const sum = counts.reduce((total, count) => total + count, 0);
    expect(neededBytes(image, 0, { row: 15, col: 31, width: 2, height: 2 }, 0)).toBe(sum);
  });

  test.each([{}, { halo: 1 }, { halo: 20 }, { rect: { row: 3, col: 5, width: 90, height: 80 } }])(
    "%j: with the default cut it is what is read, and no advice would help",
    async (options) => {
      const { bytesRead, bytesNeeded } = await routesOf(options);
      expect(bytesRead).toBe(bytesNeeded);
    },
  );

  test("is told by reports, beside what was read", async () => {
    const cut = await routesOf({ rows: 4 });
    expect(cut.bytesNeeded).toBe(bytes());
    expect(cut.bytesRead).toBeGreaterThan(3 * bytes());
  });
});
