import { type DType, INTEGER_RANGE } from "../dtype.ts";

/** The values that pixels of one type can have, NaN apart, in ascending order. */
export interface ValueOrder {
  readonly min: number;
  /** The smallest value not below `bound`; undefined past the last value. */
  atOrAbove(bound: number): number | undefined;
  /** The smallest value above `bound`; undefined past the last value. */
  above(bound: number): number | undefined;
}

/**
 * The order of a type's values. Float bounds are first rounded to the pixel's own precision,
 * as numpy does: the bound 0.7 means the float32 pixel that 0.7 is stored as.
 */
export function valueOrder(dtype: DType): ValueOrder {
  const range = INTEGER_RANGE[dtype];
  if (range !== undefined) return integerOrder(...range);
  return dtype === "float32" ? FLOAT32_ORDER : FLOAT64_ORDER;
}

function integerOrder(min: number, max: number): ValueOrder {
  const within = (value: number): number | undefined =>
    value > max ? undefined : Math.max(value, min);
  return {
    min,
    atOrAbove: (bound) => within(Math.ceil(bound)),
    above: (bound) => within(Math.floor(bound) + 1),
  };
}

const FLOAT32_MAX = 3.4028234663852886e38;

const FLOAT32_ORDER: ValueOrder = {
  min: Number.NEGATIVE_INFINITY,
  atOrAbove: (bound) => beyondFloat32(bound) ?? Math.fround(bound),
  above: (bound) => beyondFloat32(bound) ?? nextUp32(Math.fround(bound)),
};

const FLOAT64_ORDER: ValueOrder = {
  min: Number.NEGATIVE_INFINITY,
  atOrAbove: (bound) => bound,
  above: nextUp64,
};

/** The next value past a finite bound that rounds to an infinity, which it does not include. */
function beyondFloat32(bound: number): number | undefined {
  if (Number.isFinite(Math.fround(bound)) || !Number.isFinite(bound)) return undefined;
  return bound > 0 ? Number.POSITIVE_INFINITY : -FLOAT32_MAX;
}

const float32Bits = new Int32Array(1);
const float32Value = new Float32Array(float32Bits.buffer);
const float64Bits = new BigInt64Array(1);
const float64Value = new Float64Array(float64Bits.buffer);

/** Floats of one sign are ordered as their bits are; `+ 0` turns -0 into 0. */
function nextUp32(value: number): number | undefined {
  if (value === Number.POSITIVE_INFINITY) return undefined;
  float32Value[0] = value + 0;
  const bits = float32Bits[0] as number;
  float32Bits[0] = bits + (bits >= 0 ? 1 : -1);
  return float32Value[0] + 0;
}

function nextUp64(value: number): number | undefined {
  if (value === Number.POSITIVE_INFINITY) return undefined;
  float64Value[0] = value + 0;
  const bits = float64Bits[0] as bigint;
  float64Bits[0] = bits + (bits >= 0n ? 1n : -1n);
  return float64Value[0] + 0;
}
