import { SwathError } from "swath/plugin";
import { type Refusal, refusalText } from "./read-record.ts";

/** What was given as the record of a run is none: damaged, hostile, or of a newer swath. */
export class ReportUnreadableError extends SwathError {
  readonly code = "SWATH_REPORT_UNREADABLE";
  /** Place in the record, as in `spans.begin[3]`; empty for the record itself. */
  readonly at: string;
  readonly expected: string;
  readonly got: string;

  constructor(refusal: Refusal) {
    super(`${refusalText(refusal)}. Is it a report.json that swath wrote?`);
    this.at = refusal.at;
    this.expected = refusal.expected;
    this.got = refusal.got;
  }
}
