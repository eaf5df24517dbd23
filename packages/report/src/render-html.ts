import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { ReportUnreadableError } from "./errors.ts";
import { readRecord } from "./read-record.ts";
import type { RunRecord } from "./record.ts";
import { RECORD_ID, SLOTS, SPANS_ID } from "./slots.ts";
import { packSpans } from "./spans/pack.ts";
import { summaryText } from "./summary.ts";

/** Options of {@link renderHtml}. */
export interface RenderOptions {
  /** Title of the page. @default the run's name, else its task's */
  readonly title?: string;
  /** Plain text for browsers without scripts. @default a summary of the record */
  readonly summary?: string;
}

/**
 * Makes one HTML page of the record of a run: self-contained, so that it opens from a disk, and
 * closed, for its policy lets nothing be fetched. Whatever the record lacks reads "not recorded".
 *
 * @param report what `await job.report` gives, or the JSON of it
 * @throws ReportUnreadableError if `report` is not a record of this version, or is damaged
 * @example
 * writeFileSync("report.html", renderHtml(await job.report));
 */
export function renderHtml(report: unknown, options: RenderOptions = {}): string {
  const reading = readRecord(report);
  if (reading.kind === "refused") throw new ReportUnreadableError(reading);
  const { record } = reading;
  const title = options.title ?? `swath: ${record.name ?? record.task ?? "report"}`;
  return fill(template(), {
    title: escapeText(title),
    noscript: escapeText(options.summary ?? summaryText(record)),
    data: dataOf(record),
  });
}

function dataOf({ spans, gc, ...rest }: RunRecord): string {
  const json = JSON.stringify(rest, plainColumns).replaceAll("<", "\\u003c");
  const record = `<script type="application/json" id="${RECORD_ID}">${json}</script>`;
  if (spans === undefined) return record;
  const packed = gzipSync(packSpans(spans, gc)).toString("base64");
  return `${record}\n<script type="application/octet-stream" id="${SPANS_ID}">${packed}</script>`;
}

function plainColumns(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value) : value;
}

function fill(page: string, texts: Readonly<Record<keyof typeof SLOTS, string>>): string {
  let filled = page;
  for (const slot of Object.keys(SLOTS) as (keyof typeof SLOTS)[]) {
    const at = filled.lastIndexOf(SLOTS[slot]);
    filled = filled.slice(0, at) + texts[slot] + filled.slice(at + SLOTS[slot].length);
  }
  return filled;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

let cached: string | undefined;

/** The page without a record, as the build of this package made it. */
function template(): string {
  cached ??= readFileSync(templateUrl(), "utf8");
  return cached;
}

/** `dist/report.html`, seen from `dist/bundle/` or from `src/`. */
function templateUrl(): URL {
  const inBundle = /\/dist\/bundle\/[^/]*$/.test(import.meta.url);
  return new URL(inBundle ? "../report.html" : "../dist/report.html", import.meta.url);
}
