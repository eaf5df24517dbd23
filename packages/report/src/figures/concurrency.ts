import { type Lane, PHASES, secondsBy, type Track } from "./lanes.ts";

/** Workers in each state over time, means of stretches of equal length. */
export interface Concurrency {
  /** Middle of each stretch, in seconds since the start of the job. */
  readonly at: Float64Array;
  /** Inside the task, save for pauses. */
  readonly run: Float64Array;
  /** Decoding, reading and encoding. */
  readonly moving: Float64Array;
  /** In pauses of garbage collection. */
  readonly gc: Float64Array;
}

/** How many workers did what over time: exact means, whatever the number of spans. */
export function concurrencyOf(lanes: readonly Lane[], wall: number, bins: number): Concurrency {
  const width = wall / bins;
  const [run, moving, gc] = [0, 1, 2].map(() => new Float64Array(bins)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const columns = PHASES.map((phase) => (phase === "run" ? run : moving));
  for (const lane of lanes) {
    addTrack(lane, columns, width);
    if (lane.pauses !== undefined) addTrack(lane.pauses, [gc], width);
  }
  for (const [i, pause] of gc.entries()) run[i] = Math.max(0, (run[i] as number) - pause);
  return { at: Float64Array.from(run, (_, i) => (i + 0.5) * width), run, moving, gc };
}

/** Adds the time spent in each phase to its column. */
function addTrack(track: Track, columns: readonly Float64Array[], width: number): void {
  const now = new Float64Array(columns.length);
  const before = new Float64Array(columns.length);
  const bins = columns[0]?.length ?? 0;
  let from = secondsBy(track, 0, 0, before);
  for (let bin = 0; bin < bins; bin++) {
    from = secondsBy(track, (bin + 1) * width, from, now);
    for (const [p, column] of columns.entries()) {
      const share = ((now[p] as number) - (before[p] as number)) / width;
      column[bin] = (column[bin] as number) + share;
    }
    before.set(now);
  }
}
