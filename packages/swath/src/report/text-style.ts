/** How a text looks on what it is written to. */
export interface TextStyle {
  /** Columns that a line may take. @default 100 */
  readonly columns?: number | undefined;
  /** Colours beside the words; never instead of them. @default false */
  readonly colour?: boolean | undefined;
  /** False spells everything in ASCII. @default true */
  readonly unicode?: boolean | undefined;
  /** What the first line begins with, such as the name of the task. */
  readonly title?: string | undefined;
}

/** Where nobody says how wide the terminal is. */
export const DEFAULT_COLUMNS = 100;
/** Narrower terminals get lines of this width, and wrap them themselves. */
export const MIN_COLUMNS = 24;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Paint = keyof typeof CODES;

/** @returns the text between the codes of a colour; only where `on` */
export function paint(text: string, colour: Paint, on: boolean): string {
  return on ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
}

// oxlint-disable-next-line no-control-regex -- codes of colours begin with one
const CODE = /\u001b\[\d+m/g;

/** Columns that a text takes: codes take none, what is written in East Asia takes two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text.replaceAll(CODE, "")) width += WIDE.test(char) ? 2 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Breaks a line between words so that none is wider than `columns`; later lines are indented. */
export function wrap(text: string, columns: number, indent: number): readonly string[] {
  const lines: string[] = [];
  const room = Math.min(indent, Math.floor(columns / 2));
  // What stands before the first word, and columns of a table, are not broken.
  let line = "";
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (line === "" || widthOf(joined) <= columns) line = joined;
    else {
      lines.push(line);
      line = " ".repeat(room) + word;
    }
    while (widthOf(line) > columns) {
      const at = fitting(line, columns);
      lines.push(line.slice(0, at));
      line = " ".repeat(room) + line.slice(at);
    }
  }
  return [...lines, line];
}

/** How much of a text fits, in UTF-16 units; at least one character of it. */
function fitting(text: string, columns: number): number {
  let at = 0;
  let width = 0;
  for (const char of text) {
    width += WIDE.test(char) ? 2 : 1;
    if (width > columns && at > 0) return at;
    at += char.length;
  }
  return at;
}

const SPELT: Readonly<Record<string, string>> = {
  "×": "x",
  µ: "u",
  "±": "+/-",
  "−": "-",
  "–": "-",
  "…": "...",
  "█": "#",
  "·": ".",
  "✔": "ok",
};

/** The same in ASCII, for terminals that know no more. */
export function ascii(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- all of ASCII stays
    /[^\u0000-\u007f]/gu,
    (char) => SPELT[char] ?? `\\u${(char.codePointAt(0) as number).toString(16).padStart(4, "0")}`,
  );
}
