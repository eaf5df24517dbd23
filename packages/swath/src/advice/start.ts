import { percentText, secondsText } from "../report/units.ts";
import type { Rule } from "./rule.ts";

/** Starting is worth a word from this share of the worker-seconds on. */
const MIN_SHARE = 0.1;

/** Starting the workers takes a large part of the run. */
export const slowStart: Rule = {
  id: "SW402",
  find: ({ record, run, wall, workers }) => {
    const start = record.buckets?.start;
    if (!run.isCold || start === undefined || start < MIN_SHARE * workers * wall) return undefined;
    return {
      title: "Starting the workers takes a large part of the run",
      evidence: `a worker was ready after ${secondsText(start / workers)}, ${percentText(start / (workers * wall))} of the run`,
      change: "await using pool = createPool(); pool.map(items, fn): threads are started once",
      saving: { isWarm: true },
    };
  },
};
