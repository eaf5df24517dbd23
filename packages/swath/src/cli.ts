export type { Command } from "commander";
export {
  type ProgressLabel,
  printResult,
  type RunningVerb,
  runVerb,
  tellReport,
} from "./cli/command-run.ts";
export { addJobFlags, type JobFlags, jobOptionsFrom, wholeNumber } from "./cli/job-flags.ts";
export { addJournalFlags, type JournalFlags, journalOptionFrom } from "./cli/journal-flags.ts";
export type { KitCommands } from "./cli/kits.ts";
export type { Followed, ProgressMode } from "./cli/progress.ts";
export { addReportFlags, type ReportFlags } from "./cli/report-flags.ts";
