import { plainText } from "./care.ts";
import { fourAnswers } from "./four-answers.ts";
import {
  adviceTold,
  boundText,
  bucketsTold,
  efficiencyText,
  headline,
  identityText,
  placeText,
  routesText,
  speedText,
  type ToldAdvice,
} from "./told.ts";
import type { ToldRecord } from "./told-record.ts";
import { percentText, secondsText } from "./units.ts";

/** Characters of the longest bar. */
const BAR_WIDTH = 20;

/**
 * The record of a run as Markdown (GitHub's), as for the summary of a build: a few kilobytes. What
 * came out of data, such as previews of items, is text in it whatever it holds.
 *
 * @param report what `await job.report` gives, or the JSON of it
 * @example
 * appendFileSync(process.env.GITHUB_STEP_SUMMARY, toMarkdown(await job.report));
 */
export function toMarkdown(report: ToldRecord): string {
  const name = plainText(report.name) ?? plainText(report.task) ?? "a run";
  const verdict = plainText(report.verdict);
  const lead = [headline(report), speedText(report), verdict].filter((text) => text !== undefined);
  return `${[
    `### swath: ${inert(name)}`,
    ...lead.map(inert),
    ...bucketTable(report),
    answerTable(report),
    ...facts(report),
    ...adviceList(report),
  ].join("\n\n")}\n`;
}

function bucketTable(report: ToldRecord): readonly string[] {
  const buckets = bucketsTold(report);
  if (buckets === undefined) return [];
  const rows = buckets.map(({ label, seconds, share }) => [
    label,
    secondsText(seconds),
    percentText(share),
    "█".repeat(Math.max(0, Math.round(share * BAR_WIDTH))),
  ]);
  return [table(["worker time", "seconds", "share", ""], [":--", "--:", "--:", ":--"], rows)];
}

function answerTable(report: ToldRecord): string {
  const rows = fourAnswers(report).map(({ question, text, grade }, i) => [
    `${i + 1} ${question}`,
    text,
    grade ?? "",
  ]);
  return table(["question", "answer", ""], [":--", ":--", ":--"], rows);
}

function facts(report: ToldRecord): readonly string[] {
  const all = [
    ["efficiency", efficiencyText(report)],
    ["speed-up", identityText(report)],
    ["bound by", boundText(report)],
    ["routes", routesText(report)],
    ["in place", placeText(report)],
  ].flatMap(([label, text]) => (text === undefined ? [] : `- ${label}: ${inert(text)}`));
  return all.length === 0 ? [] : [all.join("\n")];
}

function adviceList(report: ToldRecord): readonly string[] {
  const advice = adviceTold(report);
  if (advice.length === 0) return [];
  return [
    "**Advice** (savings predicted by replaying this run)",
    advice.map(adviceItem).join("\n"),
  ];
}

function adviceItem({ id, title, evidence, saving, change, docs }: ToldAdvice): string {
  const rule = docs !== undefined && WEB_PAGE.test(docs) ? `[${inert(id)}](${docs})` : inert(id);
  const lines = [
    `- ${rule} ${inert(title)}${saving === undefined ? "" : ` (${saving})`}`,
    ...(evidence === undefined ? [] : [`  ${inert(evidence)}`]),
    ...(change === undefined ? [] : [`  ${code(change)}`]),
  ];
  return lines.join("  \n");
}

/** Only a plain address of the web is made a link. */
const WEB_PAGE = /^https:\/\/[\w.-]+(?:\/[\w./#?=&%~-]*)?$/;

function table(
  head: readonly string[],
  align: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(align), ...rows.map((cells) => line(cells.map(inert)))].join("\n");
}

/**
 * Text that Markdown shows as it is: every character of ASCII that could mean something inside a
 * line is written as a character reference, which no renderer takes for markup, and neither does
 * HTML. Names in `backquotes` are lost as code, and stay as text.
 */
function inert(text: string): string {
  return text.replaceAll(/[#$*<>@[\\\]_`|~]|&(?=[#\w])|(?<=:)\/\/|(?<=www)\./g, (found) =>
    Array.from(found, (char) => `&#${char.codePointAt(0)};`).join(""),
  );
}

/** Code in line that ends where it should: fenced by more backquotes than it holds. */
function code(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence} ${text} ${fence}`;
}
