import { type DType, INTEGER_RANGE } from "../dtype.ts";
import { breaksRanges } from "./breaks.ts";
import {
  type BreaksRule,
  type ClassCode,
  INVALID_CODE,
  type MappingRange,
  type MappingRule,
  type MappingTarget,
  NODATA_CODE,
  UNMAPPED_CODE,
} from "./rules.ts";
import { type ValueOrder, valueOrder } from "./runs-order.ts";

/** The pixels from `start` up to the next run's start have this code. */
export interface Run {
  readonly start: number;
  readonly code: ClassCode;
}

/** A rule for one pixel type, spelled out for all values. */
export interface ClassRuns {
  readonly dtype: DType;
  /**
   * Ascending, neighbours differ in their code; the first starts at the type's smallest
   * value, which is -Infinity for floats.
   */
  readonly runs: readonly Run[];
  /** Code of NaN pixels; integers have none. */
  readonly nan: ClassCode;
}

/**
 * The runs of a rule over all values of a pixel type. The nodata value is a run of its own,
 * cut out of the run it lies in.
 *
 * @param nodata as it is stored in a pixel of `dtype`; NaN means NaN
 */
export function classRuns(
  rule: BreaksRule | MappingRule,
  dtype: DType,
  nodata: number | undefined,
): ClassRuns {
  const mapping = rule.kind === "breaks" ? breaksMapping(rule) : rule;
  const order = valueOrder(dtype);
  const ranges = resolve(mapping, order);
  const nodataCode = fixedCode(mapping.nodata ?? "nodata", NODATA_CODE);
  const nan = Number.isNaN(nodata)
    ? nodataCode
    : fixedCode(mapping.nan ?? mapping.default, INVALID_CODE);
  const missing =
    nodata === undefined || !isPixelValue(nodata, dtype) ? [] : [single(nodata, order)];
  const cuts = cutPoints([...ranges, ...missing, ...passCuts(mapping, order)], order);
  const codes = paint(cuts, ranges, defaultOf(mapping));
  const spans = missing.map(({ min, end }) => ({ min, end, to: nodataCode }));
  return { dtype, runs: mergeRuns(cuts, paintOver(cuts, codes, spans)), nan };
}

/** Merges neighbours of the same code. */
function mergeRuns(starts: readonly number[], codes: ArrayLike<ClassCode>): readonly Run[] {
  const runs: Run[] = [];
  for (const [i, start] of starts.entries()) {
    const code = codes[i] as ClassCode;
    if (runs.at(-1)?.code !== code) runs.push({ start, code });
  }
  return runs;
}

/** The values from `min` up to, not including, `end`; undefined: up to the last value. */
interface Span {
  readonly min: number;
  readonly end: number | undefined;
  readonly to: number;
}

/** Stands for "the value itself" while codes are painted. */
const PASS = -1;

function breaksMapping(rule: BreaksRule): MappingRule {
  return { kind: "mapping", ranges: breaksRanges(rule.breaks), nan: "nodata" };
}

function defaultOf(mapping: MappingRule): number {
  return mapping.default === undefined ? UNMAPPED_CODE : targetCode(mapping.default);
}

function targetCode(target: MappingTarget): number {
  if (target === "pass") return PASS;
  return target === "nodata" ? NODATA_CODE : target;
}

/** The code of pixels that have no number of their own to pass through. */
function fixedCode(target: MappingTarget | undefined, pass: ClassCode): ClassCode {
  if (target === undefined) return UNMAPPED_CODE;
  return target === "pass" ? pass : targetCode(target);
}

/** The ranges that hold a value at all. */
function resolve(mapping: MappingRule, order: ValueOrder): readonly Span[] {
  return mapping.ranges.flatMap((range) => {
    const min = range.minIncluded ? order.atOrAbove(range.min) : order.above(range.min);
    const end = range.maxIncluded ? order.above(range.max) : order.atOrAbove(range.max);
    if (min === undefined || (end !== undefined && end <= min)) return [];
    return [{ min, end, to: targetCode(range.to) }];
  });
}

function isPixelValue(value: number, dtype: DType): boolean {
  const range = INTEGER_RANGE[dtype];
  if (range === undefined) return !Number.isNaN(value);
  return Number.isInteger(value) && value >= range[0] && value <= range[1];
}

function single(value: number, order: ValueOrder): Span {
  return { min: value + 0, end: order.above(value), to: NODATA_CODE };
}

/** Where values pass through, each class is a run of its own. */
function passCuts(mapping: MappingRule, order: ValueOrder): readonly Span[] {
  const targets: readonly (MappingTarget | undefined)[] = [
    mapping.default,
    ...mapping.ranges.map((range: MappingRange) => range.to),
  ];
  if (!targets.includes("pass")) return [];
  return Array.from({ length: 256 }, (_, value) => value)
    .filter((value) => order.atOrAbove(value) === value)
    .map((value) => single(value, order));
}

function cutPoints(spans: readonly Span[], order: ValueOrder): readonly number[] {
  const cuts = new Set([order.min]);
  for (const { min, end } of spans) {
    cuts.add(min);
    if (end !== undefined) cuts.add(end);
  }
  return [...cuts].sort((a, b) => a - b);
}

/** Codes of the values from each cut to the next; earlier spans lie on top of later ones. */
function paint(cuts: readonly number[], spans: readonly Span[], ground: number): Int32Array {
  const painted = paintOver(cuts, new Int32Array(cuts.length).fill(ground), spans.toReversed());
  return painted.map((code, i) => {
    if (code !== PASS) return code;
    const value = cuts[i] as number;
    return Number.isInteger(value) && value >= 0 && value <= 255 ? value : INVALID_CODE;
  });
}

function paintOver(cuts: readonly number[], codes: Int32Array, spans: readonly Span[]): Int32Array {
  const index = new Map(cuts.map((cut, i) => [cut, i]));
  for (const { min, end, to } of spans) {
    codes.fill(to, index.get(min), end === undefined ? cuts.length : index.get(end));
  }
  return codes;
}
