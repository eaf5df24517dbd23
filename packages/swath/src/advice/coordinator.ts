import { percentText, secondsText } from "../report/units.ts";
import type { Finding, Rule } from "./rule.ts";

/** From this share of the time on, the caller's thread has become what all wait for. */
const SATURATED = 0.75;
/** Sending and receiving are what it does if they take this share of that. */
const CODING_SHARE = 0.5;

/** The caller's thread cannot keep its workers busy. */
export const busyCoordinator: Rule = {
  id: "SW301",
  find: ({ run, actual, wall, workers }) => {
    const { driverBusy } = actual;
    if (driverBusy < SATURATED || workers < 2) return undefined;
    const busy = Math.min(wall, run.driverBusy ?? driverBusy * wall);
    const coding = run.driverEncode + run.driverDecode;
    const enough = Math.max(1, Math.floor(workers / driverBusy));
    return {
      ...cureOf(coding >= CODING_SHARE * busy),
      title: "The caller's thread is what the workers wait for",
      evidence:
        `it was busy for ${percentText(busy / wall)} of the run, with sending and receiving for ` +
        `${secondsText(coding)} of ${secondsText(busy)}; more than ${enough} worker` +
        `${enough === 1 ? "" : "s"} cannot be kept busy so`,
      uncertainty: 0.3,
      // What says the same, and more exactly.
      unless: ["SW101", "SW202", "SW203", "SW204"],
    };
  },
};

function cureOf(isCoding: boolean): Pick<Finding, "change" | "saving"> {
  return isCoding
    ? {
        change: "share(items) or send paths; return less, by reduce(…), { into } or columns",
        saving: { route: "share", results: "stay" },
      }
    : {
        change: "do your own work after the job, or in a thread of its own; larger chunks",
        saving: { isDriverFree: true },
      };
}
