import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, SwathError, type ToldRecord } from "../../plugin.ts";

/** A file does not hold the report of a run that this version can read. */
export class ReportFileError extends SwathError {
  readonly code = "SWATH_REPORT_FILE";
  readonly path: string;

  constructor(path: string, what: string, options?: { readonly cause?: unknown }) {
    super(`Cannot read the report ${path}: ${what}`, options);
    this.path = path;
  }
}

const SCHEMA = "swath.report/1";
/** A record names 100,000 chunks in about 8 MB; what is far larger is none. */
const MAX_BYTES = 256e6;

/**
 * The records in a file: one as JSON, or one on each line; or the report within the document of
 * a kit's `--json`. Of a folder, the `report.json` in it.
 *
 * @throws ReportFileError
 */
export function readReports(path: string): readonly ToldRecord[] {
  const file = reportPath(path);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new ReportFileError(file, "there is no such file");
  if (stat.size > MAX_BYTES) {
    const limit = `${Math.round(MAX_BYTES / 1e6)} MB`;
    throw new ReportFileError(file, `it has ${stat.size} bytes, and a report has at most ${limit}`);
  }
  return documentsIn(file).map((document) => recordIn(file, document));
}

/** The file that {@link readReports} reads. */
export function reportPath(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? reportPath(join(path, "report.json")) : path;
}

function documentsIn(path: string): readonly unknown[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ReportFileError(path, messageOf(cause), { cause });
  }
  try {
    return [JSON.parse(text)];
  } catch (cause) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    try {
      if (lines.length > 1) return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      // Neither one document nor lines of them: the first error says more.
    }
    throw new ReportFileError(path, `it is no JSON (${messageOf(cause)})`, { cause });
  }
}

function recordIn(path: string, document: unknown): ToldRecord {
  const record = isObject(document) && isObject(document["report"]) ? document["report"] : document;
  const schema = isObject(record) ? record["schema"] : undefined;
  if (schema === SCHEMA) return record as ToldRecord;
  const got = typeof schema === "string" ? JSON.stringify(schema.slice(0, 60)) : "none";
  const newer = typeof schema === "string" && /^swath\.report\/\d+$/.test(schema);
  const hint = newer ? ". It was written by a newer version: update swath" : "";
  throw new ReportFileError(path, `expected the schema "${SCHEMA}", got ${got}${hint}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
