import { costCurve } from "./cost-curve.ts";
import type { Costs } from "./costs.ts";
import type { Pauses } from "./pauses.ts";
import type { RecordedRun } from "./recorded-run.ts";

/**
 * When the driver's thread did something that is not in the record: the caller's own code, a
 * collection of garbage, compiling, waiting for a source. It shows in workers that wait, and goes
 * on in a changed run: seconds by how far the job has come. Of very many chunks with little waiting
 * for each, the chunks themselves are the reason.
 */
export interface Absence {
  /** Before the first chunk is handed out. */
  readonly opening: number;
  /** In all. */
  readonly total: number;
  /** With each chunk, where that is the rule and no exception. */
  readonly perChunk: number;
  /** While a range of indices is received. */
  between(start: number, end: number): number;
}

/** A driver that is always there. */
export const NO_ABSENCE: Absence = { opening: 0, total: 0, perChunk: 0, between: () => 0 };

/** From so many chunks on … */
const MANY_CHUNKS = 1_000;
/** … less waiting than this for each comes with the chunks, not with the caller's own code. */
const MAX_PER_CHUNK_S = 200e-6;
/** Waiting that is explained but for this share is explained. */
const NEGLIGIBLE = 0.01;
/** Rounds in which the share is found: each comes closer, most in the first. */
const ROUNDS = 5;
/**
 * What is left of the workers' waiting when that is taken off which the costs known explain.
 *
 * @param waiting what workers wait in a replay whose driver is absent so
 */
export function absenceOf(
  run: RecordedRun,
  costs: Costs,
  { total, opening, unanswered }: Pauses,
  waiting: (absence: Absence) => number,
): Absence {
  const explained = waiting(NO_ABSENCE);
  const left = total - explained;
  if (left <= NEGLIGIBLE * total) return NO_ABSENCE;
  const { unit } = run;
  const { indexCount, beside } = costs;
  const ranges = unanswered.map(({ chunk: { start, end }, seconds }) => {
    return { start: Math.floor(start / unit), end: Math.ceil(end / unit), cost: seconds };
  });
  const whole = unanswered.reduce((sum, { seconds }) => sum + seconds, 0);
  const { between } = costCurve(ranges, indexCount, whole);
  const count = run.sampledFrom?.count ?? run.chunks.length;
  const isRule = count >= MANY_CHUNKS && whole < MAX_PER_CHUNK_S * count;
  // Workers have a chunk ahead and wait only once that is done: it may have been away for longer,
  // but only in time that it has not been busy with what is known.
  const idle = run.driverBusy === undefined ? Infinity : Math.max(0, run.wall - run.driverBusy);
  const seen = opening + whole || 1;
  const most = Math.min(Math.max(1, beside / seen), (beside + idle) / seen);
  let share = Math.min(most, left / total);
  const absent = (): Absence => {
    const part = share;
    return {
      opening: part * opening,
      total: part * (opening + whole),
      perChunk: isRule ? (part * whole) / count : 0,
      between: isRule ? () => 0 : (start, end) => part * between(start, end),
    };
  };
  for (let round = 0; round < ROUNDS; round++) {
    const got = waiting(absent()) - explained;
    if (got <= 0 || Math.abs(got - left) < NEGLIGIBLE * total) break;
    share = Math.min(most, (share * left) / got);
  }
  return absent();
}
