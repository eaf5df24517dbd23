import type { ToldRecord } from "../plugin.ts";
import { watchAssertions } from "./assertions/watch-assertions.ts";
import { Interrupt } from "./exit.ts";
import { withInterrupt } from "./interrupt.ts";
import type { JobFlags } from "./job-flags.ts";
import type { JournalFlags } from "./journal-flags.ts";
import { openLivePage } from "./live-page.ts";
import { type Followed, ProgressLine, type ProgressUnit } from "./progress.ts";
import { openReports } from "./report-teller.ts";
import { resumeCommand } from "./resume-command.ts";

/** A verb of a kit while it runs. */
export interface RunningVerb<T> extends PromiseLike<T>, Followed {}

/** How a command's progress is told. */
export interface ProgressLabel {
  readonly label: string;
  readonly unit: ProgressUnit;
}

/** Writes to stdout, also when what tasks print goes elsewhere. */
let writeResult = (text: string): boolean => process.stdout.write(text);

/** Tasks that run in place print into this process: with `--json` stdout is for the document. */
function keepStdout(): void {
  writeResult = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/**
 * Starts a verb and sees it through: shows its progress on stderr, and cancels it on Ctrl-C. With
 * `--json` whatever is printed meanwhile goes to stderr; {@link printResult} still prints on stdout.
 *
 * @param start gets the signal to pass on
 */
export async function runVerb<T>(
  flags: JobFlags & JournalFlags,
  { label, unit }: ProgressLabel,
  start: (signal: AbortSignal) => RunningVerb<T>,
): Promise<T> {
  if (flags.json) keepStdout();
  process.on("exit", watchAssertions(flags.assert));
  // What a report needs and is not there is told before the work, not after it.
  await openReports(flags);
  const page = flags.ui === true ? await openLivePage() : undefined;
  return withInterrupt(async (signal) => {
    const verb = start(signal);
    const line = new ProgressLine(verb, label, flags.quiet ? "none" : flags.progress, unit);
    try {
      return await verb;
    } catch (error) {
      line.stop();
      if (flags.journal !== undefined && error instanceof Interrupt) {
        process.stderr.write(`swath: to go on, run\n  ${resumeCommand(process.argv.slice(2))}\n`);
      }
      throw error;
    } finally {
      line.stop();
      await page?.close();
    }
  });
}

/** Prints a result: the document with `--json`, else the text. Both end with one newline. */
export function printResult(
  flags: { readonly json?: boolean },
  document: object,
  text: string,
): void {
  writeResult(flags.json ? `${JSON.stringify(document)}\n` : `${text}\n`);
}

/**
 * Tells of the report of a verb as `--report` says: a summary on stderr, unless stdout is a
 * document; files; in GitHub Actions, a part of the step's summary.
 */
export async function tellReport(flags: JobFlags, report: ToldRecord): Promise<void> {
  const isQuiet = flags.json === true || flags.quiet === true;
  const reports = await openReports({ ...flags, quiet: isQuiet });
  reports.tell(report);
}
