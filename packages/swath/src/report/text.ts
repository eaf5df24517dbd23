import { plainText } from "./care.ts";
import { type Answer, fourAnswers, type Grade } from "./four-answers.ts";
import {
  ascii,
  DEFAULT_COLUMNS,
  MIN_COLUMNS,
  type Paint,
  paint,
  type TextStyle,
  wrap,
} from "./text-style.ts";
import {
  adviceTold,
  boundText,
  bucketsTold,
  efficiencyText,
  headline,
  identityText,
  isSlower,
  placeText,
  routesText,
  speedText,
  type ToldAdvice,
  type ToldBucket,
} from "./told.ts";
import type { ToldRecord } from "./told-record.ts";
import { percentText, secondsText } from "./units.ts";

/** Lines of a summary where the terminal has 80 columns or more: it stays on one screen. */
const MAX_LINES = 24;
/** What the title, one piece of advice and the count of the others take. */
const MIN_ADVICE_LINES = 4;
/** Columns of the longest bar, and before it. */
const BAR_WIDTH = 24;
const BAR_INDENT = 41;
/** Where a name ends and what is said of it begins. */
const LABEL_WIDTH = 26;
/** In a terminal that is narrower, what is said begins on the next line. */
const TABLE_COLUMNS = 60;

const GRADE_COLOURS: Readonly<Record<Grade, Paint>> = {
  good: "green",
  watch: "yellow",
  poor: "red",
};

type Lines = readonly string[];

/** What lines are made for. */
interface Page {
  readonly columns: number;
  readonly paint: (text: string, colour: Paint) => string;
  /** Spells a text so that the terminal can show it. */
  readonly spell: (text: string) => string;
}

/**
 * The summary of a run for a terminal: how fast it was, where the worker-seconds went, the four
 * answers, and what to change. At most 24 lines, save in terminals narrower than 80 columns.
 *
 * @param record a report, or the JSON of one; what it lacks reads "not recorded"
 */
export function reportText(record: ToldRecord, style: TextStyle = {}): string {
  const { columns = DEFAULT_COLUMNS, colour = false, unicode = true } = style;
  const page: Page = {
    columns: Math.max(MIN_COLUMNS, columns),
    paint: (text, name) => paint(text, name, colour),
    spell: unicode ? (text) => text : ascii,
  };
  const fixed = [
    ...headLines(record, page, plainText(style.title)),
    ...(page.columns < DEFAULT_COLUMNS ? [] : [""]),
    ...bucketLines(record, page),
    ...fourAnswers(record).flatMap((answer, i) => answerLine(answer, i + 1, page)),
  ];
  const further = fitting(furtherRows(record, page), MAX_LINES - MIN_ADVICE_LINES - fixed.length);
  const lines = [...fixed, ...further];
  return [...lines, ...adviceLines(record, page, MAX_LINES - lines.length)].join("\n");
}

/** As many of the rows as there is room for, the first ones first, each in its longest form that fits. */
function fitting(rows: readonly (readonly Lines[])[], room: number): Lines {
  const lines: string[] = [];
  for (const forms of rows) {
    lines.push(...(forms.find((form) => lines.length + form.length <= room) ?? []));
  }
  return lines;
}

function headLines(record: ToldRecord, page: Page, title: string | undefined): readonly string[] {
  const speed = speedText(record);
  const verdict = plainText(record.verdict);
  const lines = (text: string | undefined, lead: string, colour?: Paint) =>
    text === undefined
      ? []
      : wrap(page.spell(lead + text), page.columns, 4).map((line) =>
          colour === undefined ? line : page.paint(line, colour),
        );
  const head = lines(headline(record), title === undefined ? "" : `${title}: `, "bold");
  // That threads did harm is what the reader must not miss.
  if (isSlower(record)) return [...lines(verdict ?? speed, "! ", "red"), ...head];
  return [...head, ...lines(speed, "  ", "bold"), ...lines(verdict, "  ")];
}

