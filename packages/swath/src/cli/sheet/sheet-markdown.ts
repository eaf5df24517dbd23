import type { Sheet, SheetTable } from "./sheet.ts";

/** A sheet as Markdown. */
export function sheetMarkdown({ title, facts, tables, notes }: Sheet): string {
  return `${[
    `## ${escaped(title)}`,
    facts.map(escaped).join("  \n"),
    ...tables.map(tableMarkdown),
    notes.map((note) => `- ${escaped(note)}`).join("\n"),
  ]
    .filter((block) => block !== "")
    .join("\n\n")}\n`;
}

function tableMarkdown({ caption, header, rows }: SheetTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  const rule = header.map((_, column) => (column === 0 ? "---" : "---:"));
  return [
    `**${escaped(caption)}**`,
    "",
    line(header),
    `| ${rule.join(" | ")} |`,
    ...rows.map(line),
  ].join("\n");
}

/** Names of functions and files may hold anything. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|]/g, "\\$&").replaceAll(/\s*\n\s*/g, " ");
}
