import { bytesText, secondsText } from "../report/units.ts";
import type { Rule } from "./rule.ts";

/** Copies of a value that are worth a word for the memory alone. */
const MIN_COPIES = 2;
const MIN_BYTES = 256e6;

/** A value that was captured, or given by `with`, is copied to each worker. */
export const copiedBroadcast: Rule = {
  id: "SW201",
  find: ({ run, workers }) => {
    const { broadcast } = run;
    if (broadcast === undefined) return undefined;
    const { bytes, seconds } = broadcast;
    return {
      title: `${bytesText(bytes)} that the function captured, or got by \`with\`, are copied to each worker`,
      evidence:
        `${bytesText(bytes * workers)} for ${workers} workers; ` +
        `copying kept the caller's thread for ${secondsText(seconds)}`,
      change: "share(value) before the call: all workers see one memory",
      saving: { sharesBroadcast: true },
      uncertainty: 0.25,
    };
  },
};

/** Copies fill memory, whatever time they take. */
export const duplicatedMemory: Rule = {
  id: "SW501",
  find: ({ run, workers, record }) => {
    const { broadcast } = run;
    if (broadcast === undefined || workers < MIN_COPIES) return undefined;
    const copied = broadcast.bytes * workers;
    if (copied < MIN_BYTES) return undefined;
    const peak = record.memory?.peakResident;
    const of = peak === undefined ? "" : `, of ${bytesText(peak)} that the process had at its peak`;
    return {
      title: `${bytesText(broadcast.bytes)} lie in memory ${workers + 1} times`,
      evidence: `once in the caller and once in each of ${workers} workers: ${bytesText(copied)} of copies${of}`,
      change: "share(value) before the call: all workers see one memory",
      saving: { sharesBroadcast: true },
      uncertainty: 0.25,
      bytes: copied,
    };
  },
};
