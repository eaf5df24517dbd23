import { SHORTEST_S } from "../replay/recorded-run.ts";
import type { RunBuckets, RunRecord } from "../replay/run-record.ts";
import { serialSeconds } from "../replay/what-if.ts";
import { percentText, secondsText } from "../report/units.ts";
import { type Counsel, counsel } from "./advice.ts";
import { whySlower } from "./serial.ts";

const LOSSES: readonly (readonly [Exclude<keyof RunBuckets, "useful">, string])[] = [
  ["tail", "waiting at the end"],
  ["starve", "waiting for work"],
  ["transfer", "moving data"],
  ["gc", "collecting garbage"],
  ["start", "starting workers"],
];
/** Losses below this share of the worker-seconds are not worth a word. */
const WORTH_A_WORD = 0.02;

/**
 * The run in a sentence or three: how fast, what cost most, and what the advised changes would
 * give together. That it was slower than one thread is said first.
 *
 * @param advised what {@link counsel} says of the record, where that is known already
 */
export function verdictOf(record: RunRecord, advised: Counsel = counsel(record)): string {
  return [speedText(record), lossText(record), outlookText(record, advised)]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function speedText(record: RunRecord): string {
  const { wall, workers, executor, speedup, buckets } = record;
  if (wall === undefined || wall < SHORTEST_S) return "";
  if (executor === "inline") return `In place, in ${secondsText(wall)}.`;
  const serial = serialSeconds(record);
  if (serial === undefined || workers === undefined) return "";
  const times = serial / wall;
  // Of a damaged record.
  if (!(times > 0)) return "";
  if (times < 1) {
    const why = whySlower(record);
    return `${(1 / times).toFixed(1)}× slower than one thread${why === undefined ? "" : `: ${why}`} (SW401).`;
  }
  if (speedup !== undefined) return `${times.toFixed(2)}× of ${workers}×.`;
  const useful = ((buckets?.useful ?? 0) - queuedIn(record)) / (workers * wall);
  return `${workers} worker${workers === 1 ? " was" : "s were"} at work in the function for ${percentText(useful)} of the time.`;
}

function lossText(record: RunRecord): string {
  const { buckets, wall, workers } = record;
  if (buckets === undefined || !wall || wall < SHORTEST_S || !workers) return "";
  const seconds = [
    ...LOSSES.map(([bucket, label]) => [buckets[bucket], label] as const),
    [queuedIn(record), "waiting for a core"] as const,
  ];
  const losses = seconds
    .map(([lost, label]) => ({ label, share: lost / (wall * workers) }))
    .filter(({ share }) => share >= WORTH_A_WORD)
    .sort((a, b) => b.share - a.share)
    .slice(0, 2)
    .map(({ label, share }) => `${label} (${percentText(share)})`);
  return losses.length === 0 ? "" : `Biggest loss: ${losses.join(", then ")}.`;
}

/**
 * Seconds of the useful time in which workers were ready to run and waited for a core: there are
 * more of them than cores, or other programs run. That is told of all a thread does, of which useful
 * work has its share. 0 where the system does not tell.
 */
function queuedIn({ buckets, perWorker }: RunRecord): number {
  if (buckets === undefined) return 0;
  const { useful, transfer, gc } = buckets;
  const queued = (perWorker ?? []).reduce((sum, { runQueue }) => sum + (runQueue ?? 0), 0);
  const busy = useful + transfer + gc;
  return busy > 0 ? Math.min(queued, busy) * (useful / busy) : 0;
}

function outlookText(
  record: RunRecord,
  { advice, isWithheld, replayError, together }: Counsel,
): string {
  if (isWithheld) {
    const off = percentText(Math.abs(replayError ?? 0));
    return `Replaying the run misses its time by ${off}: advice is withheld.`;
  }
  const [first] = advice;
  if (first === undefined || together === undefined) return "";
  const what =
    advice.length === 1
      ? `One change (${first.id}) would`
      : `${advice.length} changes would together`;
  const serial = record.speedup === undefined ? undefined : serialSeconds(record);
  const times = serial === undefined ? "" : ` (${(serial / together).toFixed(2)}×)`;
  return `${what} give ${secondsText(together)}${times}.`;
}
