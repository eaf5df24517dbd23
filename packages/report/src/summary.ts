import { bytesText, countText, NOT_RECORDED, percentText, secondsText } from "./figures/units.ts";
import { verdictOf } from "./figures/verdict.ts";
import type { RunRecord } from "./record.ts";

const BUCKETS = [
  ["useful", "useful work"],
  ["tail", "waiting at the end"],
  ["transfer", "moving data"],
  ["starve", "waiting for work"],
  ["gc", "garbage collection"],
  ["start", "starting workers"],
] as const;

/** No clock tells less. */
const SHORTEST_S = 1e-9;

/** What a page without scripts shows: the record in a dozen lines. */
export function summaryText(record: RunRecord): string {
  const { items, wall, workers, schedule, buckets, serialization, memory, ratio } = record;
  const say = <T>(value: T | undefined, text: (value: T) => string) =>
    value === undefined ? NOT_RECORDED : text(value);
  const all = (wall ?? 0) * (workers ?? 0);
  return [
    verdictOf(record),
    "",
    `items              ${say(items, countText)}`,
    `wall time          ${say(wall, secondsText)}`,
    `workers            ${say(workers, countText)}`,
    `schedule           ${say(schedule, String)}`,
    ...BUCKETS.map(([key, label]) => {
      const share = all > SHORTEST_S && buckets !== undefined ? buckets[key] / all : undefined;
      return `${label.padEnd(18)} ${say(buckets?.[key], secondsText)} (${say(share, percentText)})`;
    }),
    `compute : comm.    ${say(ratio, (r) => (r === null ? "nothing was moved" : `${r.toFixed(1)} : 1`))}`,
    `bytes out          ${say(serialization?.bytesOut, bytesText)}`,
    `bytes back         ${say(serialization?.bytesIn, bytesText)}`,
    `peak memory        ${say(memory?.peakResident, bytesText)}`,
  ].join("\n");
}
