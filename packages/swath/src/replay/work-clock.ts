import { machineOf } from "./machine-of.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { speedAmong } from "./shared-cores.ts";

/** How fast threads were at any time of a run, for they shared a machine. */
export interface WorkClock {
  /** Seconds of a machine of its own that a thread had which computed from `from` to `to`. */
  between(from: number, to: number): number;
  /** What a second of a worker in its chunks was worth, in seconds of a machine of its own. */
  readonly workerSpeed: number;
  /** The same of the driver's thread. */
  readonly driverSpeed: number;
}

/**
 * The clock of work done of a recorded run: beside others each thread is slower. The driver's
 * thread counts by its share of the time.
 *
 * @param driverBusy seconds of the driver's thread, from when the first worker was ready
 */
export function workClock(run: RecordedRun, driverBusy: number): WorkClock {
  const { chunks, wall } = run;
  const machine = machineOf(run);
  const { stretches, duty } = activityOf(run);
  const first = Math.min(...run.ready, wall);
  const driver = wall > first ? Math.min(1, driverBusy / (wall - first)) : 0;
  const steps = stretches
    .flatMap(({ begin, done }) => [
      { at: begin, by: 1 },
      { at: done, by: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  const times = new Float64Array(steps.length);
  const works = new Float64Array(steps.length);
  const speeds = new Float64Array(steps.length);
  /** Of a worker that computes, where so many have a stretch: the driver serves them in turn. */
  const speedIn = (count: number) => {
    const workers = Math.max(1, duty * count);
    return (
      (1 - driver) * speedAmong(workers, 0, machine) + driver * speedAmong(workers, 1, machine)
    );
  };
  let active = 0;
  let driverWork = 0;
  for (const [i, { at, by }] of steps.entries()) {
    const passed = i === 0 ? 0 : at - (times[i - 1] as number);
    times[i] = at;
    works[i] = i === 0 ? at : (works[i - 1] as number) + passed * (speeds[i - 1] as number);
    driverWork += passed * speedAmong(duty * active, 1, machine);
    active += by;
    speeds[i] = active <= 0 ? 1 : speedIn(active);
  }
  const span = steps.length === 0 ? 0 : (times.at(-1) as number) - (times[0] as number);
  const workAt = (time: number) => {
    const i = lastAtMost(times, time);
    if (i < 0) return time;
    return (works[i] as number) + (time - (times[i] as number)) * (speeds[i] as number);
  };
  const between = (from: number, to: number) => workAt(to) - workAt(from);
  const inChunks = chunks.reduce((sum, { begin, done }) => sum + done - begin, 0);
  const worked = chunks.reduce((sum, { begin, done }) => sum + between(begin, done), 0);
  return {
    between,
    workerSpeed: inChunks > 0 ? worked / inChunks : 1,
    driverSpeed: span > 0 ? driverWork / span : 1,
  };
}

interface Activity {
  readonly stretches: readonly { readonly begin: number; readonly done: number }[];
  /** Share of these in which the worker was at work. */
  readonly duty: number;
}

/**
 * When workers were at work: in their chunks. Where only some of these are known, from the first to
 * the last, for as large a part of that as all of them took.
 */
function activityOf({ chunks, sampledFrom }: RecordedRun): Activity {
  if (sampledFrom === undefined) return { stretches: chunks, duty: 1 };
  const byWorker = new Map<number, { begin: number; done: number }>();
  let coding = 0;
  for (const { worker, begin, done, decode = 0, encode = 0 } of chunks) {
    const known = byWorker.get(worker);
    byWorker.set(worker, {
      begin: Math.min(begin, known?.begin ?? begin),
      done: Math.max(done, known?.done ?? done),
    });
    coding += decode + encode;
  }
  const stretches = [...byWorker.values()];
  const length = stretches.reduce((sum, { begin, done }) => sum + done - begin, 0);
  const busy = sampledFrom.seconds + coding * (sampledFrom.count / chunks.length);
  return { stretches, duty: length > 0 ? Math.min(1, busy / length) : 1 };
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
