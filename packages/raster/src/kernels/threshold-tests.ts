import { INTEGER_RANGE } from "../dtype.ts";
import { type ClassCode, NODATA_CODE } from "../rules/rules.ts";
import type { ClassRuns } from "../rules/runs.ts";
import { valueOrder } from "../rules/runs-order.ts";
import type { Comparison } from "./threshold-code.ts";

/** What a pixel is that passes none of the tests, and what each of them makes of it in turn. */
export interface ThresholdTests {
  readonly first: ClassCode;
  readonly tests: readonly ThresholdTest[];
}

/** Pixels that pass the comparison have `code` in place of `before`. */
export interface ThresholdTest {
  readonly comparison: Comparison;
  readonly value: number;
  readonly before: ClassCode;
  readonly code: ClassCode;
}

/**
 * The comparisons that tell the runs of a rule apart: with the start of each run, but for a single
 * value amid other values of one code, as nodata often is, for which one comparison will do.
 */
export function thresholdTests({ dtype, runs, nan }: ClassRuns): ThresholdTests {
  const order = valueOrder(dtype);
  // A NaN reaches no start, so that among floats even the first run needs a test.
  const isFloat = INTEGER_RANGE[dtype] === undefined;
  const first = isFloat ? nan : (runs[0]?.code as ClassCode);
  const tests: ThresholdTest[] = [];
  let before = first;
  for (let i = isFloat ? 0 : 1; i < runs.length; i++) {
    const { start: value, code } = runs[i] as ClassRuns["runs"][number];
    const next = runs[i + 1];
    const isLone = i > 0 && next?.code === before && next.start === order.above(value);
    tests.push({ comparison: isLone ? "equals" : "reaches", value, before, code });
    if (isLone) i++;
    else before = code;
  }
  return { first, tests };
}

/** What is written for a code; pixels that are errors may get anything. */
export function outputByte(code: ClassCode, nodataByte: number): number {
  if (code < NODATA_CODE) return code;
  return code === NODATA_CODE ? nodataByte : 0;
}