function bucketLines(record: ToldRecord, page: Page): readonly string[] {
  const buckets = bucketsTold(record);
  if (buckets === undefined) return row("worker time", "not recorded", page);
  const all = buckets.reduce((sum, { seconds }) => sum + seconds, 0);
  const title = page.spell(`  Where ${secondsText(all)} of worker time went`);
  const factors = efficiencyText(record);
  return [
    ...wrap(title, page.columns, 4),
    ...buckets.map((bucket) => bucketLine(bucket, page)),
    ...(factors === undefined ? [] : row("efficiency", factors, page)),
  ];
}

function bucketLine({ label, seconds, share }: ToldBucket, page: Page): string {
  const figures = page.spell(
    `${secondsText(seconds).padStart(9)} ${percentText(share).padStart(7)}`,
  );
  const narrow = page.columns < BAR_INDENT;
  const text = narrow ? `  ${label} ${figures.trim()}` : `  ${label.padEnd(20)}${figures}  `;
  const room = Math.min(BAR_WIDTH, Math.max(0, page.columns - BAR_INDENT - 1));
  const bar = page.spell("█".repeat(Math.max(0, Math.round(share * room))));
  if (bar === "" || narrow) return wrap(text.trimEnd(), page.columns, 4).join("\n");
  return text + page.paint(bar, label === "useful work" ? "green" : "cyan");
}

/**
 * What is shortened or left out where there is no room, each in its forms, the longest first; the
 * most worth knowing comes first.
 */
function furtherRows(record: ToldRecord, page: Page): readonly (readonly Lines[])[] {
  const texts = [
    ["bound by", boundText(record), plainText(record.bound?.kind)],
    ["in place", placeText(record)],
    ["speed-up", identityText(record)],
    ["routes", routesText(record)],
  ] as const;
  return texts.map(([label, ...forms]) =>
    forms.flatMap((text) => (text === undefined ? [] : [row(label, text, page)])),
  );
}

function answerLine({ question, text, grade }: Answer, number: number, page: Page) {
  const lines = row(
    `${number} ${question}`,
    grade === undefined ? text : `${text}  ${grade}`,
    page,
  );
  if (grade === undefined) return lines;
  const last = lines.at(-1) as string;
  const coloured = last.slice(0, -grade.length) + page.paint(grade, GRADE_COLOURS[grade]);
  return [...lines.slice(0, -1), coloured];
}

function row(label: string, text: string, page: Page): readonly string[] {
  const wide = page.columns >= TABLE_COLUMNS;
  const start = wide ? `  ${label.padEnd(LABEL_WIDTH)}` : `  ${label}: `;
  return wrap(page.spell(start + text), page.columns, wide ? LABEL_WIDTH + 2 : 4);
}

/** As much advice as there is room for; the rest is counted. */
function adviceLines(record: ToldRecord, page: Page, room: number): readonly string[] {
  const advice = adviceTold(record);
  if (advice.length === 0) return [];
  const title = "  Advice (savings predicted by replaying this run)";
  const lines: string[] = [...wrap(title, page.columns, 4)];
  for (const [i, one] of advice.entries()) {
    const more = adviceLine(one, page);
    const isLast = i === advice.length - 1;
    if (i > 0 && lines.length + more.length + (isLast ? 0 : 1) > room) {
      return [...lines, ...wrap(`  and ${advice.length - i} more in the report`, page.columns, 4)];
    }
    lines.push(...more);
  }
  return lines;
}

function adviceLine({ id, title, saving, change }: ToldAdvice, page: Page): readonly string[] {
  const text = [`  ${id}  ${title}`, ...(saving === undefined ? [] : [saving])].join("  ");
  return [
    ...wrap(page.spell(text), page.columns, 9),
    ...(change === undefined ? [] : wrap(page.spell(`         ${change}`), page.columns, 9)),
  ];
}
