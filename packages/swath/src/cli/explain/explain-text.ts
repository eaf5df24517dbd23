import type { Explanation } from "../../index.ts";
import { countText, secondsText } from "../../plugin.ts";
import type { LoopPrediction } from "./predict.ts";
import type { SampleCosts } from "./sample-calls.ts";

/** What is told of a loop beside the library's explanation. */
export interface ExplainedLoop {
  readonly explanation: Explanation;
  /** Options that the script itself sets: flags and environment do not change them. */
  readonly set: readonly string[];
  /** Cores that this process may use. */
  readonly cores: number;
  readonly analysis: LoopAnalysis | undefined;
}

/** What a sample has shown. */
export interface LoopAnalysis {
  readonly costs: SampleCosts;
  /** Items of the loop. */
  readonly total: number;
  readonly prediction: LoopPrediction;
}

/** The explanation for a terminal. */
export function explainText({ explanation, set, cores, analysis }: ExplainedLoop): string {
  const { routes, schedules } = explanation;
  return [
    String(explanation),
    `  possible    routes ${routes.join(", ")}; schedules ${schedules.join(", ")}; ${cores} core${cores === 1 ? "" : "s"}`,
    `  set         ${set.length === 0 ? "nothing by the script" : `${set.join(", ")} by the script`}`,
    ...(analysis === undefined
      ? ["  cost        not measured: --analyze runs a sample"]
      : analysisLines(analysis)),
  ].join("\n");
}

function analysisLines({ costs, total, prediction }: LoopAnalysis): readonly string[] {
  const { items, groups, alone, deviation, workerMove, callerMove, start, workers } = costs;
  const { serial, serialError, low, high, paysFrom } = prediction;
  const spread = alone === 0 ? 0 : deviation / alone;
  const spots = groups === items ? "" : ` in ${groups} places`;
  const sample = `${countText(items)} of ${countText(total)} items${spots}, spread evenly`;
  const lines = [
    `  sample      ${sample}: ${secondsText(alone)} each in one thread, coefficient of variation ${spread.toFixed(2)}`,
    `  one thread  ${secondsText(serial)} ± ${secondsText(serialError)}`,
  ];
  if (workers === 0) return lines;
  const scaling = costs.together === 0 ? 1 : alone / costs.together;
  const middle = (low + high) / 2;
  const verdict =
    paysFrom === undefined
      ? "never pays: moving an item takes longer than the item"
      : `pays from ${countText(paysFrom)} item${paysFrom === 1 ? "" : "s"}`;
  return [
    ...lines,
    `  moving      ${secondsText(workerMove)} an item in a worker, ${secondsText(callerMove)} in the caller's thread; threads ready after ${secondsText(start)}`,
    `  scaling     an item takes ${(1 / scaling).toFixed(2)} times as long while ${workers} worker${workers === 1 ? " runs" : "s run"}`,
    `  predicted   ${secondsText(low)} – ${secondsText(high)} on ${workers} worker${workers === 1 ? "" : "s"}, ${(serial / middle).toFixed(2)} times as fast as one thread; ${verdict}`,
  ];
}
