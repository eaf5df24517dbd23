import { afterAll, expect, test } from "vitest";
import { BlockReader } from "../../../src/tiff/block-reader.ts";
import { openTiff } from "../../../src/tiff/open.ts";
import { grayTags, PIXELS_AT, Scratch, tinyTiff } from "../tiny-tiff.ts";

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

test("a block of another picture format than WebP is refused", async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
  const tags = grayTags(4, 4, [
    [258, 3, [8, 8, 8]],
    [259, 3, [50_001]],
    [262, 3, [2]],
    [273, 4, [PIXELS_AT]],
    [277, 3, [3]],
    [279, 4, [svg.length]],
  ]);
  using reader = await BlockReader.open(openTiff(scratch.write(tinyTiff([tags], svg))).image);
  await expect(reader.forEachBlock(0, 1, 0, () => undefined)).rejects.toThrow(
    /block 0 .* it does not start as a WebP picture/,
  );
});
