import { renameSync, statSync, utimesSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { heapArena } from "../../src/tiff/arena.ts";
import type { Block } from "../../src/tiff/block.ts";
import { BlockReader, type VisitOptions } from "../../src/tiff/block-reader.ts";
import type { TiffImage } from "../../src/tiff/image.ts";
import { openTiff } from "../../src/tiff/open.ts";
import {
  grayTags,
  PIXELS_AT,
  Scratch,
  type TinyForm,
  type TinyTag,
  text,
  tinyTiff,
} from "./tiny-tiff.ts";

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

function imageOf(
  width: number,
  height: number,
  tags: readonly TinyTag[],
  pixels: Uint8Array,
  form: TinyForm = {},
): TiffImage {
  const bytes = tinyTiff([grayTags(width, height, tags)], pixels, form);
  return openTiff(scratch.write(bytes)).image;
}

/** What a visitor saw, copied out of the arena. */
type Seen = Omit<Block, "pixels"> & { readonly pixels: readonly number[] };

async function blocksOf(image: TiffImage, options = {}, visit: VisitOptions = {}): Promise<Seen[]> {
  const seen: Seen[] = [];
  using reader = await BlockReader.open(image, options);
  const see = (block: Block): void => {
    seen.push({ ...block, pixels: [...block.pixels] });
  };
  await reader.forEachBlock(0, reader.blocks, 0, see, visit);
  return seen;
}

const count = (length: number, first = 0): number[] =>
  Array.from({ length }, (_, i) => (first + i) & 0xff);

/** Strips of `rows` rows of a 10-pixel-wide image, at the given offsets. */
const strips = (rows: number, offsets: number[], bytes: number[]): TinyTag[] => [
  [273, 4, offsets],
  [278, 4, [rows]],
  [279, 4, bytes],
];

describe("uncompressed strips", () => {
  test("that adjoin in the file are one block", async () => {
    const image = imageOf(10, 5, strips(2, [16, 36, 56], [20, 20, 10]), Uint8Array.from(count(50)));
    const seen = await blocksOf(image);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ index: 0, row: 0, width: 10, height: 5, pixels: count(50) });
  });

  test("stay apart where the piece is full", async () => {
    const image = imageOf(10, 5, strips(2, [16, 36, 56], [20, 20, 10]), Uint8Array.from(count(50)));
    const seen = await blocksOf(image, { pieceBytes: 40 });
    expect(seen.map(({ index, row, height }) => [index, row, height])).toEqual([
      [0, 0, 4],
      [2, 4, 1],
    ]);
  });

  test("come in the order of the file", async () => {
    const image = imageOf(10, 5, strips(2, [46, 26, 16], [20, 20, 10]), Uint8Array.from(count(50)));
    const seen = await blocksOf(image);
    expect(seen.map(({ index, pixels }) => [index, pixels[0]])).toEqual([
      [2, 0],
      [1, 10],
      [0, 30],
    ]);
  });

  test("may share bytes", async () => {
    const image = imageOf(10, 4, strips(2, [16, 16], [20, 20]), Uint8Array.from(count(20)));
    const seen = await blocksOf(image);
    expect(seen.map(({ row, pixels }) => [row, pixels])).toEqual([
      [0, count(20)],
      [2, count(20)],
    ]);
  });

  test("need no byte counts, nor right ones where one strip is all there is", async () => {
    const pixels = Uint8Array.from(count(50));
    const tags = grayTags(10, 5).filter(([tag]) => tag !== 279 && tag !== 278);
    const without = openTiff(scratch.write(tinyTiff([tags], pixels))).image;
    expect((await blocksOf(without))[0]?.pixels).toEqual(count(50));
    const short = imageOf(10, 5, [[279, 4, [3]]], pixels);
    expect((await blocksOf(short))[0]?.pixels).toEqual(count(50));
    const zero = imageOf(10, 5, strips(4, [16, 56], [0, 0]), pixels);
    expect((await blocksOf(zero))[0]?.pixels).toEqual(count(50));
  });

  test("of a large image in one strip are cut into smaller ones", async () => {
    const image = imageOf(1000, 2000, [[278, 4, [2 ** 32 - 1]]], new Uint8Array(2_000_000).fill(7));
    expect(image).toMatchObject({ blockHeight: 262, blocksDown: 8 });
    const seen = await blocksOf(image, { pieceBytes: 1 });
    expect(seen.map(({ height }) => height)).toEqual([262, 262, 262, 262, 262, 262, 262, 166]);
    expect(seen.every(({ pixels }) => pixels.every((pixel) => pixel === 7))).toBe(true);
  });
});

