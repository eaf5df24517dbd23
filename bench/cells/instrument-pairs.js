// Runs a job with and without its report, in turn: the time is that to the results, as in a report.
import { median } from "../statistics.js";
import { printAnswer } from "./self.js";

/** Pairs that are not looked at at all: threads start, and load the task. */
const COLD_PAIRS = 2;

/**
 * Reports are made when they are asked for; only the last one is, when all pairs are through. Making one
 * takes some time, and compiling what makes them more, which would fall on the next job, measured or not.
 *
 * @param {{ early?: number, pairs: number, turn?: number, restMs: number }} plan
 *   early: pairs told apart from the others, in which the threads' code is still being compiled;
 *   turn: 1 to begin the other way round; restMs: from the results to the next job, in which workers
 *   close the last one
 * @param {(report: boolean) => import("swath").Job<unknown>} start
 * @param {(results: any) => void} check throws if they are not right
 * @returns {Promise<{ ratios: number[], early: number[], on: number[], off: number[], share: number }>}
 *   seconds, and on ÷ off
 */
export async function timePairs({ early = 0, pairs, turn = 0, restMs }, start, check) {
  const all = [];
  let last;
  for (let pair = 0; pair < COLD_PAIRS + early + pairs; pair++) {
    const times = new Map();
    for (const report of (pair + turn) % 2 === 0 ? [true, false] : [false, true]) {
      const began = performance.now();
      const job = start(report);
      const results = await job;
      times.set(report, (performance.now() - began) / 1000);
      check(results);
      if (report) last = job;
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    all.push({ on: times.get(true), off: times.get(false) });
  }
  const { overhead } = await last.report;
  const late = all.slice(COLD_PAIRS + early);
  return {
    ratios: ratiosOf(late),
    early: ratiosOf(all.slice(COLD_PAIRS, COLD_PAIRS + early)),
    on: late.map(({ on }) => on),
    off: late.map(({ off }) => off),
    share: overhead.share,
  };
}

function ratiosOf(pairs) {
  return pairs.map(({ on, off }) => on / off);
}

export function printPairs({ ratios, early, on, off, share }) {
  printAnswer({
    seconds: median(on),
    off: median(off),
    ratio: median(ratios),
    ratios,
    early: early.length === 0 ? undefined : median(early),
    share,
  });
}
