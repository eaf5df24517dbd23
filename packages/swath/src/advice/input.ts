import { bytesText, secondsText } from "../report/units.ts";
import type { Evidence, Rule } from "./rule.ts";

/** Structured clone of objects is slower than this many bytes a second, of arrays in them faster. */
const ARRAYS_BYTES_PER_S = 250e6;

/** Items that are arrays in memory of their own are copied, and could change hands. */
export const copiedArrays: Rule = {
  id: "SW202",
  find: (evidence) => {
    const cost = costOf(evidence);
    if (cost === undefined || !(cost.isArrays || cost.rate >= ARRAYS_BYTES_PER_S)) return undefined;
    return {
      title: "Arrays are copied to the workers",
      evidence: cost.text,
      change: "items.map((item) => move(item)), or share(items) if they are read again",
      saving: { route: "move" },
      uncertainty: 0.1,
    };
  },
};

/** Items are objects that workers could make or read themselves. */
export const sentItems: Rule = {
  id: "SW204",
  find: (evidence) => {
    const cost = costOf(evidence);
    if (cost === undefined) return undefined;
    return {
      title: "Workers could read their items themselves",
      evidence: cost.text,
      change: "map(paths, (path) => work(read(path))): send where an item is, not what it holds",
      saving: { route: "read" },
      uncertainty: 0.25,
    };
  },
};

/** What sending the items cost; undefined where nothing was copied. */
function costOf({ run, record, wall }: Evidence) {
  const { input, driverEncode } = run;
  if (input === undefined || input.route !== "copy" || input.copied <= 0) return undefined;
  const decode = record.serialization?.workerDecode ?? 0;
  const rate = input.copied / Math.max(driverEncode, 1e-9);
  const share = Math.round((100 * driverEncode) / wall);
  const text =
    `${bytesText(input.copied)} copied: ${secondsText(driverEncode)} of the caller's thread ` +
    `(${share} % of the run) to send them, ${secondsText(decode)} of the workers' to receive them`;
  return { rate, isArrays: (input.arrays ?? 0) > input.copied / 2, text };
}
