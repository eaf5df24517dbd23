import { percentText } from "../report/units.ts";
import type { Rule } from "./rule.ts";

/** From this share of the time on, the caller's thread has become what all wait for. */
const SATURATED = 0.75;

/** The caller's thread cannot send and receive as fast as the workers work. */
export const busyCoordinator: Rule = {
  id: "SW301",
  find: ({ actual, workers }) => {
    const { driverBusy } = actual;
    if (driverBusy < SATURATED || workers < 2) return undefined;
    const enough = Math.max(1, Math.floor(workers / driverBusy));
    return {
      title: "The caller's thread is what the workers wait for",
      evidence:
        `it was busy with sending and receiving for ${percentText(Math.min(1, driverBusy))} of the run: ` +
        `more than ${enough} worker${enough === 1 ? "" : "s"} cannot be kept busy so`,
      change: 'share(items) or send paths; return less: reduce(…), { into } or results: "columns"',
      saving: { route: "share", results: "stay" },
      uncertainty: 0.3,
    };
  },
};
