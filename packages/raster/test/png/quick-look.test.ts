import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classPalette } from "../../src/png/class-palette.ts";
import { QuickLook, quickLookSize } from "../../src/png/quick-look.ts";
import { sampleBlock } from "../../src/png/sample-block.ts";
import { readTinyPng } from "./tiny-png.ts";

/** With BigInt, so that the expectation does not share the rounding of what it checks. */
function centre(index: number, source: number, edge: number): number {
  return Number((BigInt(2 * index + 1) * BigInt(source)) / BigInt(2 * edge));
}

describe("quickLookSize", () => {
  it("keeps the proportion, and never enlarges", () => {
    expect(quickLookSize(40_100, 38_370)).toMatchObject({ width: 1024, height: 980 });
    expect(quickLookSize(38_370, 40_100)).toMatchObject({ width: 980, height: 1024 });
    expect(quickLookSize(300, 200)).toMatchObject({ width: 300, height: 200 });
    expect(quickLookSize(16, 100_000)).toMatchObject({ width: 1, height: 1024 });
    expect(quickLookSize(2 ** 31 - 1, 1)).toMatchObject({ width: 1024, height: 1 });
    expect(quickLookSize(300, 200, 30)).toMatchObject({ width: 30, height: 20 });
  });

  it("refuses sizes that are none", () => {
    expect(() => quickLookSize(0, 1)).toThrow("width");
    expect(() => quickLookSize(1, 1, 0)).toThrow("maxEdge");
  });
});

describe("sampleBlock", () => {
  const shapes = fc.record({
    width: fc.integer({ min: 1, max: 300 }),
    height: fc.integer({ min: 1, max: 300 }),
    maxEdge: fc.integer({ min: 1, max: 320 }),
    blockWidth: fc.integer({ min: 1, max: 90 }),
    blockHeight: fc.integer({ min: 1, max: 90 }),
    padding: fc.integer({ min: 0, max: 5 }),
  });

  it("gives every pixel of the picture once: the raster's pixel under its centre", () => {
    fc.assert(
      fc.property(shapes, ({ width, height, maxEdge, blockWidth, blockHeight, padding }) => {
        const look = quickLookSize(width, height, maxEdge);
        const classOf = (x: number, y: number) => (x * 7 + y * 13) % 251;
        const times = new Uint8Array(look.width * look.height);
        const picture = new QuickLook(look);
        for (let y = 0; y < height; y += blockHeight) {
          for (let x = 0; x < width; x += blockWidth) {
            const block = {
              x,
              y,
              width: Math.min(blockWidth, width - x),
              height: Math.min(blockHeight, height - y),
            };
            const stride = blockWidth + padding;
            const classes = new Uint8Array(stride * blockHeight).fill(255);
            for (let i = 0; i < block.width * block.height; i++) {
              const [dx, dy] = [i % block.width, Math.floor(i / block.width)];
              classes[dy * stride + dx] = classOf(x + dx, y + dy);
            }
            const patch = sampleBlock(block, classes, stride, look);
            if (patch === undefined) continue;
            picture.place(patch);
            for (let i = 0; i < patch.pixels.length; i++) {
              const column = patch.x + (i % patch.width);
              const at = (patch.y + Math.floor(i / patch.width)) * look.width + column;
              times[at] = (times[at] as number) + 1;
            }
          }
        }
        expect(times.every((count) => count === 1)).toBe(true);
        const expected = new Uint8Array(times.length).map((_, i) => {
          const x = centre(i % look.width, width, look.width);
          return classOf(x, centre(Math.floor(i / look.width), height, look.height));
        });
        expect(Buffer.compare(picture.pixels, expected)).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("is exact for the largest rasters", () => {
    const edge = 2 ** 31 - 1;
    const look = quickLookSize(edge, edge);
    const blockEdge = 2 ** 20;
    let covered = 0;
    for (let x = 0; x < edge; x += blockEdge) {
      const block = {
        x,
        y: edge >>> 1,
        width: Math.min(blockEdge, edge - x),
        height: blockEdge * 2,
      };
      covered += sampleBlock(block, new Uint8Array(0), 0, look)?.width ?? 0;
    }
    expect(covered).toBe(look.width);
  });
});

describe("QuickLook", () => {
  it("becomes a PNG with one colour per class", () => {
    const look = new QuickLook(quickLookSize(4, 2));
    look.place({ x: 1, y: 0, width: 2, height: 2, pixels: Uint8Array.of(1, 2, 3, 4) });
    const colors = classPalette(5, { nodata: 0 });
    const png = readTinyPng(look.toPng(colors));
    expect([...png.pixels]).toEqual([0, 1, 2, 0, 0, 3, 4, 0]);
    expect(png.palette).toEqual([...colors.colors]);
    expect(png.transparency).toEqual([0, 255, 255, 255, 255]);
  });

  it("refuses a patch outside the picture", () => {
    const look = new QuickLook(quickLookSize(4, 2));
    const patch = { x: 3, y: 0, width: 2, height: 1, pixels: new Uint8Array(2) };
    expect(() => look.place(patch)).toThrow("within 4 x 2");
  });
});
