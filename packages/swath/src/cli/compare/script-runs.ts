import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Explanation, Report } from "../../tooling.ts";
import type { PlanFlags } from "../job-flags.ts";
import {
  ChildFailedError,
  childFailed,
  runForJson,
  runNode,
  swathProgram,
} from "../measure/child.ts";

/** One run of a script. */
export interface ScriptRun {
  /** In its loops, all together. */
  readonly seconds: number;
  /** The record of each loop, without its single spans. */
  readonly records: readonly Omit<Report, "spans">[];
  /** SHA-256 of what the script printed; undefined where it printed nothing. */
  readonly output: string | undefined;
}

/** A script and what it gets. */
export interface ScriptCall {
  readonly script: string;
  readonly args: readonly string[];
}

/** Runs the script in a process of its own, with its loops done in the given way. */
export async function runScript(
  { script, args }: ScriptCall,
  way: PlanFlags,
  signal: AbortSignal,
): Promise<ScriptRun> {
  const folder = mkdtempSync(join(tmpdir(), "swath-compare-"));
  try {
    const report = join(folder, "report.jsonl");
    const own = ["--report", report, "--progress", "none", ...flagsOf(way)];
    const { code, stdout, stderr } = await runNode({
      script: swathProgram(),
      args: ["run", ...own, script, "--", ...args],
      signal,
    });
    if (code !== 0) throw childFailed(`${script} with ${flagsOf(way).join(" ")}`, code, stderr);
    const records = recordsIn(report, script);
    const seconds = records.reduce((sum, { wall }) => sum + wall, 0);
    const output =
      stdout === "" ? undefined : createHash("sha256").update(stdout).digest("hex");
    return { seconds, records, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `swath explain` says of the script's first loop; nothing of it is run. */
export function explainScript(
  { script, args }: ScriptCall,
  signal: AbortSignal,
): Promise<Explanation & { readonly set: readonly string[] }> {
  return runForJson(`${script} up to its first loop`, {
    script: swathProgram(),
    args: ["explain", script, "--json", "--", ...args],
    signal,
  });
}

/** The flags of a way, as they are given to `swath run`. */
export function flagsOf(way: PlanFlags): readonly string[] {
  return Object.entries(way).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
}

function recordsIn(path: string, script: string): readonly Omit<Report, "spans">[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ChildFailedError(`${script} ran to its end without a loop of swath`, { cause });
  }
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { spans: _, ...record } = JSON.parse(line) as Report;
      return record;
    });
}
