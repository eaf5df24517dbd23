import { encodeRecord } from "./encode-record.ts";
import { ReportUnreadableError } from "./errors.ts";
import { escapeText, filledPage } from "./page-template.ts";
import { readRecord } from "./read-record.ts";
import type { RunRecord } from "./record.ts";
import { RECORD_ID, SPANS_ID } from "./slots.ts";
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
  return filledPage({
    title: escapeText(title),
    noscript: escapeText(options.summary ?? summaryText(record)),
    data: dataOf(record),
  });
}

function dataOf(record: RunRecord): string {
  const { json, spans } = encodeRecord(record);
  const data = `<script type="application/json" id="${RECORD_ID}">${json}</script>`;
  if (spans === undefined) return data;
  return `${data}\n<script type="application/octet-stream" id="${SPANS_ID}">${spans}</script>`;
}
