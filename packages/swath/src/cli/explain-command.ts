import { writeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { type CallTools, InvalidOptionError, interceptJobs, type JobCall } from "../plugin.ts";
import { prepareTypeScript } from "../worker.ts";
import { EXIT, failureOf } from "./exit.ts";
import { type ExplainedLoop, explainText, type LoopAnalysis } from "./explain/explain-text.ts";
import { predictLoop } from "./explain/predict.ts";
import { sampleCalls } from "./explain/sample-calls.ts";
import { addPlanFlags, type PlanFlags, setEnvironment, wholeNumber } from "./job-flags.ts";
import { runScript } from "./run-script.ts";
import { tellErrors } from "./script-errors.ts";
import { assertScript } from "./script-path.ts";
import { onSignalsOfJobs } from "./script-signals.ts";

interface ExplainFlags extends PlanFlags {
  readonly analyze?: boolean;
  readonly loop: number;
  readonly json?: boolean;
}

/** `swath explain` */
export function addExplain(command: Command): void {
  command
    .argument("<script>", "a program that uses swath: .js, .mjs, .cjs, .ts, …")
    .argument("[args...]", "what the script gets; put -- before flags of its own");
  addPlanFlags(command)
    .option("--analyze", "run a sample of the items, for what the loop would take")
    .option("--loop <n>", "explain the script's n-th loop; those before it run", wholeNumber, 1)
    .option("--json", "print one JSON document on stdout and nothing else")
    .addHelpText("after", HELP)
    .action((script: string, args: readonly string[], flags: ExplainFlags) =>
      explain(script, args, flags),
    );
}

const HELP = `
The script runs up to its loop, and no further: no thread is started and no item is run. With
--analyze some items, in groups spread over the whole loop, are run, some of them up to four times:
in one thread until they are compiled and once more to be measured, then on workers. Their results
are thrown away, and the script still goes no further. What the script prints before its loop goes
to stderr.

Examples:
  swath explain main.ts
  swath explain main.ts --analyze --workers 4
  swath explain main.ts --loop 2 --json -- photos/`;

async function explain(
  script: string,
  args: readonly string[],
  flags: ExplainFlags,
): Promise<void> {
  const path = assertScript(script);
  if (flags.loop < 1) throw new InvalidOptionError("--loop", "1 or more", flags.loop);
  setEnvironment(flags);
  await prepareTypeScript(pathToFileURL(path).href);
  onSignalsOfJobs(async (_signal, code) => process.exit(code));
  let loops = 0;
  interceptJobs((call, tools) => {
    loops++;
    return loops === flags.loop ? held(call, tools, flags) : call;
  });
  // Stdout is for the explanation: what the script says is none.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  tellErrors();
  await runScript(path, args, (code) => {
    if (code !== EXIT.ok || loops >= flags.loop) return;
    const count = loops === 0 ? "no loop" : `${loops} loop${loops === 1 ? "" : "s"}`;
    process.stderr.write(`swath: ${script} ran to its end with ${count} of swath\n`);
    process.exitCode = EXIT.failed;
  });
}

/** Explains the call and ends the program, at once or when a sample has run. */
function held(call: JobCall, tools: CallTools, flags: ExplainFlags): JobCall {
  const explanation = tools.explain(call);
  const names = ["workers", "inline", "schedule", "chunk", "route"] as const;
  const set = names.filter((name) => call.options[name] !== undefined);
  const cores = availableParallelism();
  const loop: ExplainedLoop = { explanation, set, cores, analysis: undefined };
  if (flags.analyze !== true) finish(loop, flags);
  void analyse(call, tools, loop).then(
    (analysis) => finish({ ...loop, analysis }, flags),
    (error: unknown) => {
      const { text, code } = failureOf(error);
      process.stderr.write(`${text}\n`);
      process.exit(code);
    },
  );
  return neverEnding(call);
}

async function analyse(
  call: JobCall,
  tools: CallTools,
  { explanation }: ExplainedLoop,
): Promise<LoopAnalysis> {
  const { items: total, refusal } = explanation;
  if (total === undefined) {
    const hint = `. A sample would use up this ${explanation.source}: collect it into an array first`;
    throw new InvalidOptionError(
      "--analyze",
      "absent where items come one after the other",
      true,
      hint,
    );
  }
  const workers = refusal === undefined ? explanation.workers : 0;
  const costs = await sampleCalls(call, tools, { total, workers });
  return { costs, total, prediction: predictLoop(costs, total) };
}

/** Nothing of the script may run after this: it would go on without results. */
function finish(loop: ExplainedLoop, { json }: ExplainFlags): never {
  const { explanation, ...rest } = loop;
  const document = { schema: "swath.explain/1", ...explanation, ...rest };
  const bytes = Buffer.from(json ? `${JSON.stringify(document)}\n` : `${explainText(loop)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSome(bytes.subarray(at));
  process.exit(EXIT.ok);
}

/** Writes to stdout at once: a stream would need the program to go on. */
function writeSome(bytes: Buffer): number {
  try {
    return writeSync(process.stdout.fd, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A full pipe that does not block: its reader will empty it.
    if (code === "EAGAIN") return 0;
    process.exit(code === "EPIPE" ? EXIT.ok : EXIT.failed);
  }
}

/** A loop whose first item never comes, so that the script waits. */
function neverEnding(call: JobCall): JobCall {
  const source = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
  const { into: _, ...request } = call.request;
  const options = call.poolWorkers === undefined ? { workers: 0 } : {};
  return { ...call, request, source: source as never, options };
}
