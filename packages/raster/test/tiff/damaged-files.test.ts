import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { isSwathError } from "swath/plugin";
import { afterAll, expect, test } from "vitest";
import { BlockReader } from "../../src/tiff/block-reader.ts";
import { openTiff } from "../../src/tiff/open.ts";
import { grayTags, Scratch, type TinyTag, tinyTiff } from "./tiny-tiff.ts";

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

const TILE = deflateSync(Uint8Array.from({ length: 256 }, (_, i) => (i * 3) & 0xff));
const TAGS: TinyTag[] = [
  [259, 3, [8]],
  [317, 3, [2]],
  [322, 3, [16]],
  [323, 3, [16]],
  [324, 4, [16, 16]],
  [325, 4, [TILE.length, TILE.length]],
];

const damage = fc.record({
  littleEndian: fc.boolean(),
  bigTiff: fc.boolean(),
  changes: fc.array(fc.tuple(fc.nat(500), fc.constantFrom(0, 1, 127, 255, 3, 16)), {
    minLength: 1,
    maxLength: 3,
  }),
});

test("a file with damaged bytes is read or refused by a SwathError, never anything else", async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(damage, async ({ changes, ...form }) => {
      const bytes = tinyTiff([grayTags(20, 15, TAGS)], TILE, form);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const path = scratch.write(bytes);
      try {
        await readAll(path);
        read++;
      } catch (error) {
        if (!isSwathError(error, "SWATH_RASTER_FILE", "SWATH_RASTER_UNSUPPORTED")) throw error;
        expect(error).toHaveProperty("path", path);
      }
    }),
    { numRuns: 500 },
  );
  expect(read).toBeGreaterThan(0);
});

async function readAll(path: string): Promise<void> {
  const { image } = openTiff(path);
  using reader = await BlockReader.open(image);
  await reader.forEachBlock(0, Math.min(50, reader.blocks), 0, (block) => {
    expect(block.width).toBeGreaterThan(0);
    expect(block.col + block.width).toBeLessThanOrEqual(image.width);
    expect(block.row + block.height).toBeLessThanOrEqual(image.height);
    expect(block.pixels.length).toBe(block.stride * block.height);
  });
}
