import { InvalidOptionError } from "swath/worker";
import { eachRowOfLevels } from "./levels.ts";
import { FIRST_SPLIT, type SamplePlan, type SplitLevel } from "./plan-sample.ts";

/**
 * Second pass: writes the pixels of a band, row-major, `rows` × `width` of them. Each band may
 * be filled on its own, anywhere and in any order; the bytes are always the same.
 *
 * @param bandIndex index in `plan.bands`
 * @param into at least as long as the band; what lies beyond is left alone
 * @throws InvalidOptionError if there is no such band, or `into` is too short
 */
export function fillBand(plan: SamplePlan, bandIndex: number, into: Int16Array): void {
  const band = plan.bands[bandIndex];
  const strip = band && plan.strips[band.strip];
  if (!strip) {
    throw new InvalidOptionError("bandIndex", `from 0 to ${plan.bands.length - 1}`, bandIndex);
  }
  const { width } = plan.spec;
  if (into.length < band.rows * width) {
    throw new InvalidOptionError("into", `${band.rows * width} pixels or longer`, into.length);
  }
  const seen = [...band.splitBefore];
  eachRowOfLevels(plan.spec, band, (levels, row) => {
    const start = (row - band.row) * width;
    fillRow(levels, strip.values, strip.splits, seen, into.subarray(start, start + width));
  });
}

function fillRow(
  levels: Uint16Array,
  values: Int16Array,
  splits: readonly SplitLevel[],
  seen: number[],
  into: Int16Array,
): void {
  for (let i = 0; i < levels.length; i++) {
    const value = values[levels[i] as number] as number;
    into[i] = value < FIRST_SPLIT ? value : splitValue(splits, seen, value - FIRST_SPLIT);
  }
}

/** The value of the next pixel of a split level, which is counted in `seen`. */
function splitValue(splits: readonly SplitLevel[], seen: number[], index: number): number {
  const { ends, values } = splits[index] as SplitLevel;
  const rank = seen[index] as number;
  seen[index] = rank + 1;
  let type = 0;
  while (type < ends.length && rank >= (ends[type] as number)) type++;
  return values[type] as number;
}
