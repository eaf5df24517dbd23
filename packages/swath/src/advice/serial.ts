import { serialSeconds } from "../replay/what-if.ts";
import { secondsText } from "../report/units.ts";
import type { Evidence, Rule } from "./rule.ts";

/** The plain loop would have been faster. */
export const slowerThanLoop: Rule = {
  id: "SW401",
  find: (evidence) => {
    const { record, wall } = evidence;
    const serial = serialSeconds(record);
    if (serial === undefined || serial >= wall) return undefined;
    const { low, value } = record.computeScaling ?? {};
    const uncertain =
      low === undefined || value === undefined ? 0 : (serial * (value - low)) / value;
    return {
      title: "One thread would be faster",
      evidence: `${secondsText(wall)} with workers, ${secondsText(serial)} without; ${whySlower(record) ?? "the items are too few or too short"}`,
      change: '{ inline: "auto" }, which measures and decides; or { workers: 0 }, the plain loop',
      saving: wall - serial,
      uncertainty: uncertain / (wall - serial),
    };
  },
};

/** What an item takes, and what it costs to send; undefined where that is not known. */
export function whySlower({
  items,
  buckets,
  serialization,
}: Evidence["record"]): string | undefined {
  if (!items || buckets === undefined || serialization === undefined) return undefined;
  const { driverEncode = 0, driverDecode = 0 } = serialization;
  const work = buckets.useful / items;
  const moving = (buckets.transfer + driverEncode + driverDecode) / items;
  return `each item is ${secondsText(work)} of work and costs ${secondsText(moving)} to move`;
}
