import { type Command, InvalidArgumentError, Option } from "commander";
import type { JobOptions } from "../index.ts";
import { SCHEDULES } from "../plugin.ts";
import type { ProgressMode } from "./progress.ts";
import { addReportFlags, type ReportFlags } from "./report-flags.ts";

/** Flags that every command that runs loops has, as commander gives them. */
export interface LoopFlags extends ReportFlags {
  readonly workers?: number;
  readonly schedule?: NonNullable<JobOptions["schedule"]>;
  readonly chunk?: number;
  readonly route?: NonNullable<JobOptions["route"]>;
  readonly progress: ProgressMode;
}

/** Flags of a command that is one loop and prints its result. */
export interface JobFlags extends LoopFlags {
  readonly json?: boolean;
}

/** Adds the flags of {@link JobFlags} to a command. */
export function addJobFlags(command: Command): Command {
  return addLoopFlags(command).option(
    "--json",
    "print one JSON document on stdout and nothing else",
  );
}

/** Adds the flags of {@link LoopFlags} to a command. */
export function addLoopFlags(command: Command): Command {
  return addReportFlags(command)
    .option(
      "--workers <n>",
      "worker threads; 0 runs in place (default: one for each core)",
      wholeNumber,
    )
    .addOption(
      new Option("--schedule <name>", "how work is cut and handed out (default: auto)").choices(
        Object.keys(SCHEDULES),
      ),
    )
    .option("--chunk <n>", "items handed out at a time (default: measured)", wholeNumber)
    .addOption(
      new Option("--route <name>", "how data reaches the workers (default: auto)").choices([
        "auto",
        "copy",
        "move",
        "share",
        "read",
      ]),
    )
    .addOption(
      new Option("--progress <how>", "progress on stderr")
        .choices(["auto", "none", "json"])
        .default("auto"),
    )
    .option("-q, --quiet", "print results only");
}

/** The flags that are options of the loop. With `--json` what tasks print stays off stdout. */
export function jobOptionsFrom(flags: JobFlags): JobOptions {
  const { workers, schedule, chunk, route, json } = flags;
  return {
    ...(workers === undefined ? {} : { workers }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(chunk === undefined ? {} : { chunk }),
    ...(route === undefined ? {} : { route }),
    ...(json === true ? { stdio: "stderr" } : {}),
  };
}

/** Reads a whole number from 0 up. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}
