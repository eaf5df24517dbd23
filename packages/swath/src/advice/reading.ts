import { bytesText } from "../report/units.ts";
import type { Rule } from "./rule.ts";

/** Bytes read for each byte needed that are worth a word. */
const MIN_AMPLIFICATION = 1.5;

/** Workers read the same bytes several times. */
export const readAmplification: Rule = {
  id: "SW502",
  find: ({ record, run }) => {
    const { bytesRead, bytesNeeded } = record.routes ?? {};
    if (typeof bytesRead !== "number" || typeof bytesNeeded !== "number" || bytesNeeded <= 0) {
      return undefined;
    }
    const amplification = bytesRead / bytesNeeded;
    const read = (record.perWorker ?? []).reduce((sum, worker) => sum + (worker.read ?? 0), 0);
    const busy = run.chunks.reduce((sum, { begin, done }) => sum + done - begin, 0);
    if (amplification < MIN_AMPLIFICATION || busy <= 0) return undefined;
    return {
      title: "Workers read the same bytes several times",
      evidence: `${bytesText(bytesRead)} read for ${bytesText(bytesNeeded)} that were needed: ${amplification.toFixed(1)} times`,
      change: "cut items along the file's blocks: whole tiles, or strips of whole block rows",
      saving: { compute: 1 - (read / busy) * (1 - 1 / amplification) },
      uncertainty: 0.25,
    };
  },
};
