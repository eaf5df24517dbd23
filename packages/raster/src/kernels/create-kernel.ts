import { assertFunction, assertInteger, InvalidOptionError } from "swath/worker";
import { BYTES_PER_PIXEL, type DType } from "../dtype.ts";
import {
  assertRule,
  type ClassifyRule,
  INVALID_CODE,
  isClass,
  UNMAPPED_CODE,
} from "../rules/rules.ts";
import { type ClassRuns, classRuns } from "../rules/runs.ts";
import {
  type ClassTable,
  hasTable,
  runsFromTable,
  type TableDType,
  tableFromFunction,
  tableFromRuns,
} from "../rules/table.ts";
import { ClassKernel } from "./class-kernel.ts";
import type { Engine, Kernel } from "./kernel.ts";
import { LookupEngine, LookupWasmEngine } from "./lookup-engine.ts";
import type { PixelProblem } from "./pixel-error.ts";
import { type PixelFunction, PixelFunctionEngine } from "./pixel-function.ts";
import { runsReached, SearchEngine, searchStarts } from "./search-engine.ts";
import { ThresholdEngine } from "./threshold-engine.ts";
import { thresholdTests } from "./threshold-tests.ts";
import { hasSimd } from "./wasm-host.ts";

/** What to classify, and how. Plain data. */
export interface KernelSpec {
  readonly rule: ClassifyRule;
  readonly dtype: DType;
  /** Value of missing pixels, as it is stored in a pixel of `dtype`; NaN means NaN. */
  readonly nodata: number | undefined;
  /** Whether classes will be written: what is fastest depends on it. @default false */
  readonly write?: boolean;
  /** Byte that is written for nodata pixels. @default 255 */
  readonly nodataByte?: number;
  /** Whether to use WebAssembly where it can run. @default true */
  readonly wasm?: boolean;
}

/** Byte that is written for nodata pixels unless the spec says otherwise. */
export const DEFAULT_NODATA_BYTE = 255;

/**
 * The most tests for which comparing with every value is faster than the other way: a look-up
 * for pixels of up to 16 bits (1,800–2,000 Mpx/s), else a search (60 Mpx/s). Chosen
 * with bench/raster-kernels.mjs.
 */
const MAX_TESTS = {
  1: { count: 32, write: 20 },
  2: { count: 16, write: 8 },
  4: { count: 160, write: 96 },
  8: { count: 96, write: 48 },
} as const;

/**
 * The fastest kernel for a rule: thresholds in SIMD where the classes are few runs of values,
 * a table for other rules on up to 16 bits, else a search, or a call per pixel.
 *
 * @param fn the function of a `function` rule
 * @throws InvalidOptionError for a rule that cannot be, or a function that is missing
 */
export function createKernel(spec: KernelSpec, fn?: PixelFunction): Kernel {
  const { rule, dtype, nodata, nodataByte = DEFAULT_NODATA_BYTE } = spec;
  assertRule(rule);
  assertInteger("nodataByte", nodataByte, { min: 0, max: 255 });
  if (rule.kind !== "function") {
    const runs = classRuns(rule, dtype, nodata);
    return new ClassKernel(runsEngine(runs, spec, nodataByte), dtype, (v) => runsProblem(runs, v));
  }
  assertFunction("fn", fn);
  if (fn === undefined) throw new InvalidOptionError("fn", "a function", fn);
  const engine =
    rule.pure === true && hasTable(dtype)
      ? tableEngine(tableFromFunction(fn, dtype, nodata), dtype, spec, nodataByte)
      : new PixelFunctionEngine(fn, dtype, nodata, nodataByte);
  return new ClassKernel(engine, dtype, (value) => functionProblem(fn, nodata, value));
}

function runsEngine(runs: ClassRuns, spec: KernelSpec, nodataByte: number): Engine {
  const thresholds = thresholdEngine(runs, spec, nodataByte);
  if (thresholds !== undefined) return thresholds;
  if (!hasTable(runs.dtype)) return new SearchEngine(runs, nodataByte);
  return lookupEngine(tableFromRuns(runs), spec, nodataByte);
}

function tableEngine(
  table: ClassTable,
  dtype: TableDType,
  spec: KernelSpec,
  nodataByte: number,
): Engine {
  const runs = runsFromTable(table, dtype);
  return thresholdEngine(runs, spec, nodataByte) ?? lookupEngine(table, spec, nodataByte);
}

function lookupEngine(table: ClassTable, spec: KernelSpec, nodataByte: number): Engine {
  const Lookup = usesWasm(spec) ? LookupWasmEngine : LookupEngine;
  return new Lookup(table, nodataByte);
}

/** Undefined where the runs are too many for it. */
function thresholdEngine(
  runs: ClassRuns,
  spec: KernelSpec,
  nodataByte: number,
): ThresholdEngine | undefined {
  const { dtype } = runs;
  const most = MAX_TESTS[BYTES_PER_PIXEL[dtype]][spec.write === true ? "write" : "count"];
  // At least half of the runs need a test of their own.
  if (runs.runs.length > 2 * most + 2 || !usesWasm(spec)) return undefined;
  const tests = thresholdTests(runs);
  return tests.tests.length <= most ? new ThresholdEngine(dtype, tests, nodataByte) : undefined;
}

function usesWasm({ wasm = true }: KernelSpec): boolean {
  return wasm && hasSimd();
}

function runsProblem({ runs, nan }: ClassRuns, value: number): PixelProblem | undefined {
  const reached = runsReached(searchStarts(runs), value);
  const code = runs[reached - 1]?.code ?? nan;
  if (code === UNMAPPED_CODE) return { kind: "unmapped" };
  return code === INVALID_CODE ? { kind: "passed" } : undefined;
}

function functionProblem(
  fn: PixelFunction,
  nodata: number | undefined,
  value: number,
): PixelProblem | undefined {
  if (value === nodata || (Number.isNaN(nodata) && Number.isNaN(value))) return undefined;
  try {
    const returned: unknown = fn(value);
    return isClass(returned) ? undefined : { kind: "returned", returned };
  } catch (cause) {
    return { kind: "threw", cause };
  }
}
