/**
 * A plain-text table: first column to the left, the others to the right.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function formatTable(head, rows) {
  const widths = head.map((title, k) =>
    Math.max(title.length, ...rows.map((row) => (row[k] ?? "").length)),
  );
  const line = (row) =>
    widths
      .map((width, k) => (k === 0 ? (row[k] ?? "").padEnd(width) : (row[k] ?? "").padStart(width)))
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((w) => "-".repeat(w)).join("  "), ...rows.map(line)].join("\n");
}

/** A number with three significant digits, never in exponent form. */
export function three(value) {
  if (!Number.isFinite(value)) return "-";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(digits, 6));
}
