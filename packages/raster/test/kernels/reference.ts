import {
  BYTES_PER_PIXEL,
  type DType,
  INTEGER_RANGE,
  type Pixels,
  pixelView,
} from "../../src/dtype.ts";
import type { ClassBlock, PixelBlock } from "../../src/kernels/kernel.ts";
import type { ClassifyRule, MappingTarget } from "../../src/rules/rules.ts";

export const DTYPES = Object.keys(BYTES_PER_PIXEL) as DType[];

/** What a pixel should become, worked out in the plainest way. */
export type Outcome = number | "nodata" | "error";

export function expectedOutcome(
  rule: ClassifyRule,
  dtype: DType,
  nodata: number | undefined,
  value: number,
  fn?: (value: number) => number,
): Outcome {
  const isNodata = Number.isNaN(nodata) ? Number.isNaN(value) : value === nodata;
  switch (rule.kind) {
    case "breaks":
      if (isNodata || Number.isNaN(value)) return "nodata";
      return rule.breaks.filter((b) => value >= rounded(b, dtype)).length;
    case "mapping": {
      if (isNodata)
        return rule.nodata === "pass" ? "nodata" : outcome(rule.nodata ?? "nodata", value);
      if (Number.isNaN(value) && rule.nan !== undefined) return outcome(rule.nan, value);
      const range = rule.ranges.find((r) => {
        const min = rounded(r.min, dtype);
        const max = rounded(r.max, dtype);
        return (
          (value > min || (r.minIncluded && value === min)) &&
          (value < max || (r.maxIncluded && value === max))
        );
      });
      const target = range?.to ?? rule.default;
      return target === undefined ? "error" : outcome(target, value);
    }
    case "function": {
      if (isNodata) return "nodata";
      return outcome((fn as (value: number) => number)(value), value);
    }
  }
}

function outcome(target: MappingTarget, value: number): Outcome {
  if (target === "nodata") return "nodata";
  const result = (target === "pass" ? value : target) + 0;
  return Number.isInteger(result) && result >= 0 && result <= 255 ? result : "error";
}

function rounded(bound: number, dtype: DType): number {
  return dtype === "float32" ? Math.fround(bound) : bound;
}

/** Puts pixels into an arena as the block says; everything between them is `filler`. */
export function place(
  buffer: ArrayBufferLike,
  dtype: DType,
  block: PixelBlock,
  values: ArrayLike<number>,
  filler: number,
): Pixels {
  const step = block.step ?? 1;
  const length = (block.height - 1) * block.stride + (block.width - 1) * step + 1;
  const view = pixelView(dtype, buffer, block.byteOffset, length).fill(filler);
  for (let y = 0; y < block.height; y++) {
    for (let x = 0; x < block.width; x++) {
      view[y * block.stride + x * step] = values[y * block.width + x] as number;
    }
  }
  return view;
}

/** The classes that lie at `out`, row after row, without what is between the rows. */
export function taken(buffer: ArrayBufferLike, block: PixelBlock, out: ClassBlock): number[] {
  return Array.from({ length: block.height }, (_, y) => [
    ...new Uint8Array(buffer, out.byteOffset + y * out.stride, block.width),
  ]).flat();
}

/** Values worth testing: ends of the type, around the given numbers, and the odd ones. */
export function edgeValues(dtype: DType, around: readonly number[]): number[] {
  const range = INTEGER_RANGE[dtype];
  const one = pixelView(dtype, new ArrayBuffer(8), 0, 1);
  const near = around.flatMap((v) => [
    v - 1,
    v,
    v + 1,
    v - 0.5,
    v * (1 + 2 ** -23),
    v * (1 - 2 ** -24),
  ]);
  if (range !== undefined) {
    const whole = [...near.map(Math.round), ...range, 0, 1, 255, 256];
    return whole.filter((v) => v >= range[0] && v <= range[1]).map((v) => v + 0);
  }
  const odd = [
    NaN,
    -0,
    0,
    Infinity,
    -Infinity,
    1e-45,
    5e-324,
    -3.4028234663852886e38,
    0.7,
    255,
    256,
  ];
  return [...near, ...odd].map((v) => {
    one[0] = v;
    return one[0] as number;
  });
}
