import { afterAll, describe, expect, test } from "vitest";
import { BlockReader } from "../../../src/tiff/block-reader.ts";
import { openTiff } from "../../../src/tiff/open.ts";
import { grayTags, PIXELS_AT, Scratch, tinyTiff } from "../tiny-tiff.ts";

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

/** The head of a Lerc2 blob of `bytes` bytes; nothing follows it. */
function lercHead(version: number, sizes: readonly number[], bytes: number): Buffer {
  const ints = version < 3 ? [...sizes, 0, 8, bytes] : [0, ...sizes, 0, 8, bytes];
  const head = Buffer.alloc(64);
  head.write("Lerc2 ", "latin1");
  [version, ...ints].forEach((value, i) => head.writeInt32LE(value, 6 + 4 * i));
  return head;
}

async function readBlock(blob: Uint8Array): Promise<void> {
  const tags = grayTags(16, 16, [
    [259, 3, [34_887]],
    [273, 4, [PIXELS_AT]],
    [279, 4, [blob.length]],
    [50_674, 4, [4, 0]],
  ]);
  using reader = await BlockReader.open(openTiff(scratch.write(tinyTiff([tags], blob))).image);
  await reader.forEachBlock(0, 1, 0, () => undefined);
}

describe("a LERC blob is refused before anything is allocated for it", () => {
  test.each([
    [2, [30_000, 16], "16 x 30000 x 1"],
    [3, [16, 30_000], "30000 x 16 x 1"],
    [4, [30_000, 30_000, 1], "30000 x 30000 x 1"],
    [6, [16, 16, 1_000_000], "16 x 16 x 1000000"],
    [4, [-16, 16, 1], "16 x -16 x 1"],
  ])("version %i of other sizes than the block: %j", async (version, sizes, got) => {
    const message = `expected 16 x 16 x 1, got a blob of ${got}`;
    await expect(readBlock(lercHead(version, sizes, 64))).rejects.toThrow(message);
  });

  test("one that claims more bytes than there are", async () => {
    const blob = lercHead(4, [16, 16, 1], 65);
    await expect(readBlock(blob)).rejects.toThrow("it claims 65 bytes, but has 64");
  });

  test("one of the old form, and what is none", async () => {
    const old = Buffer.concat([Buffer.from("CntZImage "), Buffer.alloc(100)]);
    await expect(readBlock(old)).rejects.toThrow("LERC's old form, CntZImage");
    await expect(readBlock(Buffer.from("Lerc2 "))).rejects.toThrow("it is no LERC blob");
    await expect(readBlock(Buffer.alloc(100))).rejects.toThrow("it is no LERC blob");
  });
});
