import type { Sheet, SheetTable } from "./sheet.ts";

/** A sheet for a terminal. */
export function sheetText({ title, facts, tables, notes }: Sheet): string {
  const blocks = [
    [title, ...facts].join("\n"),
    ...tables.map(tableText),
    ...(notes.length === 0 ? [] : [notes.join("\n")]),
  ];
  return blocks.join("\n\n");
}

/** A table with its columns aligned: text to the left, figures to the right. */
export function tableText({ caption, header, rows }: SheetTable): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => {
    return Math.max(...lines.map((line) => (line[column] ?? "").length));
  });
  const lineText = (line: readonly string[]) =>
    widths
      .map((width, column) => {
        const text = line[column] ?? "";
        return column === 0 ? text.padEnd(width) : text.padStart(width);
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [caption, "", lineText(header), rule, ...rows.map(lineText)].join("\n");
}