describe("tiles", () => {
  const tiles = (offsets: number[], bytes: number[]): TinyTag[] => [
    [322, 3, [4]],
    [323, 3, [4]],
    [324, 4, offsets],
    [325, 4, bytes],
  ];

  test("are visited without their padding, at their stride", async () => {
    const image = imageOf(
      6,
      5,
      tiles([16, 32, 48, 64], [16, 16, 16, 16]),
      Uint8Array.from(count(64)),
    );
    const seen = await blocksOf(image);
    expect(
      seen.map(({ row, col, width, height, stride }) => [row, col, width, height, stride]),
    ).toEqual([
      [0, 0, 4, 4, 4],
      [0, 4, 2, 4, 4],
      [4, 0, 4, 1, 4],
      [4, 4, 2, 1, 4],
    ]);
    expect(seen[3]?.pixels).toEqual([48, 49, 50, 51]);
  });

  describe("that may be joined", () => {
    // 14 x 9 pixels in tiles of 4 x 4: the last column and the last row are cut off by the edge.
    const offsets = Array.from({ length: 12 }, (_, i) => 16 + 16 * i);
    const sixteens = Array<number>(12).fill(16);
    const imageAt = (places: number[]): TiffImage =>
      imageOf(14, 9, tiles(places, sixteens), Uint8Array.from(count(256)));
    const shapes = (seen: readonly Seen[]) =>
      seen.map(({ index, row, col, width, height, tileHeight }) => {
        return [index, row, col, width, height, tileHeight];
      });

    test("are one block where they are whole, in one row of tiles and adjoin in the file", async () => {
      const seen = await blocksOf(imageAt(offsets), {}, { joinTiles: true });
      expect(shapes(seen)).toEqual([
        [0, 0, 0, 4, 12, 4],
        [3, 0, 12, 2, 4, undefined],
        [4, 4, 0, 4, 12, 4],
        [7, 4, 12, 2, 4, undefined],
        [8, 8, 0, 4, 1, undefined],
        [9, 8, 4, 4, 1, undefined],
        [10, 8, 8, 4, 1, undefined],
        [11, 8, 12, 2, 1, undefined],
      ]);
      expect(seen[2]?.pixels).toEqual(count(48, 64));
    });

    test("stay apart where the file has others between them", async () => {
      const [first = 0, second = 0, ...others] = offsets;
      const swapped = imageAt([second, first, ...others]);
      const seen = await blocksOf(swapped, {}, { joinTiles: true });
      expect(shapes(seen).slice(0, 3)).toEqual([
        [1, 0, 4, 4, 4, undefined],
        [0, 0, 0, 4, 4, undefined],
        [2, 0, 8, 4, 4, undefined],
      ]);
    });

    test("stay apart where the file does not hold one between them", async () => {
      const places = [...offsets];
      places[1] = 0;
      const counts = sixteens.with(1, 0);
      const image = imageOf(14, 9, tiles(places, counts), Uint8Array.from(count(256)));
      const seen = await blocksOf(image, {}, { joinTiles: true });
      expect(shapes(seen).slice(0, 3)).toEqual([
        [0, 0, 0, 4, 4, undefined],
        [1, 0, 4, 4, 4, undefined],
        [2, 0, 8, 4, 4, undefined],
      ]);
      expect(seen[1]).toMatchObject({ sparse: true });
    });

    test.each(["little", "big"])(
      "and lie at odd distances are moved together (%s endian)",
      async (order) => {
        // Tiles of 4 x 2 pixels of 4 bytes: one alone, a gap of one byte, two that adjoin.
        const pixels = Uint8Array.from(count(120));
        const tags: TinyTag[] = [
          [258, 3, [32]],
          [322, 3, [4]],
          [323, 3, [2]],
          [324, 4, [16, 49, 81]],
          [325, 4, [32, 32, 32]],
        ];
        const image = imageOf(12, 2, tags, pixels, { littleEndian: order === "little" });
        const seen = await blocksOf(image, {}, { joinTiles: true });
        expect(shapes(seen)).toEqual([
          [0, 0, 0, 4, 2, undefined],
          [1, 0, 4, 4, 4, 2],
        ]);
        const view = new DataView(pixels.buffer, 33, 64);
        const expected = Array.from({ length: 16 }, (_, i) => {
          return view.getUint32(4 * i, order === "little");
        });
        expect(seen[1]?.pixels).toEqual(expected);
      },
    );

    test("stay apart where the piece is full", async () => {
      const seen = await blocksOf(imageAt(offsets), { pieceBytes: 40 }, { joinTiles: true });
      expect(shapes(seen).slice(0, 2)).toEqual([
        [0, 0, 0, 4, 8, 4],
        [2, 0, 8, 4, 4, undefined],
      ]);
    });
  });

  test("that the file does not hold are nodata", async () => {
    const tags: TinyTag[] = [...tiles([16, 0, 0, 32], [16, 0, 0, 16]), [42113, 2, text("77")]];
    const seen = await blocksOf(imageOf(6, 5, tags, Uint8Array.from(count(32))));
    const sparse = seen.filter((block) => block.sparse).toSorted((a, b) => a.index - b.index);
    expect(sparse.map(({ index }) => index)).toEqual([1, 2]);
    expect(sparse[0]?.pixels).toEqual(Array(16).fill(77));
    expect(seen.find(({ index }) => index === 3)?.pixels).toEqual(count(4, 16));
  });

  test.each([
    [3000, 3000, 349],
    [3_000_000, 2, 1],
  ])(
    "of %i x %i pixels that the file does not hold come in pieces",
    async (width, height, rows) => {
      for (const compression of [1, 8]) {
        const changes: TinyTag[] = [
          [259, 3, [compression]],
          [273, 4, [0]],
          [279, 4, [0]],
          [42113, 2, text("5")],
        ];
        const arena = heapArena();
        const image = imageOf(width, height, changes, Uint8Array.of());
        using reader = await BlockReader.open(image, { arena });
        let seen = 0;
        await reader.forEachBlock(0, 1, 0, (block) => {
          expect(block.height).toBeLessThanOrEqual(rows);
          for (let row = 0; row < block.height; row++) {
            const start = row * block.stride;
            const pixels = block.pixels.subarray(start, start + block.width);
            expect(pixels.every((pixel) => pixel === 5)).toBe(true);
            seen += pixels.length;
          }
          block.pixels.fill(6);
        });
        expect(seen).toBe(width * height);
        expect(arena.buffer.byteLength).toBeLessThanOrEqual(1024 * 1024);
        const into = new Uint8Array(20);
        const far = { row: height - 2, col: width - 10, width: 10, height: 2 };
        await reader.readWindow(far, 0, into);
        expect([...into]).toEqual(Array(20).fill(5));
      }
    },
  );

  test("at odd distances are moved to an aligned place", async () => {
    const pixels = Uint8Array.from(count(80));
    const tags: TinyTag[] = [
      [258, 3, [32]],
      [322, 3, [4]],
      [323, 3, [2]],
      [324, 4, [17, 50]],
      [325, 4, [32, 32]],
    ];
    const seen = await blocksOf(imageOf(4, 4, tags, pixels));
    expect(seen.map(({ byteOffset }) => byteOffset % 4)).toEqual([0, 0]);
    const expected = new Uint32Array(pixels.slice(34, 66).buffer);
    expect(seen[1]?.pixels).toEqual([...expected]);
  });

  test("that are longer than their pixels are cut off", async () => {
    const packed = deflateSync(Uint8Array.from(count(30)));
    const tags: TinyTag[] = [...tiles([16], [packed.length]), [259, 3, [8]]];
    expect((await blocksOf(imageOf(4, 4, tags, packed)))[0]?.pixels).toEqual(count(16));
  });

  test("that inflate to much more than their pixels are refused", async () => {
    const bomb = deflateSync(new Uint8Array(10_000_000));
    const image = imageOf(4, 4, [...tiles([16], [bomb.length]), [259, 3, [8]]], bomb);
    await expect(blocksOf(image)).rejects.toThrow(/block 0 .* cannot be decoded/);
  });
});

