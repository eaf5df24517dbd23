import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Explanation, Report } from "../../index.ts";
import type { PlanFlags } from "../job-flags.ts";
import {
  ChildFailedError,
  childFailed,
  runForJson,
  runNode,
  swathProgram,
} from "../measure/child.ts";
import { withTemporaryFolder } from "../measure/temporary-folder.ts";

/** The record of a loop, without its single spans and pauses. */
export type ScriptRecord = Omit<Report, "spans" | "gc">;

/** One run of a script. */
export interface ScriptRun {
  /** In its loops, all together. */
  readonly seconds: number;
  /** The record of each loop. */
  readonly records: readonly ScriptRecord[];
  /** SHA-256 of what the script printed; undefined where it printed nothing. */
  readonly output: string | undefined;
  /** Whether something that the script started may have printed more. */
  readonly isCut: boolean;
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
  return withTemporaryFolder(async (folder) => {
    const reports = `none,json:${join(folder, "report.json")}`;
    const own = ["--report", reports, "--progress", "none", ...flagsOf(way)];
    const { code, stdoutDigest, isCut, stderr } = await runNode({
      script: swathProgram(),
      args: ["run", ...own, script, "--", ...args],
      signal,
    });
    if (code !== 0) throw childFailed(`${script} with ${flagsOf(way).join(" ")}`, code, stderr);
    const records = recordsIn(folder, script);
    const seconds = records.reduce((sum, { wall }) => sum + wall, 0);
    return { seconds, records, output: stdoutDigest, isCut };
  });
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

/** Each loop has a file: `report.json`, `report-2.json`, … */
function recordsIn(folder: string, script: string): readonly ScriptRecord[] {
  const numberOf = (name: string) => Number(/-(\d+)\./.exec(name)?.[1] ?? 1);
  const names = readdirSync(folder).sort((a, b) => numberOf(a) - numberOf(b));
  if (names.length === 0) {
    throw new ChildFailedError(`${script} ran to its end without a loop of swath`);
  }
  return names.map((name) => {
    const {
      spans: _spans,
      gc: _gc,
      ...record
    } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Report;
    return record;
  });
}
