import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createKernel } from "../../src/kernels/create-kernel.ts";
import type { Kernel, PixelBlock } from "../../src/kernels/kernel.ts";
import type { PixelFunction } from "../../src/kernels/pixel-function.ts";

const BLOCK = { width: 8, height: 4, stride: 10, row: 50, col: 20 };

/** A kernel over the int16 pixels 0, 1, 2 … in rows of ten, of which eight count. */
function setUp(fn: PixelFunction, nodata?: number): { kernel: Kernel; block: PixelBlock } {
  const kernel = createKernel({ rule: { kind: "function" }, dtype: "int16", nodata }, fn);
  kernel.arena.ensure(80);
  const { buffer, base } = kernel.arena;
  new Int16Array(buffer, base, 40).forEach((_, i, all) => {
    all[i] = i;
  });
  return { kernel, block: { ...BLOCK, byteOffset: base } };
}

describe("a function per pixel", () => {
  it("is not called for nodata and padding", () => {
    const seen: number[] = [];
    const { kernel, block } = setUp((v) => {
      seen.push(v);
      return 0;
    }, 12);
    kernel.run(block);
    expect(seen).toEqual(
      Array.from({ length: 40 }, (_, i) => i).filter((v) => v % 10 < 8 && v !== 12),
    );
    expect(kernel.takeCounts().nodata).toBe(1);
  });

  it.each([256, -1, 1.5, NaN, undefined, null, "high", true, {}, 1n, Symbol("high")])(
    "may not return %s, and the error names the first such pixel",
    (returned) => {
      const { kernel, block } = setUp((v) => (v >= 23 ? (returned as number) : 1));
      expect(() => kernel.run(block)).toThrow(
        expect.objectContaining({
          code: "SWATH_RASTER_PIXEL",
          problem: "returned",
          row: 52,
          col: 23,
          value: 23,
          returned,
        }),
      );
    },
  );

  it.each([0, 1, 2, 3, 6, 7])(
    "that throws in column %i is reported there, and called once",
    (x) => {
      let calls = 0;
      const { kernel, block } = setUp((v) => {
        if (v !== 10 + x) return 1;
        calls += 1;
        throw new Error("no such class");
      });
      expect(() => kernel.run(block)).toThrow(
        expect.objectContaining({
          problem: "threw",
          row: 51,
          col: 20 + x,
          value: 10 + x,
          message: `Cannot classify the pixel at row 51, column ${20 + x}: for its value ${10 + x} the function threw: no such class`,
        }),
      );
      expect(calls).toBe(1);
    },
  );

  it.each([4, 5, 6])("that throws in column %i, behind the last four, is reported there", (x) => {
    const { kernel, block } = setUp((v) => {
      if (v === 10 + x) throw new Error("no such class");
      return 1;
    });
    expect(() => kernel.run({ ...block, width: 7 })).toThrow(
      expect.objectContaining({ problem: "threw", row: 51, col: 20 + x, value: 10 + x }),
    );
  });

  it("names the place in neighbouring tiles that lie behind each other", () => {
    // Two tiles of 5 x 4, at row 50 and columns 20 and 25; 28 is in the second, row 1, column 3.
    const tiles = { width: 5, height: 8, stride: 5, tileHeight: 4 };
    for (const returned of [300, undefined]) {
      const { kernel, block } = setUp((v) => {
        if (v !== 28) return 1;
        if (returned === undefined) throw new Error("no such class");
        return returned;
      });
      expect(() => kernel.run({ ...block, ...tiles })).toThrow(
        expect.objectContaining({ row: 51, col: 28, value: 28 }),
      );
    }
  });

  it("names the place in neighbouring tiles whose bands are interleaved", () => {
    // Two tiles of 2 x 4 pixels of two bands; 22 is in the second, row 1, column 1.
    const tiles = { width: 2, height: 8, stride: 4, step: 2, tileHeight: 4 };
    const { kernel, block } = setUp((v) => (v === 22 ? 300 : 1));
    expect(() => kernel.run({ ...block, ...tiles })).toThrow(
      expect.objectContaining({ row: 51, col: 23, value: 22 }),
    );
  });

  it("may keep state", () => {
    let before = 0;
    const { kernel, block } = setUp((v) => {
      const rises = v > before ? 1 : 0;
      before = v;
      return rises;
    });
    kernel.run(block);
    expect(kernel.takeCounts().classes).toEqual([1, 31]);
  });

  it("whose bad result does not come again is reported with its block", () => {
    let calls = 0;
    const { kernel, block } = setUp(() => (calls++ === 3 ? -1 : 1));
    expect(() => kernel.run(block)).toThrow(
      expect.objectContaining({ problem: "unstable", row: 50 }),
    );
  });

  it("works where code cannot be made from text", () => {
    const source = new URL("../../src/kernels/create-kernel.ts", import.meta.url).href;
    const script = `
      const { createKernel } = await import(${JSON.stringify(source)});
      const kernel = createKernel({ rule: { kind: "function" }, dtype: "uint8", nodata: 3 }, (v) => v % 2);
      const { arena } = kernel;
      arena.reserveOutput(5); arena.ensure(5);
      new Uint8Array(arena.buffer, arena.base, 5).set([1, 2, 3, 4, 5]);
      const block = { byteOffset: arena.base, width: 5, height: 1, stride: 5, row: 0, col: 0 };
      kernel.run(block, { byteOffset: arena.outputOffset, stride: 5 });
      const { classes, nodata } = kernel.takeCounts();
      let message = "";
      try { (createKernelBad()).run(block) } catch (e) { message = e.message }
      function createKernelBad() {
        const bad = createKernel({ rule: { kind: "function" }, dtype: "uint8", nodata: 3 }, () => 300);
        bad.arena.reserveOutput(5); bad.arena.ensure(5);
        return bad;
      }
      console.log(JSON.stringify([...classes.slice(0, 2), nodata, ...new Uint8Array(arena.buffer, arena.outputOffset, 5), message.slice(0, 40)]));
    `;
    const flags = [
      "--import",
      "tsx",
      "--disallow-code-generation-from-strings",
      "--input-type=module",
    ];
    const text = execFileSync(process.execPath, [...flags, "-e", script], { encoding: "utf8" });
    expect(JSON.parse(text)).toEqual([
      2,
      2,
      1,
      1,
      0,
      255,
      0,
      1,
      "Cannot classify the pixel at row 0, colu",
    ]);
  });
});