describe("an arena", () => {
  test("is used from its base on, and may move as WebAssembly memory does", async () => {
    let buffer = new ArrayBuffer(1100);
    const arena = {
      base: 1000,
      get buffer() {
        return buffer;
      },
      ensure(bytes: number) {
        if (buffer.byteLength >= 1000 + bytes) return;
        structuredClone(buffer, { transfer: [buffer] });
        buffer = new ArrayBuffer(1000 + bytes);
      },
    };
    const image = imageOf(1000, 100, [], new Uint8Array(100_000).fill(9));
    const [block] = await blocksOf(image, { arena, pieceBytes: 50 });
    expect(block?.byteOffset).toBe(1008);
    expect(block?.pixels.every((pixel) => pixel === 9)).toBe(true);
    expect(new Uint8Array(buffer, 0, 1000).every((byte) => byte === 0)).toBe(true);
  });

  test("of plain memory grows and never shrinks", () => {
    const arena = heapArena();
    arena.ensure(10);
    const { buffer } = arena;
    arena.ensure(5);
    expect(arena.buffer).toBe(buffer);
    new Uint8Array(arena.buffer).fill(7);
    arena.ensure(11);
    expect([...new Uint8Array(arena.buffer)]).toEqual([...Array(10).fill(7), 0]);
  });
});

