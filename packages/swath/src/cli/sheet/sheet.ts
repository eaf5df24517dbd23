/** What was measured, as tables with some words: text, Markdown and HTML are made from it. */
export interface Sheet {
  readonly title: string;
  /** What holds for all tables: the machine, how it was measured. */
  readonly facts: readonly string[];
  readonly tables: readonly SheetTable[];
  /** What the figures say, and what they do not. */
  readonly notes: readonly string[];
}

/** One table; the first column is text, the others are figures. */
export interface SheetTable {
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Length of a bar beside each row, in any unit; the HTML page draws them. */
  readonly bars?: readonly number[];
}
