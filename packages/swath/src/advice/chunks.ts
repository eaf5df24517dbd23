import type { Change } from "../replay/change.ts";
import type { Prediction } from "../replay/replay.ts";
import { countText, secondsText } from "../report/units.ts";
import type { Evidence, Finding, Rule } from "./rule.ts";

/** Factors by which other chunk sizes are tried. */
const FACTORS = [4, 16, 64, 256, 1024] as const;

/** Chunks are so small that handing them out costs more than it gains. */
export const chunkTooSmall: Rule = {
  id: "SW101",
  find: (evidence) => {
    const { run, actual } = evidence;
    const { chunk } = run;
    if (chunk === undefined) return undefined;
    const larger = FACTORS.map((factor) => chunk * factor).filter((size) => size <= run.items);
    const best = bestOf(evidence, larger);
    if (best === undefined || best.prediction.chunks >= actual.chunks) return undefined;
    const each = actual.wall / actual.chunks;
    return {
      ...best.way,
      title: `Chunks of ${itemsText(chunk)} are too small`,
      evidence:
        `${countText(actual.chunks)} chunks, one every ${secondsText(each)}; ` +
        `${countText(best.prediction.chunks)} would do`,
    };
  },
};

/** Chunks are so large that the last ones keep all other workers waiting. */
export const chunkTooBig: Rule = {
  id: "SW102",
  find: (evidence) => {
    const { run, record, actual, wall, workers } = evidence;
    const { chunk, schedule } = run;
    // What static does with its chunks is the straggler's rule.
    if (chunk === undefined || schedule === "static") return undefined;
    const smaller = FACTORS.map((factor) => Math.floor(chunk / factor)).filter((size) => size >= 1);
    const best = bestOf(evidence, smaller);
    if (best === undefined || best.prediction.chunks <= actual.chunks) return undefined;
    const idle = record.buckets?.tail ?? actual.tail;
    return {
      ...best.way,
      title: `Chunks of ${itemsText(chunk)} are too big`,
      evidence:
        `${countText(actual.chunks)} chunks for ${workers} workers: at the end they waited ` +
        `${secondsText(idle)} in all, of ${secondsText(workers * wall)}`,
    };
  },
};

/** The best of some sizes and of none, for which the schedule finds its own. */
function bestOf(evidence: Evidence, sizes: readonly number[]): Best | undefined {
  const ways: readonly (Pick<Finding, "change"> & { readonly saving: Change })[] = [
    { change: "leave `chunk` out", saving: { chunk: null, schedule: "auto" } },
    ...sizes.map((size) => ({ change: `{ chunk: ${size} }`, saving: { chunk: size } })),
  ];
  let best: Best | undefined;
  for (const way of ways) {
    const prediction = evidence.predict(way.saving);
    if (best === undefined || prediction.wall < ENOUGH * best.prediction.wall) {
      best = { way, prediction };
    }
  }
  return best;
}

/** A later way must be better by this: the first one leaves the choice to swath. */
const ENOUGH = 0.98;

interface Best {
  readonly way: Pick<Finding, "change" | "saving">;
  readonly prediction: Prediction;
}

function itemsText(count: number): string {
  return count === 1 ? "1 item" : `${countText(count)} items`;
}
