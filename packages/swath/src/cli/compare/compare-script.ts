import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { Command } from "commander";
import { bytesText, InvalidOptionError, percentText } from "../../plugin.ts";
import {
  addComparisonFlags,
  type ComparisonFlags,
  printSheet,
  tellSample,
} from "../comparison-flags.ts";
import { EXIT } from "../exit.ts";
import { withInterrupt } from "../interrupt.ts";
import { crowdNotes, machineText, thisMachine } from "../measure/machine.ts";
import { runRounds, type Samples, speedupOf } from "../measure/rounds.ts";
import { median, middle95, middleIndex, resamplings } from "../measure/statistics.ts";
import { assertScript } from "../script-path.ts";
import type { Sheet } from "../sheet/sheet.ts";
import { sheetTarget } from "../sheet/write-sheet.ts";
import { workerCounts, workerList } from "../worker-list.ts";
import { checkOutput } from "./same-output.ts";
import { explainScript, runScript, type ScriptRun } from "./script-runs.ts";
import { type ScriptWay, waysFor } from "./ways.ts";

interface CompareFlags extends ComparisonFlags {
  readonly workers?: readonly number[];
}

/** `swath compare script.ts` */
export function addCompareScript(command: Command): void {
  command
    .argument("<script>", "a program that uses swath: .js, .mjs, .cjs, .ts, …")
    .argument("[args...]", "what the script gets; put -- before flags of its own")
    .option(
      "--workers <list>",
      "numbers of workers, as 1,2,4 (default: up to the cores)",
      workerList,
    );
  addComparisonFlags(command)
    .addHelpText("after", HELP)
    .action((script: string, args: readonly string[], flags: CompareFlags) =>
      compareScript(script, args, flags),
    );
}

const HELP = `
The script runs whole, in a process of its own each time: in one thread first, then on each number
of workers, and on the most workers by every route and schedule that its first loop allows. What
the script sets itself stays as it is, save journals: none is used or written. Times are those of its
loops, the start of workers included. From six rounds on a winner may be told from the others.

Exit codes: 0 done, 1 the script failed or printed something else in some way, 2 wrong usage,
130 Ctrl-C.

Examples:
  swath compare main.ts
  swath compare main.ts --workers 2 --only guided --only "one thread" --rounds 5
  swath compare main.ts --report html:compare.html -- photos/`;

async function compareScript(
  script: string,
  args: readonly string[],
  flags: CompareFlags,
): Promise<void> {
  const call = { script: assertScript(script), args };
  const target = sheetTarget(flags.report, "compare");
  const measured = await withInterrupt(async (signal) => {
    const loop = await explainScript(call, signal);
    const workers = flags.workers ?? workerCounts(availableParallelism());
    const ways = chosenWays(waysFor({ ...loop, workers }), flags);
    const samples = await runRounds(
      ways.map(({ id, flags: way }) => ({ id, run: () => runScript(call, way, signal) })),
      { rounds: flags.rounds, signal, onSample: tellSample(flags, "compare") },
    );
    return { loop, ways, samples };
  });
  const { loop, ways, samples } = measured;
  const output = checkOutput(samples);
  const machine = thisMachine();
  const facts = [
    `${loop.task} over ${loop.items ?? "unknown"} items of kind ${loop.source}; ${flags.rounds} rounds`,
    machineText(machine),
  ];
  const figures = figuresOf(ways, samples);
  const document = {
    schema: "swath.compare/1",
    script: call.script,
    args,
    machine,
    rounds: flags.rounds,
    set: loop.set,
    output,
    ways: figures,
  };
  const notes = [
    ...fastestNotes(figures),
    output.text,
    ...crowdNotes(Math.max(0, ...figures.map(({ used }) => used.workers)), machine),
    ...(loop.set.length === 0
      ? []
      : [`Set by the script, and not varied: ${loop.set.join(", ")}.`]),
  ];
  printSheet(flags, sheetOf(script, facts, figures, notes), document, target);
  if (output.different.length > 0) process.exitCode = EXIT.failed;
}

function chosenWays(ways: readonly ScriptWay[], { only }: CompareFlags): readonly ScriptWay[] {
  if (only.length === 0) return ways;
  const unknown = only.find((part) => ways.every(({ id }) => !id.includes(part)));
  if (unknown !== undefined) {
    const ids = ways.map(({ id }) => `"${id}"`).join("; ");
    throw new InvalidOptionError("--only", `part of one of ${ids}`, unknown);
  }
  return ways.filter(({ id }) => only.some((part) => id.includes(part)));
}

