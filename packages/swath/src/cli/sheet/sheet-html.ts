import type { Sheet, SheetTable } from "./sheet.ts";

/** A sheet as one page that needs nothing else: no script, no network. */
export function sheetHtml({ title, facts, tables, notes }: Sheet): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${facts.map(escaped).join("<br>")}</p>
${tables.map(tableHtml).join("\n")}
${notes.length === 0 ? "" : `<ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>`}
</main>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 2rem; }
main { max-width: 75rem; margin: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 1.5rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #8886; }
th:first-child, td:first-child { text-align: left; }
.bar { min-width: 12rem; }
.bar span { display: block; height: .8rem; background: #0072b2; }
@media print { body { margin: 0; } }`;

function tableHtml({ caption, header, rows, bars }: SheetTable): string {
  const longest = Math.max(0, ...(bars ?? []));
  const head = header.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("");
  const body = rows.map((row, index) => {
    const cells = row.map((cell, column) =>
      column === 0 ? `<th scope="row">${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`,
    );
    return `<tr>${cells.join("")}${barHtml(bars?.[index], longest)}</tr>`;
  });
  const barHead = bars === undefined ? "" : `<td class="bar"></td>`;
  return `<div class="wide" tabindex="0" role="region" aria-label="${escaped(caption)}"><table>
<caption>${escaped(caption)}</caption>
<thead><tr>${head}${barHead}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table></div>`;
}

/** The figure stands in the row: the bar is for the eye only. */
function barHtml(length: number | undefined, longest: number): string {
  if (length === undefined) return "";
  const percent = longest === 0 ? 0 : (100 * length) / longest;
  return `<td class="bar" aria-hidden="true"><span style="width:${percent.toFixed(1)}%"></span></td>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
