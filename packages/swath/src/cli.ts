export type { Command } from "commander";
export {
  type ProgressLabel,
  printResult,
  type RunningVerb,
  runVerb,
  tellReport,
} from "./cli/command-run.ts";
export {
  addComparisonFlags,
  type ComparisonFlags,
  printSheet,
  tellSample,
} from "./cli/comparison-flags.ts";
export { withInterrupt } from "./cli/interrupt.ts";
export { addJobFlags, type JobFlags, jobOptionsFrom, wholeNumber } from "./cli/job-flags.ts";
export { addJournalFlags, type JournalFlags, journalOptionFrom } from "./cli/journal-flags.ts";
export type { KitCommands } from "./cli/kits.ts";
export { runForJson } from "./cli/measure/child.ts";
export { machineText, thisMachine } from "./cli/measure/machine.ts";
export { type Cell, runRounds, type Samples, speedupOf } from "./cli/measure/rounds.ts";
export { median, middleIndex } from "./cli/measure/statistics.ts";
export { withTemporaryFolder } from "./cli/measure/temporary-folder.ts";
export type { Followed, ProgressMode } from "./cli/progress.ts";
export { addReportFlags, type ReportFlags } from "./cli/report-flags.ts";
export type { Sheet, SheetTable } from "./cli/sheet/sheet.ts";
export { sheetTarget } from "./cli/sheet/write-sheet.ts";
