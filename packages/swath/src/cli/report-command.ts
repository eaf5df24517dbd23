import { type Command, Option } from "commander";
import { InvalidOptionError, reportText, type ToldRecord, toMarkdown, toTrace } from "../plugin.ts";
import { wholeNumber } from "./job-flags.ts";
import { diffReports, diffSheet } from "./report/diff-reports.ts";
import { assertPlace, type PutFlags, putReport } from "./report/put-report.ts";
import { readReports } from "./report/read-report.ts";
import { loadReportKit } from "./report-kit.ts";
import { sheetHtml } from "./sheet/sheet-html.ts";
import { sheetMarkdown } from "./sheet/sheet-markdown.ts";
import { sheetText } from "./sheet/sheet-text.ts";
import { type ColourWhen, styleOf } from "./terminal.ts";

const FORMS = ["text", "html", "md", "json", "trace"] as const;
type Form = (typeof FORMS)[number];

interface ReportCommandFlags extends PutFlags {
  readonly to?: Form;
  readonly loop?: number;
  readonly json?: boolean;
  readonly color?: ColourWhen;
}

/** `swath report` */
export function addReport(command: Command): void {
  command
    .argument("<file>", "a report as JSON, what a kit's --json printed, or a folder of a run")
    .argument("[other]", "a second one: both are compared, figure by figure")
    .addOption(new Option("--to <form>", "what it becomes (default: text)").choices(FORMS))
    .option("-o, --output <path>", "where that goes (default: stdout)")
    .option("--overwrite", "replace a file that exists")
    .option("--loop <n>", "which of several reports in a file", wholeNumber)
    .option("--json", "the same as --to json")
    .addOption(
      new Option("--color <when>", "colours (default: auto)").choices(["auto", "always", "never"]),
    )
    .addHelpText("after", HELP)
    .action((file: string, other: string | undefined, flags: ReportCommandFlags) =>
      report(file, other, flags),
    );
}

const HELP = `
Examples:
  swath run main.ts --report json:before.json
  swath report before.json
  swath report before.json --to html -o before.html
  swath report before.json after.json
  swath report .swath/runs/last --to trace -o trace.json     for https://ui.perfetto.dev`;

async function report(
  file: string,
  other: string | undefined,
  flags: ReportCommandFlags,
): Promise<void> {
  const form = formOf(flags);
  assertPlace(other === undefined ? [file] : [file, other], flags);
  const content =
    other === undefined
      ? await converted(file, form, flags)
      : compared([file, one(file, flags)], [other, one(other, flags)], form);
  putReport(content, flags);
}

function formOf({ to, json }: ReportCommandFlags): Form {
  if (json && to !== undefined && to !== "json") {
    throw new InvalidOptionError("--json", `absent with --to ${to}`, true);
  }
  return json ? "json" : (to ?? "text");
}

async function converted(file: string, form: Form, flags: ReportCommandFlags): Promise<string> {
  switch (form) {
    case "text": {
      const all = flags.loop === undefined ? readReports(file) : [one(file, flags)];
      const style =
        flags.output === undefined ? styleOf(process.stdout, flags.color) : { colour: false };
      return all
        .map((record) => `${reportText(record, { ...style, title: record.task })}\n`)
        .join("\n");
    }
    case "html":
      return (await loadReportKit("--to html")).renderHtml(one(file, flags));
    case "md":
      return toMarkdown(one(file, flags));
    case "json":
      return `${JSON.stringify(one(file, flags))}\n`;
    case "trace":
      return `${JSON.stringify(toTrace(one(file, flags)))}\n`;
    default:
      return form satisfies never;
  }
}

function compared(
  a: readonly [string, ToldRecord],
  b: readonly [string, ToldRecord],
  form: Form,
): string {
  switch (form) {
    case "text":
      return `${sheetText(diffSheet(a, b))}\n`;
    case "html":
      return sheetHtml(diffSheet(a, b));
    case "md":
      return sheetMarkdown(diffSheet(a, b));
    case "json": {
      const figures = diffReports(a[1], b[1]);
      return `${JSON.stringify({ schema: "swath.report.diff/1", a: a[0], b: b[0], figures })}\n`;
    }
    case "trace":
      throw new InvalidOptionError("--to", "text, html, md or json for two reports", form);
    default:
      return form satisfies never;
  }
}

/** The one record of a file, or the one of several that `--loop` names. */
function one(file: string, { loop }: ReportCommandFlags): ToldRecord {
  const all = readReports(file);
  if (loop === undefined && all.length > 1) {
    throw new InvalidOptionError(
      "--loop",
      `from 1 to ${all.length}, for ${file} holds as many`,
      loop,
    );
  }
  const record = all[(loop ?? 1) - 1];
  if (record === undefined) {
    throw new InvalidOptionError("--loop", `from 1 to ${all.length}`, loop);
  }
  return record;
}
