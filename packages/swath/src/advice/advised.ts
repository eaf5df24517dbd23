import type { RunRecord } from "../replay/run-record.ts";
import { type Advice, counsel } from "./advice.ts";
import { verdictOf } from "./verdict.ts";

/** What a record may hold beside what was measured. */
export interface Advised {
  readonly advice: readonly Advice[];
  readonly verdict: string;
}

/** Advice and verdict of a record, from one replay of the run. */
export function advised(record: RunRecord): Advised {
  const known = counsel(record);
  return { advice: known.advice, verdict: verdictOf(record, known) };
}
