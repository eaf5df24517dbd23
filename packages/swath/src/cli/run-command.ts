import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { isSwathError, observeJobs } from "../plugin.ts";
import { prepareTypeScript } from "../worker.ts";
import { watchAssertions } from "./assertions/watch-assertions.ts";
import {
  addInlineFlag,
  addLoopFlags,
  type LoopFlags,
  type PlanFlags,
  setEnvironment,
} from "./job-flags.ts";
import { JobWatch } from "./job-watch.ts";
import { addJournalFlags, assertJournal, type JournalFlags } from "./journal-flags.ts";
import { openLivePage } from "./live-page.ts";
import { openReports } from "./report-teller.ts";
import { resumeCommand } from "./resume-command.ts";
import { runScript } from "./run-script.ts";
import { tellErrors } from "./script-errors.ts";
import { assertScript } from "./script-path.ts";
import { stopOnSignals } from "./script-signals.ts";

type RunFlags = LoopFlags & PlanFlags & JournalFlags;

/** `swath run` */
export function addRunCommand(program: Command): void {
  const command = program
    .command("run")
    .description("run a script: progress, reports, Ctrl-C and resuming for its loops")
    .argument("<script>", "a program that uses swath: .js, .mjs, .cjs, .ts, …")
    .argument("[args...]", "what the script gets; put -- before flags of its own");
  addJournalFlags(addInlineFlag(addLoopFlags(command)))
    .addHelpText("after", HELP)
    .action((script: string, args: readonly string[], flags: RunFlags) => run(script, args, flags));
}

const HELP = `
With --inline auto a loop that threads cannot make faster runs in place, with --workers 0 every
loop does: what its tasks do to their thread (process.exit, running out of memory) ends the script,
and Ctrl-C waits for the item that runs.

Flags of a loop count where the script does not say otherwise.
The second loop of a script notes its chunks in <file>.2, the third in <file>.3, and so on.

Reports go to .swath/runs/<time>/ unless a path is named (json:out.json; - is stderr); a file that exists
is kept, and the new one gets a number. A report that cannot be written is a warning. In GitHub
Actions the summary is added to that of the step.

Ctrl-C lets running chunks end and tells how to go on; pressed again, it ends the run at once.
While no loop runs it ends the script as it would without swath.
Exit codes: 0 done, 1 the script failed, 2 wrong usage, 4 a figure is not as asserted, 130 Ctrl-C,
143 SIGTERM.`;

async function run(script: string, args: readonly string[], flags: RunFlags): Promise<void> {
  const path = assertScript(script);
  assertJournal(flags);
  assertSecondJournal(flags);
  setEnvironment(flags);
  setJournal(flags);
  await prepareTypeScript(pathToFileURL(path).href);
  const quiet = flags.quiet === true;
  const reports = await openReports(flags);
  const watch = new JobWatch({ progress: quiet ? "none" : flags.progress, reports });
  observeJobs((job) => watch.add(job));
  const checkAll = watchAssertions(flags.assert);
  if (flags.ui === true) await openLivePage();
  const again = flags.journal === undefined ? undefined : resumeCommand(process.argv.slice(2));
  const isStopping = stopOnSignals(watch, again);
  tellErrors({
    isExpected: (error) => isStopping() && isSwathError(error, "SWATH_INTERRUPTED"),
    clear: () => watch.clear(),
  });
  await runScript(path, args, (code) => {
    watch.tellNone();
    checkAll(code);
  });
}

/** One that is in the way is told before the first loop, not after it. */
function assertSecondJournal({ journal, resume }: JournalFlags): void {
  if (journal !== undefined && !resume) assertJournal({ journal: `${journal}.2` });
}

/** As {@link setEnvironment}, for the journal. */
function setJournal({ journal, resume, force }: RunFlags): void {
  if (journal === undefined) return;
  process.env["SWATH_JOURNAL"] = resolve(journal);
  process.env["SWATH_RESUME"] = force ? "force" : resume ? "1" : "0";
}
