import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blockByteLength,
  blockPlace,
  blockPosition,
  plainFileSize,
} from "../../../src/tiff/write/block-place.ts";
import { parseCreationOptions } from "../../../src/tiff/write/creation-options.ts";
import { planTiffOutput, type TiffOutput } from "../../../src/tiff/write/plan.ts";

function plan(output: Partial<TiffOutput>, ...creation: string[]) {
  const defaults = { path: "x.tif", width: 100, height: 100, dtype: "uint8" as const };
  return planTiffOutput({ ...defaults, ...output, creation: parseCreationOptions(creation) });
}

const FLAGSHIP = { width: 40_100, height: 38_370, dtype: "int16" as const };

describe("planTiffOutput", () => {
  it("cuts the 3.09 GB raster into 157 x 150 tiles", () => {
    const flagship = plan(FLAGSHIP, "COMPRESS=NONE");
    expect(flagship).toMatchObject({
      blocksAcross: 157,
      blocksDown: 150,
      blockCount: 23_550,
      blockBytes: 131_072,
      bigTiff: true,
    });
    expect(plainFileSize(flagship) - flagship.dataStart).toBe(3_086_745_600);
  });

  it("can be sent to a worker", () => {
    const sent = plan({ colorTable: [1], nodata: 255, metadata: [{ name: "a", value: "b" }] });
    expect(structuredClone(sent)).toEqual(sent);
  });

  it.each([
    ["default, 2 GiB exceeded", FLAGSHIP, [], true],
    ["default, small", {}, [], false],
    ["IF_SAFER, 2 GiB exceeded", FLAGSHIP, ["BIGTIFF=IF_SAFER"], true],
    ["IF_NEEDED, below 4 GiB plain", FLAGSHIP, ["BIGTIFF=IF_NEEDED", "COMPRESS=NONE"], false],
    ["IF_NEEDED, LZW may grow beyond 4 GiB", FLAGSHIP, ["BIGTIFF=IF_NEEDED", "COMPRESS=LZW"], true],
    ["NO, 2 GiB exceeded", FLAGSHIP, ["BIGTIFF=NO"], false],
    ["YES, small", {}, ["BIGTIFF=YES"], true],
  ] as const)("chooses BigTIFF by GDAL's words: %s", (_, output, creation, expected) => {
    expect(plan(output, ...creation).bigTiff).toBe(expected);
  });

  it("refuses BIGTIFF=NO for a plain file that cannot be classic", () => {
    const large = { width: 70_000, height: 70_000 };
    expect(() => plan(large, "BIGTIFF=NO", "COMPRESS=NONE")).toThrow(/BIGTIFF.*49\d+ bytes/);
  });

  it.each([
    [{ width: 0 }, [], "width"],
    [{ height: 1.5 }, [], "height"],
    [{ bands: 0 }, [], "bands"],
    [{ dtype: "int64" as never }, [], "dtype"],
    [{ nodata: -32_768 }, [], "nodata"],
    [{ nodata: Number.NaN }, [], "nodata"],
    [{ dtype: "float32" as const, nodata: 1e300 }, [], "range of float32"],
    [{ dtype: "int16" as const, colorTable: [1] }, [], "colorTable"],
    [{ bands: 2, colorTable: [1] }, [], "colorTable"],
    [{}, ["PREDICTOR=3"], "1 or 2 for uint8"],
    [{ dtype: "float64" as const }, ["PREDICTOR=2"], "1 or 3 for float64"],
    [{}, ["TILED=NO", "BLOCKXSIZE=50"], "as wide as the image (100)"],
    [{ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, [], "67108864 blocks"],
    [{ width: 2 ** 31 - 1, dtype: "int16" as const }, ["TILED=NO"], "2147483647 bytes"],
    [{}, ["BLOCKXSIZE=65536", "BLOCKYSIZE=65536"], "2147483647 bytes"],
  ] as const)("refuses %j %j", (output, creation, part) => {
    expect(() => plan(output, ...creation)).toThrow(part);
  });

  it("takes every nodata that the type holds", () => {
    expect(plan({ dtype: "float32", nodata: Number.NaN }).nodata).toBeNaN();
    expect(plan({ dtype: "float32", nodata: -3.4e38 }).nodata).toBe(Math.fround(-3.4e38));
    expect(plan({ dtype: "int16", nodata: -32_768 }).nodata).toBe(-32_768);
  });

  it("starts page-sized blocks at a page, others close behind the tables", () => {
    expect(plan({}).dataStart).toBe(4096);
    expect(plan({}, "TILED=NO").dataStart).toBeLessThan(400);
  });
});

describe("blockPlace and blockPosition", () => {
  const shapes = fc.record({
    width: fc.integer({ min: 1, max: 200 }),
    height: fc.integer({ min: 1, max: 200 }),
    bands: fc.integer({ min: 1, max: 3 }),
    dtype: fc.constantFrom("uint8" as const, "int16" as const, "float64" as const),
    creation: fc.subarray(["TILED=NO", "INTERLEAVE=BAND"]),
  });

  it("cover every sample exactly once, and the file without a gap", () => {
    fc.assert(
      fc.property(shapes, ({ creation, ...output }) => {
        const rows = creation.includes("TILED=NO")
          ? ["BLOCKYSIZE=7"]
          : ["BLOCKXSIZE=16", "BLOCKYSIZE=32"];
        const it = plan(output, "COMPRESS=NONE", ...rows, ...creation);
        const seen = new Uint8Array(it.width * it.height * it.bands);
        let position = it.dataStart;
        for (let index = 0; index < it.blockCount; index++) {
          const place = blockPlace(it, index);
          expect(blockPosition(it, index)).toBe(position);
          position += blockByteLength(it, index);
          for (let sample = 0; sample < it.samplesPerPixel; sample++) {
            for (let y = place.y; y < place.y + place.height; y++) {
              for (let x = place.x; x < place.x + place.width; x++) {
                const at = ((place.band + sample) * it.height + y) * it.width + x;
                seen[at] = (seen[at] as number) + 1;
              }
            }
          }
        }
        expect(position).toBe(plainFileSize(it));
        expect(seen.every((times) => times === 1)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("refuse a block that does not exist", () => {
    expect(() => blockPlace(plan({}), 1)).toThrow("blockIndex");
    expect(() => blockPosition(plan({}), -1)).toThrow("blockIndex");
  });
});
