import type { ClassifyRule, MappingRule } from "./rules.ts";

/** The byte that stands for nodata unless a class has it. */
const USUAL_BYTE = 255;

/** How nodata is written as one byte. */
export interface NodataByte {
  readonly byte: number;
  /** Whether a class may turn out to be this byte too. */
  readonly mayCollide: boolean;
}

/**
 * A byte for nodata that no class of the rule has: 255, or the highest that is free.
 *
 * @returns undefined where the rule uses all 256
 */
export function nodataByteFor(rule: ClassifyRule): NodataByte | undefined {
  if (rule.kind === "function") return { byte: USUAL_BYTE, mayCollide: true };
  if (rule.kind === "breaks") {
    return rule.breaks.length < USUAL_BYTE ? { byte: USUAL_BYTE, mayCollide: false } : undefined;
  }
  const targets = targetsOf(rule);
  for (let byte = USUAL_BYTE; byte >= 0; byte--) {
    if (!targets.includes(byte)) return { byte, mayCollide: targets.includes("pass") };
  }
  return undefined;
}

/** Whether pixels without a class may come out of a raster. */
export function mayHaveNodata(
  rule: ClassifyRule,
  { nodata, dtype }: { readonly nodata: number | undefined; readonly dtype: string },
): boolean {
  if (rule.kind !== "mapping") {
    return nodata !== undefined || (rule.kind === "breaks" && dtype.startsWith("float"));
  }
  const { nodata: target = "nodata" } = rule;
  return (nodata !== undefined && target === "nodata") || targetsOf(rule).includes("nodata");
}

function targetsOf(rule: MappingRule): readonly unknown[] {
  return [rule.default, rule.nan, rule.nodata, ...rule.ranges.map(({ to }) => to)];
}
