import { percentText, secondsText } from "../report/units.ts";
import type { Rule } from "./rule.ts";

/** Garbage collection is worth a word from this share of the time in items on. */
const MIN_SHARE = 0.1;

/** Workers spend their time on collecting garbage. */
export const garbage: Rule = {
  id: "SW601",
  find: ({ record }) => {
    if (record.buckets === undefined) return undefined;
    const { gc, useful } = record.buckets;
    const share = gc / (gc + useful || 1);
    if (share < MIN_SHARE) return undefined;
    return {
      title: "Workers spend their time on collecting garbage",
      evidence: `${secondsText(gc)} of worker time, ${percentText(share)} of the time in items`,
      change:
        "reuse buffers made in `init`; or { resourceLimits: { maxYoungGenerationSizeMb: 64 } }",
      // All of the loss would be the most; half of it, give or take half, is what is known.
      saving: { compute: 1 - share / 2 },
      uncertainty: 1,
    };
  },
};
