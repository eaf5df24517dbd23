import type { Buckets, RunRecord } from "../record.ts";
import { countText, percentText, secondsText, timesText } from "./units.ts";

const LOSSES: readonly (readonly [Exclude<keyof Buckets, "useful">, string])[] = [
  ["tail", "waiting at the end"],
  ["starve", "waiting for work"],
  ["transfer", "moving data"],
  ["gc", "collecting garbage"],
  ["start", "starting workers"],
];
/** Losses below this share of the worker-seconds are not worth a word. */
const WORTH_A_WORD = 0.02;

/** The record's own verdict, or what can be said from its figures. */
export function verdictOf(record: RunRecord): string {
  if (record.verdict !== undefined) return record.verdict;
  const speed = speedSentence(record);
  const losses = lossSentence(record);
  return [speed, losses].filter((s) => s !== "").join(" ");
}

function speedSentence({ speedup, workers, efficiency, items, wall, executor }: RunRecord): string {
  if (executor === "inline" && items !== undefined && wall !== undefined) {
    return `${countText(items)} items in ${secondsText(wall)}, in place.`;
  }
  if (speedup !== undefined && workers !== undefined) {
    return `${timesText(speedup)} as fast as one thread, of ${workers} at best.`;
  }
  if (efficiency?.parallel !== undefined && workers !== undefined) {
    const busy = percentText(efficiency.parallel);
    return `${workers} worker${workers === 1 ? " was" : "s were"} busy with your function for ${busy} of the time.`;
  }
  return "What this run gained was not recorded.";
}

function lossSentence({ buckets }: RunRecord): string {
  if (buckets === undefined) return "";
  const all = Object.values(buckets as unknown as Record<string, number>).reduce((a, b) => a + b);
  if (!(all > 0)) return "";
  const losses = LOSSES.map(([key, label]) => ({ label, share: buckets[key] / all }))
    .filter(({ share }) => share >= WORTH_A_WORD)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, 2)
    .map(({ label, share }) => `${label} (${percentText(share)})`);
  if (losses.length === 0) return "";
  return `Biggest loss: ${losses.join(", then ")}.`;
}
