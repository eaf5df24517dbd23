// Runs a job with and without its report, in turn: the time is that to the results, as in a report.
import { median, quantile } from "../statistics.js";
import { printAnswer } from "./self.js";

const WARM_UP_PAIRS = 2;

/** From the results to the end of the job: workers close it, and the report is made. */
const REST_MS = 5;

/**
 * @param {number} pairs
 * @param {(report: boolean) => import("swath").Job<unknown>} start
 * @param {(results: any) => void} check throws if they are not right
 * @returns {Promise<{ ratios: number[], on: number[], off: number[], shares: number[] }>} seconds, and on ÷ off
 */
export async function timePairs(pairs, start, check) {
  const [on, off, ratios, shares] = [[], [], [], []];
  for (let pair = 0; pair < WARM_UP_PAIRS + pairs; pair++) {
    const times = new Map();
    for (const report of pair % 2 === 0 ? [true, false] : [false, true]) {
      const began = performance.now();
      const job = start(report);
      const results = await job;
      times.set(report, (performance.now() - began) / 1000);
      check(results);
      const recorded = await job.report.catch(() => undefined);
      if (report && pair >= WARM_UP_PAIRS) shares.push(recorded.overhead.share);
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    if (pair < WARM_UP_PAIRS) continue;
    on.push(times.get(true));
    off.push(times.get(false));
    ratios.push(times.get(true) / times.get(false));
  }
  return { ratios, on, off, shares };
}

/** @param first ratios that were measured before the code that measures was compiled */
export function printPairs({ ratios, on, off, shares }, first = ratios) {
  printAnswer({
    seconds: median(on),
    off: median(off),
    ratio: median(ratios),
    fastest: quantile(on, 0.25) / quantile(off, 0.25),
    ratios,
    first: median(first),
    share: median(shares),
  });
}
