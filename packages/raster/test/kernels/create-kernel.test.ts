import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createKernel, type KernelSpec } from "../../src/kernels/create-kernel.ts";
import type { PixelFunction } from "../../src/kernels/pixel-function.ts";
import { parseMapping } from "../../src/rules/mapping.ts";
import type { ClassifyRule } from "../../src/rules/rules.ts";

const TEN_BREAKS: ClassifyRule = {
  kind: "breaks",
  breaks: Array.from({ length: 10 }, (_, i) => i),
};
const MANY_BREAKS: ClassifyRule = {
  kind: "breaks",
  breaks: Array.from({ length: 99 }, (_, i) => i),
};
const PURE: ClassifyRule = { kind: "function", pure: true };
const few: PixelFunction = (v) => (v > 9 ? 1 : 0);
const many: PixelFunction = (v) => v & 1;

const CHOICES: readonly { name: string; spec: KernelSpec; fn?: PixelFunction }[] = [
  {
    name: "threshold-simd",
    spec: { rule: TEN_BREAKS, dtype: "int16", write: false, wasm: true, nodata: undefined },
  },
  {
    name: "lookup-wasm",
    spec: { rule: TEN_BREAKS, dtype: "int16", write: true, wasm: true, nodata: undefined },
  },
  {
    name: "lookup",
    spec: { rule: TEN_BREAKS, dtype: "int16", write: false, wasm: false, nodata: undefined },
  },
  {
    name: "lookup-wasm",
    spec: { rule: MANY_BREAKS, dtype: "uint8", write: false, wasm: true, nodata: undefined },
  },
  {
    name: "threshold-simd",
    spec: { rule: TEN_BREAKS, dtype: "float32", write: true, wasm: true, nodata: undefined },
  },
  {
    name: "search",
    spec: { rule: TEN_BREAKS, dtype: "float32", write: true, wasm: false, nodata: undefined },
  },
  {
    name: "threshold-simd",
    spec: { rule: MANY_BREAKS, dtype: "uint32", write: false, wasm: true, nodata: undefined },
  },
  {
    name: "search",
    spec: { rule: MANY_BREAKS, dtype: "float64", write: true, wasm: true, nodata: undefined },
  },
  {
    name: "threshold-simd",
    spec: { rule: PURE, dtype: "int16", write: true, wasm: true, nodata: undefined },
    fn: few,
  },
  {
    name: "lookup-wasm",
    spec: { rule: PURE, dtype: "int16", write: false, wasm: true, nodata: undefined },
    fn: many,
  },
  {
    name: "pixel-function",
    spec: { rule: PURE, dtype: "float32", write: false, wasm: true, nodata: undefined },
    fn: many,
  },
  {
    name: "pixel-function",
    spec: {
      rule: { kind: "function" },
      dtype: "int16",
      write: false,
      wasm: true,
      nodata: undefined,
    },
    fn: few,
  },
];

describe("createKernel", () => {
  it.each(CHOICES)("picks $name for $spec", ({ name, spec, fn }) => {
    expect(createKernel(spec, fn).name).toBe(name);
  });

  it("refuses a function rule without its function", () => {
    expect(() => createKernel({ rule: PURE, dtype: "int16", nodata: undefined })).toThrow("`fn`");
  });

  it("names the unmapped pixel", () => {
    const rule = parseMapping("[0,9]=1; NO_DATA=NO_DATA");
    const kernel = createKernel({ rule, dtype: "int16", nodata: -1 });
    const { arena } = kernel;
    arena.ensure(12);
    new Int16Array(arena.buffer, arena.base, 6).set([1, -1, 9, 10, 2, 3]);
    const block = { byteOffset: arena.base, width: 3, height: 2, stride: 3, row: 5, col: 40 };
    expect(() => kernel.run(block)).toThrow(
      "Cannot classify the pixel at row 6, column 40: the mapping has no range for its value 10. Add one, or DEFAULT",
    );
  });

  it("keeps what was read when the arena grows", () => {
    const kernel = createKernel({ rule: TEN_BREAKS, dtype: "uint8", nodata: undefined });
    const { arena } = kernel;
    arena.reserveOutput(100);
    arena.ensure(1);
    new Uint8Array(arena.buffer, arena.base, 1)[0] = 3;
    arena.ensure(1_000_000);
    const block = { byteOffset: arena.base, width: 1, height: 1, stride: 1, row: 0, col: 0 };
    kernel.run(block);
    expect(kernel.takeCounts().classes[4]).toBe(1);
    expect(arena.base % 64).toBe(0);
  });
});

const ELEVATION = resolve(
  process.env["SWATH_TEST_DATA"] ?? resolve(import.meta.dirname, "../../../../../shared/data"),
  "raster-real",
);
const absent = !existsSync(ELEVATION);

describe.skipIf(absent)(
  `the elevation model of Luxembourg${absent ? " (skipped: ../shared/data/raster-real is absent)" : ""}`,
  () => {
    it("has the counts that were worked out for it", () => {
      const expected = JSON.parse(readFileSync(resolve(ELEVATION, "class_counts.json"), "utf8"))[
        "elev.tif"
      ];
      const text = readFileSync(resolve(ELEVATION, "elev.pixels.csv"), "utf8");
      const pixels = Int16Array.from(
        text
          .trim()
          .split(/[\s,]+/)
          .map((v) => Number(v)),
      );
      const kernel = createKernel({
        rule: { kind: "breaks", breaks: expected.cuts },
        dtype: "int16",
        nodata: -32768,
      });
      const { arena } = kernel;
      arena.ensure(pixels.byteLength);
      new Int16Array(arena.buffer, arena.base, pixels.length).set(pixels);
      kernel.run({ byteOffset: arena.base, width: 95, height: 90, stride: 95, row: 0, col: 0 });
      const { classes, nodata } = kernel.takeCounts();
      expect(Array.from({ length: 5 }, (_, c) => classes[c] ?? 0)).toEqual(expected.counts);
      expect(nodata).toBe(expected.nodata);
    });
  },
);
