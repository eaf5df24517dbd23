import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { RasterFileError, RasterUnsupportedError } from "../../src/errors.ts";
import { BlockReader } from "../../src/tiff/block-reader.ts";
import { openTiff } from "../../src/tiff/open.ts";
import { grayTags, PIXELS_AT, Scratch, type TinyTag, tinyTiff } from "./tiny-tiff.ts";

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

const PIXELS = Uint8Array.from({ length: 12 }, (_, i) => i + 1);

function fileError(path: string): RasterFileError {
  return expectCode<RasterFileError>(() => openTiff(path), "SWATH_RASTER_FILE");
}

function unsupported(changes: readonly TinyTag[]): RasterUnsupportedError {
  const path = scratch.write(tinyTiff([grayTags(4, 3, changes)], PIXELS));
  return expectCode<RasterUnsupportedError>(() => openTiff(path), "SWATH_RASTER_UNSUPPORTED");
}

function expectCode<E>(run: () => unknown, code: string): E {
  try {
    run();
  } catch (error) {
    expect(error).toHaveProperty("code", code);
    return error as E;
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

describe("what is no TIFF is refused with path and reason", () => {
  test("a missing file", () => {
    const path = join(scratch.path, "missing.tif");
    const error = fileError(path);
    expect(error.path).toBe(path);
    expect(error.message).toMatch(/ENOENT/);
    expect(error.cause).toBeDefined();
  });

  test("a directory", () => {
    const path = join(scratch.path, "folder.tif");
    mkdirSync(path);
    expect(fileError(path).message).toMatch(/it is a directory/);
  });

  test.skipIf(process.platform === "win32")("a pipe, without waiting for its writer", () => {
    const path = join(scratch.path, "pipe.tif");
    execFileSync("mkfifo", [path]);
    expect(fileError(path).message).toMatch(/it is not a regular file/);
  });

  test("an empty file", () => {
    expect(fileError(scratch.write(new Uint8Array(0))).message).toMatch(/it is empty/);
  });

  test.each([
    ["few bytes", Buffer.from("II*"), /too few/],
    ["text", Buffer.from("hello, world"), /got "he"/],
    ["another version", Buffer.from("II\x2c\0\x08\0\0\0", "latin1"), /got 44/],
    ["a header only", Buffer.from("II*\0\0\0\0\0", "latin1"), /has no image/],
    ["a cut BigTIFF header", Buffer.from("II+\0\x08\0\0\0", "latin1"), /BigTIFF header/],
  ])("%s", (_, bytes, reason) => {
    expect(fileError(scratch.write(bytes)).message).toMatch(reason);
  });
});

describe("a corrupt or hostile header is refused before anything is allocated", () => {
  test("a first directory past the end of the file", () => {
    const error = fileError(scratch.write(Buffer.from("II*\0\0\0\0\x70", "latin1")));
    expect(error.offset).toBe(0x70_00_00_00);
    expect(error.message).toMatch(/the file ends at 8/);
  });

  test("a chain of directories that loops", () => {
    const at = PIXELS_AT + PIXELS.length;
    const error = fileError(scratch.write(tinyTiff([grayTags(4, 3)], PIXELS, {}, at)));
    expect(error.message).toMatch(/loops/);
    expect(error.offset).toBe(at);
  });

  test("a BigTIFF directory of 2^60 tags", () => {
    const bytes = tinyTiff([grayTags(4, 3)], PIXELS, { bigTiff: true });
    bytes.writeBigUInt64LE(2n ** 60n, PIXELS_AT + PIXELS.length);
    expect(fileError(scratch.write(bytes)).message).toMatch(/truncated or corrupt/);
  });

  test("every truncation of a small file is an error or a whole image", () => {
    const bytes = tinyTiff([grayTags(4, 3)], PIXELS);
    for (let length = 0; length < bytes.length; length++) {
      expect(fileError(scratch.write(bytes.subarray(0, length))).code).toBe("SWATH_RASTER_FILE");
    }
  });

  test("2147000000 x 1 pixels of 65535 bands", () => {
    const tags = grayTags(2_147_000_000, 1, [[277, 3, [65_535]]]);
    const { message } = fileError(scratch.write(tinyTiff([tags], PIXELS)));
    expect(message).toMatch(/more than the limit of 1073741824/);
  });

  test("2147000000 x 2147000000 pixels in tiles of 16 x 16", () => {
    const tags = grayTags(2_147_000_000, 2_147_000_000, [
      [322, 3, [16]],
      [323, 3, [16]],
    ]);
    expect(fileError(scratch.write(tinyTiff([tags], PIXELS))).message).toMatch(
      /holds 1 values, but the image has \d+ blocks/,
    );
  });

  test("a block table of 2^32 - 1 entries", () => {
    const bytes = tinyTiff([grayTags(4, 3, [[273, 4, [1, 2, 3]]])], PIXELS);
    const entry = PIXELS_AT + PIXELS.length + 2 + 5 * 12;
    expect(bytes.readUInt16LE(entry)).toBe(273);
    bytes.writeUInt32LE(2 ** 32 - 1, entry + 4);
    bytes.writeUInt32LE(2 ** 31, PIXELS_AT + PIXELS.length + 2 + 12 + 8);
    bytes.writeUInt32LE(1, PIXELS_AT + PIXELS.length + 2 + 7 * 12 + 8);
    expect(fileError(scratch.write(bytes)).message).toMatch(/StripOffsets|byte counts|blocks/);
  });

  test.each([
    ["width 0", [256, 4, [0]], /ImageWidth \(tag 256\).*got 0/],
    ["height 0", [257, 4, [0]], /ImageLength \(tag 257\)/],
    ["tiles of width 0", [322, 3, [0]], /TileWidth \(tag 322\)/],
    ["no bands", [277, 3, [0]], /SamplesPerPixel \(tag 277\)/],
    ["65,536 bands", [277, 4, [65_536]], /says 65536, but the most is 65535/],
  ] satisfies [string, TinyTag, RegExp][])("%s", (_, tag, reason) => {
    const path = scratch.write(tinyTiff([grayTags(4, 3, [tag])], PIXELS));
    expect(fileError(path).message).toMatch(reason);
  });

  test("thousands of directories that share one large table run out of budget", () => {
    const count = 400;
    const offsets = Array.from({ length: 1000 }, () => PIXELS_AT);
    const rows: TinyTag[] = [
      [254, 4, [1]],
      [273, 4, offsets],
      [278, 4, [1]],
      [279, 4, offsets.map(() => 1)],
    ];
    const first = tinyTiff([grayTags(1, 1000, rows)], PIXELS);
    const from = PIXELS_AT + PIXELS.length;
    const directory = first.subarray(from, from + 2 + 10 * 12 + 4);
    const copies = Array.from({ length: count }, (_, i) => {
      const copy = Buffer.from(directory);
      const here = first.length + i * directory.length;
      copy.writeUInt32LE(i === count - 1 ? 0 : here + directory.length, directory.length - 4);
      return copy;
    });
    first.writeUInt32LE(first.length, from + directory.length - 4);
    const path = scratch.write(Buffer.concat([first, ...copies]));
    expect(fileError(path).message).toMatch(/overlaps other parts of the header/);
  });
});

describe("what is out of scope is refused by name and TIFF code", () => {
  test.each([
    [2, "CCITT RLE (compression 2)"],
    [4, "CCITT Group 4 (compression 4)"],
    [6, "old-style JPEG (compression 6)"],
    [34925, "LZMA (compression 34925)"],
    [50002, "JPEG XL (compression 50002)"],
    [4711, "compression 4711"],
  ])("compression %i", (code, feature) => {
    expect(unsupported([[259, 3, [code]]]).feature).toBe(feature);
  });

  test.each([
    [1, 1, "unsigned integers of 1 bits"],
    [4, 1, "unsigned integers of 4 bits"],
    [12, 1, "unsigned integers of 12 bits"],
    [64, 2, "signed integers of 64 bits"],
    [16, 3, "floats of 16 bits"],
    [64, 6, "complex floats of 64 bits"],
  ])("%i bits, sample format %i", (bits, format, feature) => {
    const error = unsupported([
      [258, 3, [bits]],
      [339, 3, [format]],
    ]);
    expect(error.feature).toContain(feature);
  });

  test("samples of different types", () => {
    const error = unsupported([
      [258, 3, [8, 16]],
      [277, 3, [2]],
    ]);
    expect(error.feature).toContain("different types");
  });

  test("uncompressed YCbCr, reversed bits, predictor 3 on integers", () => {
    expect(unsupported([[262, 3, [6]]]).feature).toContain("YCbCr");
    expect(unsupported([[266, 3, [2]]]).feature).toContain("FillOrder 2");
    const predictor = unsupported([
      [259, 3, [8]],
      [317, 3, [3]],
    ]);
    expect(predictor.feature).toContain("predictor 3");
  });

  test("a mask of one bit per pixel does not spoil the file", () => {
    const mask = grayTags(4, 3, [
      [254, 4, [4]],
      [258, 3, [1]],
    ]);
    const file = openTiff(scratch.write(tinyTiff([grayTags(4, 3), mask], PIXELS)));
    expect(file.others).toMatchObject([{ subfileType: 4 }]);
  });

  test("an overview of another depth does not spoil the file", () => {
    const overview = grayTags(2, 2, [
      [254, 4, [1]],
      [258, 3, [1]],
    ]);
    const file = openTiff(scratch.write(tinyTiff([grayTags(4, 3), overview], PIXELS)));
    expect(file.unread).toMatchObject([
      { subfileType: 1, reason: expect.stringMatching(/1 bits/) },
    ]);
  });
});

describe("a bad block names file, byte offset, block and cause", () => {
  async function readFailure(changes: readonly TinyTag[]): Promise<RasterFileError> {
    const path = scratch.write(tinyTiff([grayTags(4, 3, changes)], PIXELS));
    using reader = await BlockReader.open(openTiff(path).image);
    const error = expectCode<RasterFileError>(
      () => reader.forEachBlock(0, reader.blocks, 0, () => undefined),
      "SWATH_RASTER_FILE",
    );
    expect(error.path).toBe(path);
    expect(error.message).toMatch(/block 0 \(row 0, column 0 of the blocks\)/);
    return error;
  }

  test("an offset past the end of the file", async () => {
    const error = await readFailure([[273, 4, [9_999_999]]]);
    expect(error.offset).toBe(9_999_999);
    expect(error.message).toMatch(/the file ends at \d+/);
  });

  test("a count past the end of the file", async () => {
    const error = await readFailure([
      [259, 3, [8]],
      [279, 4, [2 ** 31]],
    ]);
    expect(error.message).toMatch(/takes 2147483648 bytes/);
  });

  test("a short tile", async () => {
    const error = await readFailure([
      [322, 3, [4]],
      [323, 3, [3]],
      [324, 4, [PIXELS_AT]],
      [325, 4, [5]],
    ]);
    expect(error.message).toMatch(/holds 5 of the 12 bytes/);
  });

  test.each([
    [5, "LZW"],
    [8, "Deflate"],
    [32773, "PackBits"],
    [50000, "Zstandard"],
  ])("bytes that are no stream of compression %i (%s)", async (code) => {
    const error = await readFailure([[259, 3, [code]]]);
    expect(error.offset).toBe(PIXELS_AT);
    expect(error.message).toMatch(/cannot be decoded: /);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("strips of one image that are large and claim too few bytes", async () => {
    const tags = grayTags(1024, 3000, [
      [273, 4, [PIXELS_AT, PIXELS_AT + 2_097_152]],
      [278, 4, [2048]],
      [279, 4, [10, 10]],
    ]);
    const path = scratch.write(tinyTiff([tags], new Uint8Array(1024 * 3000)));
    using reader = await BlockReader.open(openTiff(path).image);
    const { message } = expectCode<RasterFileError>(
      () => reader.forEachBlock(0, reader.blocks, 0, () => undefined),
      "SWATH_RASTER_FILE",
    );
    expect(message).toMatch(/block 0 .* holds 10 of the 2097152 bytes/);
  });

  test("old-style LZW is told apart from damage", async () => {
    const old = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    const path = scratch.write(tinyTiff([grayTags(4, 3, [[259, 3, [5]]])], old));
    using reader = await BlockReader.open(openTiff(path).image);
    const error = expectCode<RasterUnsupportedError>(
      () => reader.forEachBlock(0, 1, 0, () => undefined),
      "SWATH_RASTER_UNSUPPORTED",
    );
    expect(error.feature).toContain("old-style LZW");
  });
});
