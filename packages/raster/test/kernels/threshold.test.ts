import { describe, expect, it } from "vitest";
import { BYTES_PER_PIXEL, pixelView } from "../../src/dtype.ts";
import { createKernel } from "../../src/kernels/create-kernel.ts";
import { DTYPES } from "./reference.ts";

describe("the threshold kernel", () => {
  it.each(DTYPES)("counts more %s pixels of one class than a lane can", (dtype) => {
    const rule = { kind: "breaks", breaks: [10, 20] } as const;
    const kernel = createKernel({ rule, dtype, nodata: undefined });
    expect(kernel.name).toBe("threshold-simd");
    const pixels = 2 * 65_536 * (16 / BYTES_PER_PIXEL[dtype]) + 5;
    const stride = pixels + 1;
    kernel.arena.ensure(2 * stride * BYTES_PER_PIXEL[dtype]);
    const { buffer, base } = kernel.arena;
    pixelView(dtype, buffer, base, 2 * stride).fill(100);
    // With a gap between them, each row goes to the kernel as a whole.
    kernel.run({ byteOffset: base, width: pixels, height: 2, stride, row: 0, col: 0 });
    expect(kernel.takeCounts().classes[2]).toBe(2 * pixels);
  });

  it("writes classes in any order of any size", () => {
    const ranges = [250, 3, 0, 255, 254].map((to, i) => ({
      min: i * 10,
      max: i * 10 + 10,
      minIncluded: true,
      maxIncluded: false,
      to,
    }));
    const kernel = createKernel({
      rule: { kind: "mapping", ranges, default: 9 },
      dtype: "float64",
      nodata: undefined,
      write: true,
    });
    const { arena } = kernel;
    arena.reserveOutput(100);
    arena.ensure(800);
    new Float64Array(arena.buffer, arena.base, 100).forEach((_, i, all) => {
      all[i] = i - 10;
    });
    const block = { byteOffset: arena.base, width: 100, height: 1, stride: 100, row: 0, col: 0 };
    kernel.run(block, { byteOffset: arena.outputOffset, stride: 100 });
    const classes = [...new Uint8Array(arena.buffer, arena.outputOffset, 100)];
    expect(classes.filter((_, i) => i % 10 === 0)).toEqual([9, 250, 3, 0, 255, 254, 9, 9, 9, 9]);
    expect(classes[59]).toBe(254);
  });
});