/** Figures of one way, from all its rounds. Times in seconds. */
interface WayFigures {
  readonly id: string;
  readonly seconds: { readonly median: number; readonly min: number; readonly max: number };
  /** Times as fast as the first way. */
  readonly speedup: number;
  /** What the first loop really used. */
  readonly used: { readonly workers: number; readonly schedule: string; readonly route: string };
  /** Shares of the worker-seconds of all loops. */
  readonly waiting: number;
  readonly moving: number;
  readonly peakResident: number;
  readonly runs: readonly ScriptRun[];
}

function figuresOf(ways: readonly ScriptWay[], samples: Samples<ScriptRun>): readonly WayFigures[] {
  const base = samples.get(ways[0]?.id ?? "") ?? [];
  return ways.flatMap(({ id }) => {
    const runs = samples.get(id) ?? [];
    const times = runs.map(({ seconds }) => seconds);
    const middle = runs[middleIndex(times)];
    const [first] = middle?.records ?? [];
    if (middle === undefined || first === undefined) return [];
    const { workers, schedule, routes, executor } = first;
    const total = sumOf(middle, (record) => record.workers * record.wall);
    return {
      id,
      seconds: { median: median(times), min: Math.min(...times), max: Math.max(...times) },
      speedup: speedupOf(base, runs),
      used: { workers: executor === "inline" ? 0 : workers, schedule, route: routes.items },
      waiting: sumOf(middle, ({ buckets }) => buckets.tail + buckets.starve) / total,
      moving: sumOf(middle, ({ buckets }) => buckets.transfer) / total,
      peakResident: Math.max(...middle.records.map(({ memory }) => memory.peakResident)),
      runs,
    };
  });
}

function sumOf(
  { records }: ScriptRun,
  value: (record: ScriptRun["records"][number]) => number,
): number {
  return records.reduce((sum, record) => sum + value(record), 0);
}

function sheetOf(
  script: string,
  facts: readonly string[],
  figures: readonly WayFigures[],
  notes: readonly string[],
): Sheet {
  return {
    title: `${basename(script)}, by every way`,
    facts,
    tables: [
      {
        caption: "seconds in loops",
        header: ["", "median", "range", "ratio", "efficiency", "waiting", "moving", "memory"],
        rows: figures.map(rowOf),
        bars: figures.map(({ seconds }) => seconds.median),
      },
    ],
    notes: [
      ...notes,
      "ratio: times as fast as the first way, median of the ratios within each round; efficiency: that over the workers.",
      "waiting, moving: shares of the workers' time, of the run in the middle. memory: its largest resident set.",
    ],
  };
}

/** Which way won, and which ones it cannot be told apart from. */
function fastestNotes(figures: readonly WayFigures[]): readonly string[] {
  const [first, ...others] = [...figures].sort((a, b) => a.seconds.median - b.seconds.median);
  if (first === undefined) return [];
  const won = `Fastest: ${first.id}, ${first.speedup.toFixed(2)} times as fast as ${figures[0]?.id}.`;
  if (others.length === 0) return [won];
  const rivals = others.filter((other) => !isSurelyFaster(first.runs, other.runs));
  if (rivals.length === 0) return [won];
  const names = rivals.map(({ id }) => id).join("; ");
  const rounds = first.runs.length;
  const hint = rounds < FEWEST_ROUNDS ? ` --rounds ${FEWEST_ROUNDS} may.` : "";
  return [won, `${countedRounds(rounds)} not tell it apart from: ${names}.${hint}`];
}

function countedRounds(rounds: number): string {
  return rounds === 1 ? "One round does" : `${rounds} rounds do`;
}

/** Of fewer rounds all may be on one side by luck in more than 5 of 100 cases. */
const FEWEST_ROUNDS = 6;

/** Whether it was faster in the rounds, give or take their luck: in 95 of 100 resamplings. */
function isSurelyFaster(runs: readonly ScriptRun[], others: readonly ScriptRun[]): boolean {
  if (runs.length < FEWEST_ROUNDS) return false;
  const ratios = runs.flatMap(({ seconds }, round) => {
    const other = others[round];
    return other === undefined ? [] : [other.seconds / seconds];
  });
  return middle95(resamplings(ratios).map(median)).low > 1;
}

function rowOf(figures: WayFigures): readonly string[] {
  const { id, seconds, speedup, used, waiting, moving, peakResident } = figures;
  return [
    id,
    seconds.median.toFixed(3),
    `${seconds.min.toFixed(3)}–${seconds.max.toFixed(3)}`,
    speedup.toFixed(2),
    used.workers === 0 ? "" : percentText(speedup / used.workers),
    percentText(waiting),
    percentText(moving),
    bytesText(peakResident),
  ];
}
