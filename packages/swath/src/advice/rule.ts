import type { Change } from "../replay/change.ts";
import type { RecordedRun } from "../replay/recorded-run.ts";
import type { Prediction } from "../replay/replay.ts";
import type { RunRecord } from "../replay/run-record.ts";

/** A run, as a rule sees it. */
export interface Evidence {
  /** What was measured; a rule says nothing where what it needs is absent. */
  readonly record: RunRecord;
  readonly run: RecordedRun;
  /** Seconds. */
  readonly wall: number;
  readonly workers: number;
  /** The run itself, replayed. */
  readonly actual: Prediction;
  /** The run with something changed, replayed. */
  predict(change: Change): Prediction;
}

/** What a rule has found. */
export interface Finding {
  /** What is wrong, in a few words; code in backticks. */
  readonly title: string;
  /** The figures that say so. */
  readonly evidence: string;
  /** What to do, as one line of code. */
  readonly change: string;
  /** What that is for the replay, which predicts the saving; or the saving in seconds, measured. */
  readonly saving: Change | number;
  /** What the saving may be off by, as a share of it, beside the error of the replay. @default 0 */
  readonly uncertainty?: number;
  /** Rules that make this finding superfluous if they save about as much. */
  readonly unless?: readonly string[];
  /** What is saved beside time, where that is reason enough. */
  readonly bytes?: number;
}

/** One thing that can be wrong with a run. Pure: from the record and its replay to a finding. */
export interface Rule {
  /** `SW` and a number; stable. */
  readonly id: string;
  find(evidence: Evidence): Finding | undefined;
}
