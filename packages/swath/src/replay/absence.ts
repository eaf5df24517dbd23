import { costCurve } from "./cost-curve.ts";
import type { Costs } from "./costs.ts";
import type { Pauses } from "./pauses.ts";
import type { RecordedRun } from "./recorded-run.ts";

/**
 * When the driver's thread did something that is not in the record: the caller's own code, a
 * collection of garbage, compiling, waiting for a source. It shows in workers that wait, and in how
 * long the job goes on after its last chunk. It is there in a changed run, too: seconds by how far the
 * job has come. Of very many chunks with little waiting for each, the chunks themselves are the reason.
 */
export interface Absence {
  /** Before the first chunk is handed out. */
  readonly opening: number;
  /** In all. */
  readonly total: number;
  /** With each chunk, where that is the rule and no exception. */
  readonly perChunk: number;
  /** Once all chunks are received. */
  readonly closing: number;
  /** Of what its thread would do after the last chunk, the share that it does then; else it did it before. */
  readonly tailShare: number;
  /** While a range of indices is received. */
  between(start: number, end: number): number;
}

/** A driver that is always there. */
export const NO_ABSENCE: Absence = {
  opening: 0,
  total: 0,
  perChunk: 0,
  closing: 0,
  tailShare: 1,
  between: () => 0,
};

/** From so many chunks on … */
const MANY_CHUNKS = 1_000;
/** … less waiting than this for each comes with the chunks, not with the caller's own code. */
const MAX_PER_CHUNK_S = 200e-6;
/** Waiting that is explained but for this share is explained. */
const NEGLIGIBLE = 0.01;
/**
 * It was away for so many times what was seen at most: with more, workers that have a chunk of 50 ms
 * ahead would explain any pause.
 */
const MOST_SEEN = 2;
/** Rounds in which the share is found: each comes closer, most in the first. */
const ROUNDS = 7;
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
  const busy = run.driverBusy ?? run.driverEncode + run.driverDecode;
  const idle = Math.max(0, run.wall - busy);
  const seen = opening + whole || 1;
  const most = Math.min(Math.max(MOST_SEEN, beside / seen), (beside + idle) / seen);
  const absent = (share: number): Absence => ({
    // How long it was away before the first chunk was measured: no worker had any then.
    opening: Math.min(1, share) * opening,
    total: Math.min(1, share) * opening + share * whole,
    perChunk: isRule ? (share * whole) / count : 0,
    closing: 0,
    tailShare: 1,
    between: isRule ? () => 0 : (start, end) => share * between(start, end),
  });
  const share = shareFor(left, NEGLIGIBLE * total, Math.min(most, left / total), most, (tried) => {
    return waiting(absent(tried)) - explained;
  });
  return absent(share);
}

/** What a replay has of the end of a run. Seconds. */
export interface ReplayedEnd {
  /** When all was done. */
  readonly end: number;
  /** From the last chunk's being done to the end. */
  readonly tail: number;
}

/**
 * How long the driver's thread was away after the last chunk, when nothing waits for it but the
 * end: as far as the replay ends too early, and that thread was busy with something unknown. Else
 * any wall time would explain itself. Where the replay ends too late, the tail is cut to what was
 * measured of it: compiling, say, came before. Of a sample nobody knows which chunk was the last.
 *
 * @param unexplained seconds of the driver's thread that are neither its known work nor an absence
 */
export function closingOf(
  run: RecordedRun,
  unexplained: number,
  replayed: () => ReplayedEnd,
): Pick<Absence, "closing" | "tailShare"> {
  if (run.sampledFrom !== undefined) return NO_ABSENCE;
  const { end, tail } = replayed();
  const lastDone = run.chunks.reduce((last, { done }) => Math.max(last, done), 0);
  const missing = run.wall - end;
  const apart = run.wall - lastDone - tail;
  if (missing >= 0) {
    return { closing: Math.max(0, Math.min(missing, apart, unexplained)), tailShare: 1 };
  }
  const cut = Math.min(0, Math.max(missing, apart));
  return { closing: 0, tailShare: tail > 0 ? Math.max(0, 1 + cut / tail) : 1 };
}

/**
 * The share of 0 to `most` that gives about what is wanted, or comes closest to it: more gives more,
 * as a rule.
 */
function shareFor(
  wanted: number,
  enough: number,
  first: number,
  most: number,
  given: (share: number) => number,
): number {
  let best = { share: 0, off: wanted };
  let [low, high] = [0, most];
  let share = first;
  for (let round = 0; round < ROUNDS && best.off > enough && share > low; round++) {
    const got = given(share);
    const off = Math.abs(got - wanted);
    if (off < best.off) best = { share, off };
    if (got < wanted) low = share;
    else high = share;
    const next = got > 0 ? (share * wanted) / got : 2 * share;
    const middle = (low + Math.min(high, 2 * low)) / 2;
    share = next > low && next < high ? Math.min(next, 2 * share) : middle;
  }
  return best.share;
}
