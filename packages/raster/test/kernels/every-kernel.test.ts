import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BYTES_PER_PIXEL, type DType, INTEGER_RANGE } from "../../src/dtype.ts";
import { createKernel, type KernelSpec } from "../../src/kernels/create-kernel.ts";
import type { ClassBlock, PixelBlock } from "../../src/kernels/kernel.ts";
import type { ClassifyRule, MappingRange, MappingTarget } from "../../src/rules/rules.ts";
import { DTYPES, edgeValues, expectedOutcome, place, taken } from "./reference.ts";

const NODATA_BYTE = 254;
const GUARD = 0xa5;

interface Case {
  readonly spec: KernelSpec;
  readonly fn: ((value: number) => number) | undefined;
  readonly values: readonly number[];
  readonly layout: {
    readonly width: number;
    readonly height: number;
    readonly gap: number;
    readonly step: number;
    readonly offset: number;
    readonly outOffset: number;
    readonly outGap: number;
  };
}

const target: fc.Arbitrary<MappingTarget> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 255 }) },
  fc.constant("nodata" as const),
  fc.constant("pass" as const),
);

function boundOf(dtype: DType): fc.Arbitrary<number> {
  const [min, max] = INTEGER_RANGE[dtype] ?? [-1000, 1000];
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.integer({ min: Math.max(min, -400) - 3, max: Math.min(max, 700) + 3 }),
    },
    fc.integer({ min, max }),
    fc.double({ min: -300, max: 300, noNaN: true }),
    fc.constantFrom(Infinity, -Infinity, 0.7, -0, min, max),
  );
}

function ruleOf(dtype: DType, maxRanges: number): fc.Arbitrary<ClassifyRule> {
  const bound = boundOf(dtype);
  const range: fc.Arbitrary<MappingRange> = fc
    .tuple(bound, bound, fc.boolean(), fc.boolean(), target)
    .map(([a, b, minIncluded, maxIncluded, to]) => ({
      min: Math.min(a, b),
      max: Math.max(a, b),
      minIncluded,
      maxIncluded,
      to,
    }));
  return fc.oneof(
    fc
      .uniqueArray(bound, { maxLength: maxRanges, comparator: (a, b) => a === b })
      .map((breaks) => ({ kind: "breaks" as const, breaks: breaks.sort((a, b) => a - b) })),
    fc.record(
      {
        kind: fc.constant("mapping" as const),
        ranges: fc.array(range, { maxLength: maxRanges }),
        default: target,
        nodata: target,
        nan: target,
      },
      { requiredKeys: ["kind", "ranges"] },
    ),
    fc.record({ kind: fc.constant("function" as const), pure: fc.boolean() }),
  );
}

const FUNCTIONS: readonly ((value: number) => number)[] = [
  (v) => (v <= 0 || Number.isNaN(v) ? 0 : v > 400 ? 3 : v > 150 ? 2 : 1),
  (v) => Math.abs(Math.trunc(v) % 23) || 0,
  (v) => (v > 100 ? v : 7),
];

function boundsOf(rule: ClassifyRule): readonly number[] {
  if (rule.kind === "breaks") return rule.breaks;
  return rule.kind === "mapping" ? rule.ranges.flatMap((r) => [r.min, r.max]) : [0, 150, 400];
}

function caseOf(dtype: DType, wasm: boolean, maxRanges: number): fc.Arbitrary<Case> {
  return fc.tuple(ruleOf(dtype, maxRanges), fc.constantFrom(...FUNCTIONS)).chain(([rule, fn]) => {
    const value = fc.constantFrom(...edgeValues(dtype, boundsOf(rule).filter(Number.isFinite)));
    return fc.record({
      fn: fc.constant(rule.kind === "function" ? fn : undefined),
      spec: fc.record({
        rule: fc.constant(rule),
        dtype: fc.constant(dtype),
        nodata: fc.option(value, { nil: undefined }),
        write: fc.boolean(),
        nodataByte: fc.constant(NODATA_BYTE),
        wasm: fc.constant(wasm),
      }),
      values: fc.array(value, { minLength: 1, maxLength: 60 }),
      layout: fc.record({
        width: fc.integer({ min: 1, max: 70 }),
        height: fc.integer({ min: 1, max: 5 }),
        gap: fc.constantFrom(0, 0, 1, 9),
        step: fc.constantFrom(1, 1, 1, 3),
        offset: fc.integer({ min: 0, max: 17 }),
        outOffset: fc.integer({ min: 0, max: 17 }),
        outGap: fc.constantFrom(0, 0, 5),
      }),
    });
  });
}

/** Runs one case and compares counts, output and error with the plain reference. */
function check({ spec, fn, values, layout }: Case): void {
  const { rule, dtype, nodata } = spec;
  const { width, height, step } = layout;
  const kernel = createKernel(spec, fn);
  const { arena } = kernel;
  arena.reserveOutput(1000);
  const stride = width * step + layout.gap;
  arena.ensure((layout.offset + stride * height) * BYTES_PER_PIXEL[dtype]);
  const byteOffset = arena.base + layout.offset * BYTES_PER_PIXEL[dtype];
  const block: PixelBlock = { byteOffset, width, height, stride, step, row: 100, col: 7 };
  const out: ClassBlock = {
    byteOffset: arena.outputOffset + layout.outOffset,
    stride: width + layout.outGap,
  };
  const pixels = Array.from(
    { length: width * height },
    (_, i) => values[(i * 7) % values.length] as number,
  );
  place(arena.buffer, dtype, block, pixels, values[0] as number);
  const output = new Uint8Array(arena.buffer, arena.outputOffset, 1000).fill(GUARD);

  const expected = pixels.map((v) => expectedOutcome(rule, dtype, nodata, v, fn));
  const bad = expected.indexOf("error");
  if (bad >= 0) {
    expect(() => kernel.run(block, out)).toThrow(
      expect.objectContaining({
        code: "SWATH_RASTER_PIXEL",
        row: 100 + Math.floor(bad / width),
        col: 7 + (bad % width),
        value: pixels[bad],
      }),
    );
    return;
  }

  kernel.run(block);
  kernel.run(block, out);
  const last = Math.max(-1, ...expected.filter((e) => typeof e === "number"));
  const classes = Array.from(
    { length: last + 1 },
    (_, c) => 2 * expected.filter((e) => e === c).length,
  );
  const counts = kernel.takeCounts();
  expect(counts.classes).toEqual(classes);
  expect(counts.nodata).toBe(2 * expected.filter((e) => e === "nodata").length);
  expect(taken(arena.buffer, block, out)).toEqual(
    expected.map((e) => (e === "nodata" ? NODATA_BYTE : e)),
  );
  const written = new Set(
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => layout.outOffset + y * out.stride + x),
    ).flat(),
  );
  expect(output.every((byte, i) => written.has(i) || byte === GUARD)).toBe(true);
  expect(kernel.takeCounts().nodata).toBe(0);
}

describe.each(DTYPES)("on %s", (dtype) => {
  it("the kernel for few ranges does what the plain rule does", () => {
    fc.assert(fc.property(caseOf(dtype, true, 6), check), { numRuns: 150 });
  });

  it("the kernel for many ranges does what the plain rule does", () => {
    fc.assert(fc.property(caseOf(dtype, true, 40), check), { numRuns: 60 });
  });

  it("the kernel without WebAssembly does what the plain rule does", () => {
    fc.assert(fc.property(caseOf(dtype, false, 20), check), { numRuns: 80 });
  });
});
