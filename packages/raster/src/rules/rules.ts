import { InvalidOptionError } from "swath/worker";

/** How pixel values become classes. Plain data: a rule crosses to workers by structured clone. */
export type ClassifyRule = BreaksRule | MappingRule | FunctionRule;

/**
 * Class `i` holds `breaks[i - 1] <= value < breaks[i]`: the lower bound is inside, as in
 * `numpy.digitize`; class 0 lies below all breaks. Nodata and NaN are counted as nodata.
 */
export interface BreaksRule {
  readonly kind: "breaks";
  /** Ascending, at most 255. */
  readonly breaks: readonly number[];
}

/**
 * Ranges of values and what they become, as in GDAL's `gdal raster reclassify`. The first
 * range that holds a value decides. A value in no range is an error unless `default` is given.
 */
export interface MappingRule {
  readonly kind: "mapping";
  readonly ranges: readonly MappingRange[];
  /** For values in no range. @default an error that names the pixel */
  readonly default?: MappingTarget;
  /** For nodata pixels, whatever the ranges say. @default "nodata" */
  readonly nodata?: MappingTarget;
  /** For NaN, unless NaN is the nodata value. @default what `default` says */
  readonly nan?: MappingTarget;
}

/** The values from `min` to `max`; equal and both included for a single value. */
export interface MappingRange {
  readonly min: number;
  readonly max: number;
  readonly minIncluded: boolean;
  readonly maxIncluded: boolean;
  readonly to: MappingTarget;
}

/** A class from 0 to 255; `pass`: the value itself, which must be one; `nodata`: no class. */
export type MappingTarget = number | "pass" | "nodata";

/** A function from a pixel's value to a class from 0 to 255; it is given beside the rule. */
export interface FunctionRule {
  readonly kind: "function";
  /**
   * Whether the class depends on nothing but the value. Pixels of up to 16 bits are then
   * classified by a table of all values. @default false
   */
  readonly pure?: boolean;
}

/** What becomes of a pixel: a class from 0 to 255, or one of the codes below. */
export type ClassCode = number;

/** The pixel has no class. */
export const NODATA_CODE = 256;
/** The pixel's value is in no range of the mapping: an error. */
export const UNMAPPED_CODE = 257;
/** What the rule gives is not an integer from 0 to 255: an error. */
export const INVALID_CODE = 258;
/** Number of codes, classes included. */
export const CODE_COUNT = 259;

/** @throws InvalidOptionError if the rule breaks one of the limits its type cannot state */
export function assertRule(rule: ClassifyRule): void {
  switch (rule.kind) {
    case "breaks":
      return assertBreaks(rule.breaks);
    case "mapping":
      return assertMapping(rule);
    case "function":
      return;
    default:
      rule satisfies never;
      throw new InvalidOptionError("rule", 'of kind "breaks", "mapping" or "function"', rule);
  }
}

/** Whether a value can be a class: an integer from 0 to 255. */
export function isClass(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function assertBreaks(breaks: readonly number[]): void {
  const ascend = breaks.every(
    (b, i) => !Number.isNaN(b) && (i === 0 || b > (breaks[i - 1] as number)),
  );
  if (breaks.length <= 255 && ascend) return;
  throw new InvalidOptionError("breaks", "at most 255 ascending numbers", breaks);
}

function assertMapping(rule: MappingRule): void {
  for (const [i, { min, max, to }] of rule.ranges.entries()) {
    // Written so that NaN fails.
    if (!(min <= max)) {
      throw new InvalidOptionError(`ranges[${i}]`, "two ascending bounds", [min, max]);
    }
    assertTarget(`ranges[${i}].to`, to);
  }
  if (rule.default !== undefined) assertTarget("default", rule.default);
  if (rule.nodata !== undefined) assertTarget("nodata", rule.nodata);
  if (rule.nan !== undefined) assertTarget("nan", rule.nan);
}

function assertTarget(name: string, target: MappingTarget): void {
  if (target === "pass" || target === "nodata" || isClass(target)) return;
  throw new InvalidOptionError(name, 'a class from 0 to 255, "pass" or "nodata"', target);
}
