import { type Command, Option } from "commander";
import { type Assertion, parseAssertion } from "./assertions/assertion.ts";
import { type ReportRequest, reportRequest } from "./report-request.ts";
import type { ColourWhen } from "./terminal.ts";

/** Flags of every command whose jobs have reports. */
export interface ReportFlags {
  readonly report?: ReportRequest;
  readonly color?: ColourWhen;
  readonly ui?: boolean;
  readonly quiet?: boolean;
  readonly assert: readonly Assertion[];
}

/** Adds `--report`, `--ui`, `--color` and `--assert` to a command. */
export function addReportFlags(command: Command): Command {
  return command
    .option(
      "--report <list>",
      "html, json, md, trace (each with :path; else in .swath/runs/), text, none (default: text)",
      (value: string, before: ReportRequest | undefined) => joined(before, reportRequest(value)),
    )
    .option("--ui", "a live page of what runs; prints its address")
    .addOption(
      new Option("--color <when>", "colours on stderr (default: auto)").choices([
        "auto",
        "always",
        "never",
      ]),
    )
    .option(
      "--assert <expression>",
      "of the report, as 'efficiency>=0.7' or 'wall<2s': exit code 4 if not; repeatable",
      (text: string, before: readonly Assertion[]) => [...before, parseAssertion(text)],
      [],
    );
}

function joined(before: ReportRequest | undefined, { text, files }: ReportRequest): ReportRequest {
  if (before === undefined) return { text, files };
  return { text: before.text && text, files: [...before.files, ...files] };
}
