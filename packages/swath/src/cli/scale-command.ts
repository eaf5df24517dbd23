import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { Command } from "commander";
import { InvalidOptionError } from "../plugin.ts";
import { explainScript, runScript, type ScriptRun } from "./compare/script-runs.ts";
import { addRoundFlags, type ComparisonFlags, printSheet, tellSample } from "./comparison-flags.ts";
import { withInterrupt } from "./interrupt.ts";
import { crowdNotes, machineText, thisMachine } from "./measure/machine.ts";
import { runRounds, type Samples } from "./measure/rounds.ts";
import { median } from "./measure/statistics.ts";
import { fitScale, predictScale, type ScaleRound, scalePoints } from "./scale/fits.ts";
import { scaleSheet } from "./scale/scale-sheet.ts";
import { assertScript } from "./script-path.ts";
import { sheetTarget } from "./sheet/write-sheet.ts";
import { workerCounts, workerList } from "./worker-list.ts";

interface ScaleFlags extends Omit<ComparisonFlags, "only"> {
  readonly workers?: readonly number[];
  readonly predict?: readonly number[];
}

/** The plain loop, in the caller's thread. */
const SERIAL = "one thread";

/** `swath scale` */
export function addScale(command: Command): void {
  command
    .argument("<script>", "a program that uses swath: .js, .mjs, .cjs, .ts, …")
    .argument("[args...]", "what the script gets; put -- before flags of its own")
    .option(
      "-P, --workers <list>",
      "numbers of workers, as 1,2,4 (default: doubled up to the cores)",
      workerList,
    )
    .option("--predict <list>", "speed-ups to predict, up to twice the most workers", workerList);
  addRoundFlags(command)
    .addHelpText("after", HELP)
    .action((script: string, args: readonly string[], flags: ScaleFlags) =>
      scale(script, args, flags),
    );
}

const HELP = `
The script runs whole, in a process of its own each time: in one thread, then on each number of
workers, in turn. Times are those of its loops, the start of workers included. The laws of Amdahl
and Gustafson are fitted to two and more numbers of workers, the Universal Scalability Law to five.
Bands are from resampling the rounds: more rounds make them honest.

Examples:
  swath scale main.ts -P 1,2,4,8
  swath scale main.ts -P 1,2,3,4,6,8 --predict 12,16 --rounds 7
  swath scale main.ts --json -- photos/`;

async function scale(script: string, args: readonly string[], flags: ScaleFlags): Promise<void> {
  const call = { script: assertScript(script), args };
  const target = sheetTarget(flags.report, "scale");
  const workers = flags.workers ?? workerCounts(availableParallelism());
  const wanted = predicted(workers, flags);
  const samples = await withInterrupt(async (signal) => {
    assertOpen((await explainScript(call, signal)).set);
    const cells = [0, ...workers].map((count) => ({
      id: idOf(count),
      run: () => runScript(call, { workers: count }, signal),
    }));
    const onSample = tellSample({ ...flags, only: [] }, "scale");
    return runRounds(cells, { rounds: flags.rounds, signal, onSample });
  });
  const rounds = roundsOf(samples, workers, flags.rounds);
  const machine = thisMachine();
  const findings = {
    title: `${basename(script)} on more and more workers`,
    facts: [`${flags.rounds} rounds`, machineText(machine)],
    serial: median(rounds.map(({ serial }) => serial)),
    points: scalePoints(rounds),
    fits: fitScale(rounds),
    predictions: wanted.flatMap((count) => predictScale(rounds, count) ?? []),
    notes: crowdNotes(Math.max(...workers), machine),
  };
  const { serial, points, fits, predictions } = findings;
  const document = {
    schema: "swath.scale/1",
    script: call.script,
    args,
    machine,
    rounds,
    serial,
    points,
    fits,
    predictions,
  };
  printSheet(flags, scaleSheet(findings), document, target);
}

/** Twice the most by default; refused before anything is measured where it is beyond. */
function predicted(workers: readonly number[], { predict }: ScaleFlags): readonly number[] {
  const most = Math.max(...workers);
  const beyond = predict?.find((count) => count > 2 * most);
  if (beyond !== undefined) {
    const hint = `. Beyond twice the most workers that are measured (${most}) a fit is a guess: measure more`;
    throw new InvalidOptionError("--predict", `at most ${2 * most}`, beyond, hint);
  }
  return predict ?? (most > 1 ? [2 * most] : []);
}

function assertOpen(set: readonly string[]): void {
  if (!set.includes("workers")) return;
  const hint = ": the script sets its number of workers itself, and there is nothing to vary";
  throw new InvalidOptionError(
    "<script>",
    "a program that leaves `workers` open",
    "one that does not",
    hint,
  );
}

function roundsOf(
  samples: Samples<ScriptRun>,
  workers: readonly number[],
  rounds: number,
): readonly ScaleRound[] {
  const secondsOf = (count: number, round: number) =>
    samples.get(idOf(count))?.[round]?.seconds ?? Number.NaN;
  return Array.from({ length: rounds }, (_, round) => ({
    serial: secondsOf(0, round),
    points: workers.map((count) => ({ workers: count, seconds: secondsOf(count, round) })),
  }));
}

function idOf(count: number): string {
  return count === 0 ? SERIAL : `${count} worker${count === 1 ? "" : "s"}`;
}
