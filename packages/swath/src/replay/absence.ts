import { costCurve } from "./cost-curve.ts";
import type { Costs } from "./costs.ts";
import type { Pauses } from "./pauses.ts";
import type { RecordedRun } from "./recorded-run.ts";

/**
 * When the driver's thread did something that is not in the record: the caller's own code, a
 * collection of garbage, compiling, waiting for a source. It shows in workers that wait, and goes
 * on in a changed run: seconds by how far the job has come.
 */
export interface Absence {
  /** Before the first chunk is handed out. */
  readonly opening: number;
  /** While a range of indices is received. */
  between(start: number, end: number): number;
}

/** A driver that is always there. */
export const NO_ABSENCE: Absence = { opening: 0, between: () => 0 };

/**
 * What is left of the workers' waiting when that is taken off which the costs known explain.
 *
 * @param explained what workers wait in a replay whose driver is never absent
 */
export function absenceOf(
  { unit }: RecordedRun,
  { indexCount }: Costs,
  { total, opening, unanswered }: Pauses,
  explained: number,
): Absence {
  if (total <= explained) return NO_ABSENCE;
  const share = (total - explained) / total;
  const ranges = unanswered.map(({ chunk: { start, end }, seconds }) => {
    return { start: Math.floor(start / unit), end: Math.ceil(end / unit), cost: share * seconds };
  });
  const whole = share * unanswered.reduce((sum, { seconds }) => sum + seconds, 0);
  const { between } = costCurve(ranges, indexCount, whole);
  return { opening: share * opening, between };
}
