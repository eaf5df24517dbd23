import { InvalidOptionError } from "../plugin.ts";

/** Files that a report is written as. */
export const REPORT_FILES = {
  html: "report.html",
  json: "report.json",
  md: "report.md",
  trace: "report.trace.json",
} as const;
export type ReportKind = keyof typeof REPORT_FILES;

/** A file that is wanted of each report. */
export interface ReportFile {
  readonly kind: ReportKind;
  /** "-": on stderr, for stdout is the program's. @default in a folder of the run's own */
  readonly path: string | undefined;
}

/** What is done with reports. */
export interface ReportRequest {
  /** Whether the summary is printed on stderr. */
  readonly text: boolean;
  readonly files: readonly ReportFile[];
}

const EXPECTED =
  "html, json, md or trace, each with :path if you like, text or none, with commas between";

/**
 * Reads the value of `--report`: `html,json:out.json,none`. The path of a file alone says by its
 * ending what it is to be.
 *
 * @throws InvalidOptionError
 */
export function reportRequest(list: string): ReportRequest {
  const words = list.split(",").map((word) => word.trim());
  return {
    text: !words.includes("none"),
    files: words.filter((word) => word !== "text" && word !== "none").map(fileFrom),
  };
}

function fileFrom(word: string): ReportFile {
  const colon = word.indexOf(":");
  const kind = colon < 0 ? word : word.slice(0, colon);
  if (isKind(kind)) {
    const path = colon < 0 ? undefined : word.slice(colon + 1);
    if (path === "")
      throw new InvalidOptionError("--report", EXPECTED, word, ". The path is empty");
    return { kind, path };
  }
  const [, ending = ""] = /\.(trace\.json|html?|json|md)$/i.exec(word) ?? [];
  const byEnding = ending.toLowerCase().replace("trace.json", "trace").replace(/^htm$/, "html");
  if (isKind(byEnding)) return { kind: byEnding, path: word };
  throw new InvalidOptionError("--report", EXPECTED, word);
}

function isKind(word: string): word is ReportKind {
  return Object.hasOwn(REPORT_FILES, word);
}
