import { statSync } from "node:fs";
import { runMain } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { type Command, Option } from "commander";
import { InvalidOptionError, isSwathError, observeJobs } from "../plugin.ts";
import { prepareTypeScript } from "../worker.ts";
import { EXIT, failureOf } from "./exit.ts";
import { addLoopFlags, type LoopFlags } from "./job-flags.ts";
import { JobWatch } from "./job-watch.ts";
import { addJournalFlags, assertJournal, type JournalFlags } from "./journal-flags.ts";
import { openLivePage } from "./live-page.ts";
import { openReports } from "./report-teller.ts";
import { resumeCommand } from "./resume-command.ts";
import { stopOnSignals } from "./script-signals.ts";

interface RunFlags extends LoopFlags, JournalFlags {
  readonly inline?: "auto" | "never";
}

/** `swath run` */
export function addRunCommand(program: Command): void {
  const command = program
    .command("run")
    .description("run a script: progress, reports, Ctrl-C and resuming for its loops")
    .argument("<script>", "a program that uses swath: .js, .mjs, .cjs, .ts, …")
    .argument("[args...]", "what the script gets; put -- before flags of its own");
  addJournalFlags(addLoopFlags(command))
    .addOption(
      new Option(
        "--inline <when>",
        "auto: run loops in place where that is faster; never: on threads (default: never)",
      ).choices(["auto", "never"]),
    )
    .addHelpText("after", HELP)
    .action((script: string, args: readonly string[], flags: RunFlags) => run(script, args, flags));
}

const HELP = `
With --inline auto a loop that threads cannot make faster runs in place: what its tasks do to
their thread (process.exit, running out of memory) ends the script, and Ctrl-C waits for the item
that runs.

Flags of a loop count where the script does not say otherwise.
The second loop of a script notes its chunks in <file>.2, the third in <file>.3, and so on.

Reports go to .swath/runs/<time>/ unless a path is named (json:out.json; - is stderr); a file that exists
is kept, and the new one gets a number. A report that cannot be written is a warning. In GitHub
Actions the summary is added to that of the step.

Ctrl-C lets running chunks end and tells how to go on; pressed again, it ends the run at once.
Exit codes: 0 done, 1 the script failed, 2 wrong usage, 130 Ctrl-C, 143 SIGTERM.`;

async function run(script: string, args: readonly string[], flags: RunFlags): Promise<void> {
  const path = assertScript(script);
  assertJournal(flags);
  assertSecondJournal(flags);
  setEnvironment(flags);
  await prepareTypeScript(pathToFileURL(path).href);
  const quiet = flags.quiet === true;
  const watch = new JobWatch({
    progress: quiet ? "none" : flags.progress,
    reports: await openReports(flags),
  });
  observeJobs((job) => watch.add(job));
  if (flags.ui === true) await openLivePage();
  const again = flags.journal === undefined ? undefined : resumeCommand(process.argv.slice(2));
  const isStopping = stopOnSignals(watch, again);
  process.on("uncaughtException", (error) => onError(error, watch, isStopping()));
  process.argv = [process.execPath, path, ...args];
  // As Node itself starts a program: ESM or CommonJS, `import.meta.main`, `require.main`.
  runMain();
}

/** What the script threw, or a promise of its that nobody awaited, printed once. */
function onError(error: unknown, watch: JobWatch, isStopping: boolean): void {
  if (isStopping && isSwathError(error, "SWATH_INTERRUPTED")) return;
  // The script sees to its errors itself.
  if (process.listenerCount("uncaughtException") > 1) return;
  watch.clear();
  const text = isSwathError(error) ? failureOf(error).text : inspect(error);
  process.stderr.write(`${text}\n`);
  process.exit(EXIT.failed);
}

function assertScript(script: string): string {
  const path = resolve(script);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() === true) return path;
  const expected = stat === undefined ? "the path of a file that exists" : "a file";
  throw new InvalidOptionError("<script>", expected, script);
}

/** One that is in the way is told before the first loop, not after it. */
function assertSecondJournal({ journal, resume }: JournalFlags): void {
  if (journal !== undefined && !resume) assertJournal({ journal: `${journal}.2` });
}

/** The words of the environment are those of the flags; the library reads them. */
function setEnvironment(flags: RunFlags): void {
  const { workers, inline, schedule, chunk, route, journal, resume, force } = flags;
  const values = {
    SWATH_WORKERS: workers,
    SWATH_INLINE: inline,
    SWATH_SCHEDULE: schedule,
    SWATH_CHUNK: chunk,
    SWATH_ROUTE: route,
    SWATH_JOURNAL: journal === undefined ? undefined : resolve(journal),
    SWATH_RESUME: journal === undefined ? undefined : force ? "force" : resume ? "1" : "0",
  };
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) process.env[name] = String(value);
  }
}
