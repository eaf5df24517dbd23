import type { SampleCosts } from "./sample-calls.ts";

/** What a loop is expected to take. Seconds. */
export interface LoopPrediction {
  /** In one thread, and half the width of its 95 % interval. */
  readonly serial: number;
  readonly serialError: number;
  /** On the workers, from … to. */
  readonly low: number;
  readonly high: number;
  /** Fewest items with which workers are faster than one thread; undefined if they never are. */
  readonly paysFrom: number | undefined;
}

/** Standard errors on either side of a mean that hold its true value in 95 % of samples. */
const Z_95 = 1.96;

/**
 * The model of a job on P workers: the caller's thread moves all items one after the other, the
 * workers share the rest, and whichever of the two takes longer decides. The lower end has the
 * workers finish together; the upper one adds the longest item, and the error of the mean.
 *
 * @param total items of the loop
 */
export function predictLoop(costs: SampleCosts, total: number): LoopPrediction {
  const { items, groups, alone, deviation, longest, together, workerMove, callerMove, start } =
    costs;
  const workers = Math.max(1, costs.workers);
  // What was run has no error: the fewer items are left, the smaller it is.
  const left = Math.sqrt(Math.max(0, 1 - items / total));
  const error = alone === 0 ? 0 : (Z_95 * left * deviation) / Math.sqrt(groups) / alone;
  const perItem = Math.max(callerMove, (together + workerMove) / workers);
  const low = start + total * perItem * Math.max(0, 1 - error);
  const high = start + total * perItem * (1 + error) + longest;
  const gain = alone - perItem;
  return {
    serial: total * alone,
    serialError: total * alone * error,
    low,
    high,
    paysFrom: gain > 0 ? Math.ceil(start / gain) : undefined,
  };
}