describe("readWindow", () => {
  const tags: TinyTag[] = [
    [322, 3, [4]],
    [323, 3, [4]],
    [324, 4, [64, 48, 32, 16]],
    [325, 4, [16, 16, 16, 16]],
    [42113, 2, text("200")],
  ];

  test("fills what lies outside the image", async () => {
    const image = imageOf(6, 5, tags, Uint8Array.from(count(64)));
    using reader = await BlockReader.open(image);
    const into = new Uint8Array(16);
    await reader.readWindow({ row: 3, col: 4, width: 4, height: 4 }, 0, into);
    expect([...into]).toEqual([44, 45, 200, 200, 0, 1, ...Array(10).fill(200)]);
    await reader.readWindow({ row: -9, col: 0, width: 4, height: 4 }, 0, into, 5);
    expect([...into]).toEqual(Array(16).fill(5));
  });

  test("refuses a band or a length that cannot be", async () => {
    using reader = await BlockReader.open(imageOf(6, 5, tags, Uint8Array.from(count(64))));
    const rect = { row: 0, col: 0, width: 2, height: 2 };
    expect(() => reader.readWindow(rect, 1, new Uint8Array(4))).toThrow(/`band`/);
    expect(() => reader.readWindow(rect, 0, new Uint8Array(5))).toThrow(/`into.length`/);
    expect(() => reader.forEachBlock(0, 5, 0, () => undefined)).toThrow(/`count`/);
  });
});

test("a file that was changed or replaced after it was opened is refused", async () => {
  const bytes = tinyTiff([grayTags(10, 5)], Uint8Array.from(count(50)));
  const path = scratch.write(bytes);
  const { image } = openTiff(path);
  const other = scratch.write(bytes);
  utimesSync(other, new Date(), statSync(path).mtime);
  renameSync(other, path);
  await expect(BlockReader.open(image)).rejects.toThrow(/it has changed since it was opened/);
  const again = openTiff(path).image;
  utimesSync(path, new Date(), new Date(1e9));
  await expect(BlockReader.open(again)).rejects.toMatchObject({ code: "SWATH_RASTER_FILE", path });
  using reader = await BlockReader.open(openTiff(path).image);
  expect(reader.blocks).toBe(1);
});

test("counters tell bytes and time", async () => {
  const image = imageOf(10, 5, [[273, 4, [PIXELS_AT]]], Uint8Array.from(count(50)));
  using reader = await BlockReader.open(image);
  await reader.forEachBlock(0, 1, 0, () => undefined);
  expect(reader.bytesRead).toBe(50);
  expect(reader.readMicros).toBeGreaterThan(0);
  expect(reader.maxBlockBytes).toBe(1024 * 1024);
});
