export { type Advice, adviceOf, type Counsel, counsel } from "./advice/advice.ts";
export { type Advised, advised } from "./advice/advised.ts";
export { verdictOf } from "./advice/verdict.ts";
export { type Change, MAX_WORKERS, type Machine } from "./replay/change.ts";
export {
  type RecordedChunk,
  type RecordedRun,
  recordedRunOf,
} from "./replay/recorded-run.ts";
export { type Prediction, replay, replayError } from "./replay/replay.ts";
export type { RunRecord } from "./replay/run-record.ts";
export { type WhatIf, whatIf } from "./replay/what-if.ts";
