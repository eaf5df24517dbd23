import { type Command, InvalidArgumentError, Option } from "commander";
import type { JobOptions } from "../index.ts";
import { SCHEDULES } from "../plugin.ts";
import type { ProgressMode } from "./progress.ts";
import { addReportFlags, type ReportFlags } from "./report-flags.ts";

/** Flags that settle how a loop is done, as commander gives them. */
export interface PlanFlags {
  readonly workers?: number;
  readonly inline?: "auto" | "never";
  readonly schedule?: NonNullable<JobOptions["schedule"]>;
  readonly chunk?: number;
  readonly route?: NonNullable<JobOptions["route"]>;
}

/** Flags that every command that runs loops has. */
export interface LoopFlags extends ReportFlags, Omit<PlanFlags, "inline"> {
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
  return addWayFlags(addReportFlags(command))
    .addOption(
      new Option("--progress <how>", "progress on stderr")
        .choices(["auto", "none", "json"])
        .default("auto"),
    )
    .option("-q, --quiet", "print results only");
}

/** Adds the flags of {@link PlanFlags} to a command. */
export function addPlanFlags(command: Command): Command {
  return addInlineFlag(addWayFlags(command));
}

/** Adds `--inline`. */
export function addInlineFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--inline <when>",
      "auto: run loops in place where that is faster; never: on threads (default: never)",
    ).choices(["auto", "never"]),
  );
}

/** The words of the environment are those of the flags; the library reads them. */
export function setEnvironment(flags: PlanFlags): void {
  for (const [name, value] of Object.entries(environmentOf(flags))) process.env[name] = value;
}

/** The environment variables that stand for the flags. */
export function environmentOf(flags: PlanFlags): Readonly<Record<string, string>> {
  const { workers, inline, schedule, chunk, route } = flags;
  const values = {
    SWATH_WORKERS: workers,
    SWATH_INLINE: inline,
    SWATH_SCHEDULE: schedule,
    SWATH_CHUNK: chunk,
    SWATH_ROUTE: route,
  };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function addWayFlags(command: Command): Command {
  return command
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
    );
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
