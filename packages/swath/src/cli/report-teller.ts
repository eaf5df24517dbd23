import { appendFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { advised, type RunRecord } from "../analysis.ts";
import { messageOf, reportText, type ToldRecord, toMarkdown, toTrace } from "../plugin.ts";
import type { ReportFlags } from "./report-flags.ts";
import { loadReportKit, type ReportKit } from "./report-kit.ts";
import {
  REPORT_FILES,
  type ReportFile,
  type ReportKind,
  type ReportRequest,
} from "./report-request.ts";
import { makeRunFolder } from "./run-folder.ts";
import { type ColourWhen, styleOf } from "./terminal.ts";
import { writeNew } from "./write-new.ts";

/** Makes what tells of reports; what it needs is loaded, and refused if absent, before the work. */
export async function openReports({ report, quiet, color }: ReportFlags): Promise<ReportTeller> {
  const request = report ?? { text: true, files: [] };
  const wantsHtml = request.files.some(({ kind }) => kind === "html");
  return new ReportTeller({
    request,
    quiet: quiet === true,
    colour: color,
    kit: wantsHtml ? await loadReportKit("--report html") : undefined,
  });
}

interface Telling {
  readonly request: ReportRequest;
  /** Nothing is printed of reports that was not asked for by name. */
  readonly quiet: boolean;
  readonly colour: ColourWhen | undefined;
  /** There if HTML is wanted. */
  readonly kit: ReportKit | undefined;
}

/**
 * Tells of reports as the user wants it: a summary on stderr, files, and in GitHub Actions a part
 * of the step's summary. What cannot be written is a warning, never a failure: the work is done.
 */
export class ReportTeller {
  readonly #telling: Telling;
  /** Paths are meant as the user's shell has them, wherever the script goes. */
  readonly #home = process.cwd();
  readonly #reached = new Map<string, number>();
  #folder: string | undefined;
  #isStepFull = false;

  constructor(telling: Telling) {
    this.#telling = telling;
  }

  /** Whether summaries are printed. */
  get tellsText(): boolean {
    return this.#telling.request.text && !this.#telling.quiet;
  }

  /**
   * Tells of a run; with advice, if its record holds none yet.
   *
   * @param title what stands before the summary, in its first line
   */
  tell(measured: ToldRecord, title?: string): void {
    const { request, colour } = this.#telling;
    const record = withAdvice(measured);
    if (this.tellsText) {
      const style = { ...styleOf(process.stderr, colour), title };
      process.stderr.write(`${reportText(record, style)}\n`);
    }
    if (request.text) this.#appendStepSummary(record);
    for (const file of request.files) this.#write(file, record);
  }

  /** Says why a report that was wanted is not there. */
  tellNone(why: string): void {
    if (this.#telling.request.files.length === 0) return;
    process.stderr.write(`swath: There is no report: ${why}\n`);
  }

  #write({ kind, path }: ReportFile, record: ToldRecord): void {
    try {
      const content = this.#contentOf(kind, record);
      if (path === "-") process.stderr.write(content);
      else
        this.#tellPath(
          path === undefined ? this.#inFolder(kind, content) : this.#at(path, kind, content),
        );
    } catch (error) {
      process.stderr.write(`swath: Cannot write the report (${kind}): ${messageOf(error)}\n`);
    }
  }

  #contentOf(kind: ReportKind, record: ToldRecord): string {
    switch (kind) {
      case "html":
        return (this.#telling.kit as ReportKit).renderHtml(record);
      case "json":
        return `${JSON.stringify(record)}\n`;
      case "md":
        return toMarkdown(record);
      case "trace":
        return `${JSON.stringify(toTrace(record))}\n`;
      default:
        return kind satisfies never;
    }
  }

  /** A report that has no place where it was wanted is put where others go. */
  #at(path: string, kind: ReportKind, content: string): string {
    try {
      const file = resolve(this.#home, path);
      mkdirSync(dirname(file), { recursive: true });
      return writeNew(file, content, this.#reached);
    } catch (error) {
      process.stderr.write(`swath: Cannot write the report: ${messageOf(error)}\n`);
      return this.#inFolder(kind, content);
    }
  }

  #inFolder(kind: ReportKind, content: string): string {
    this.#folder ??= makeRunFolder(this.#home);
    return writeNew(join(this.#folder, REPORT_FILES[kind]), content, this.#reached);
  }

  #tellPath(path: string): void {
    if (!this.tellsText) return;
    const below = relative(this.#home, path);
    process.stderr.write(`wrote ${below.startsWith("..") ? path : below}\n`);
  }

  /** In GitHub Actions, what the page of the build shows of a step. */
  #appendStepSummary(record: ToldRecord): void {
    const { GITHUB_STEP_SUMMARY: path } = process.env;
    if (!path || this.#isStepFull) return;
    try {
      const text = `${toMarkdown(record)}\n`;
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      this.#isStepFull = size + Buffer.byteLength(text) > STEP_SUMMARY_BYTES;
      if (!this.#isStepFull) return appendFileSync(path, text);
      // Another run of the step may have said it.
      if (!readFileSync(path, "utf8").endsWith(STEP_SUMMARY_END)) {
        appendFileSync(path, STEP_SUMMARY_END);
      }
    } catch (error) {
      process.stderr.write(`swath: Cannot add to the step's summary: ${messageOf(error)}\n`);
    }
  }
}

/** GitHub shows none of a step's summary that is over 1 MiB. */
const STEP_SUMMARY_BYTES = 1_000_000;
const STEP_SUMMARY_END = "\nThe summaries of further loops have no room here.\n";

/** Runs of more chunks end without advice: replaying them would take seconds. */
const MAX_ADVISED_CHUNKS = 20_000;

function withAdvice(record: ToldRecord): ToldRecord {
  const { advice, verdict, spans } = record;
  if (advice !== undefined && verdict !== undefined) return record;
  if ((spans?.begin?.length ?? 0) > MAX_ADVISED_CHUNKS) return record;
  try {
    return { ...advised(record as RunRecord), ...record };
  } catch (error) {
    // Of another version's record, say: no reason for the run to fail.
    process.stderr.write(`swath: There is no advice: ${messageOf(error)}\n`);
    return record;
  }
}
