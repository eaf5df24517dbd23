import { type DType, INTEGER_RANGE } from "../dtype.ts";
import { type ClassCode, INVALID_CODE, isClass, NODATA_CODE } from "./rules.ts";
import type { ClassRuns, Run } from "./runs.ts";

/** The pixel types that are small enough for a table of all values. */
export type TableDType = "uint8" | "int8" | "uint16" | "int16";

/** The code of every value: index `value & 255` or `value & 65535`, the pixel's own bits. */
export type ClassTable = Uint16Array;

/** Whether a pixel type has at most 65,536 values. */
export function hasTable(dtype: DType): dtype is TableDType {
  const range = INTEGER_RANGE[dtype];
  return range !== undefined && range[1] - range[0] < 65_536;
}

/** The table that says the same as `runs`. */
export function tableFromRuns({ dtype, runs }: ClassRuns): ClassTable {
  const [min, max] = rangeOf(dtype as TableDType);
  const size = max - min + 1;
  const table = new Uint16Array(size);
  for (const [i, { start, code }] of runs.entries()) {
    const end = runs[i + 1]?.start ?? max + 1;
    for (let value = start; value < end; value++) table[value & (size - 1)] = code;
  }
  return table;
}

/**
 * Calls `fn` once with every value of the type but `nodata`. A value for which it throws or
 * gives no class has the code {@link INVALID_CODE}: an error only if a pixel has that value.
 */
export function tableFromFunction(
  fn: (value: number) => number,
  dtype: TableDType,
  nodata: number | undefined,
): ClassTable {
  const [min, max] = rangeOf(dtype);
  const size = max - min + 1;
  const table = new Uint16Array(size);
  for (let value = min; value <= max; value++) {
    table[value & (size - 1)] = value === nodata ? NODATA_CODE : codeOf(fn, value);
  }
  return table;
}

/** The runs that say the same as `table`. */
export function runsFromTable(table: ClassTable, dtype: TableDType): ClassRuns {
  const [min, max] = rangeOf(dtype);
  const runs: Run[] = [];
  let last: ClassCode | undefined;
  for (let value = min; value <= max; value++) {
    const code = table[value & (table.length - 1)] as ClassCode;
    if (code !== last) runs.push({ start: value, code });
    last = code;
  }
  return { dtype, runs, nan: INVALID_CODE };
}

function codeOf(fn: (value: number) => number, value: number): ClassCode {
  try {
    const result = fn(value);
    return isClass(result) ? result : INVALID_CODE;
  } catch {
    return INVALID_CODE;
  }
}

function rangeOf(dtype: TableDType): readonly [number, number] {
  return INTEGER_RANGE[dtype] as readonly [number, number];
}
