import { percentText, secondsText } from "../report/units.ts";
import type { Rule } from "./rule.ts";

/** Below this, items take notably longer side by side than alone. */
const MEMORY_BOUND = 0.8;

/** More workers than the machine has cores. */
export const tooManyWorkers: Rule = {
  id: "SW302",
  find: ({ run, workers }) => {
    const { cores } = run;
    if (cores === undefined || workers <= cores) return undefined;
    return {
      title: `${workers} workers share ${cores} cores`,
      evidence: `the last of them was ready after ${secondsText(Math.max(...run.ready))}; work that computes is no faster for them`,
      change: `{ workers: ${cores} }`,
      saving: { workers: cores },
    };
  },
};

/** Items are slower side by side than alone. */
export const memoryBound: Rule = {
  id: "SW303",
  find: ({ record, run, workers }) => {
    const scaling = record.computeScaling;
    const isCrowded = run.cores !== undefined && workers > run.cores;
    if (scaling === undefined || scaling.value >= MEMORY_BOUND || isCrowded) return undefined;
    const { value, low, high } = scaling;
    const interval =
      low === undefined || high === undefined
        ? ""
        : ` (between ${percentText(low)} and ${percentText(high)})`;
    return {
      title: "Workers take memory bandwidth, or cache, from each other",
      evidence: `alone an item takes ${percentText(value)} of what it takes beside ${workers - 1} others${interval}`,
      change:
        "smaller types (Float32Array, Uint8Array) or smaller blocks; or fewer workers, as fast",
      // All of the loss would be the most; half of it, give or take half, is what is known.
      saving: { compute: (1 + value) / 2 },
      uncertainty: 1,
    };
  },
};
