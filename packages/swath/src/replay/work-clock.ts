import type { RecordedRun } from "./recorded-run.ts";
import { speedAmong } from "./shared-cores.ts";

/** How fast threads were at any time of a run, for they shared the cores. */
export interface WorkClock {
  /** Seconds of a core of its own that a thread had which computed from `from` to `to`. */
  between(from: number, to: number): number;
  /** What a second of the driver's thread was worth, in seconds of a core of its own. */
  readonly driverSpeed: number;
}

/**
 * The clock of work done of a recorded run: with more threads at work than the machine has cores,
 * each is slower by as much. The driver's thread counts by its share of the time.
 *
 * @param driverBusy seconds of the driver's thread
 */
export function workClock(run: RecordedRun, driverBusy: number): WorkClock {
  const { cores = Infinity, chunks, wall, need = 1 } = run;
  const first = Math.min(...run.ready, wall);
  const driver = wall > first ? Math.min(1, driverBusy / (wall - first)) : 0;
  const steps = chunks
    .flatMap(({ begin, done }) => [
      { at: begin, by: 1 },
      { at: done, by: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  const times = new Float64Array(steps.length);
  const works = new Float64Array(steps.length);
  const speeds = new Float64Array(steps.length);
  const speedOf = (threads: number) => speedAmong(threads, cores, need);
  const speedBesideDriver = (threads: number) =>
    (1 - driver) * speedOf(threads) + driver * speedOf(threads + 1);
  let active = 0;
  let driverWork = 0;
  for (const [i, { at, by }] of steps.entries()) {
    const passed = i === 0 ? 0 : at - (times[i - 1] as number);
    times[i] = at;
    works[i] = i === 0 ? at : (works[i - 1] as number) + passed * (speeds[i - 1] as number);
    if (active > 0) driverWork += passed * speedOf(active + 1);
    else driverWork += passed;
    active += by;
    speeds[i] = active <= 0 ? 1 : speedBesideDriver(active);
  }
  const span = steps.length === 0 ? 0 : (times.at(-1) as number) - (times[0] as number);
  const workAt = (time: number) => {
    const i = lastAtMost(times, time);
    if (i < 0) return time;
    return (works[i] as number) + (time - (times[i] as number)) * (speeds[i] as number);
  };
  return {
    between: (from, to) => workAt(to) - workAt(from),
    driverSpeed: span > 0 ? driverWork / span : 1,
  };
}

/** Index of the last of the rising `values` that is at most `value`; -1 if none is. */
function lastAtMost(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
