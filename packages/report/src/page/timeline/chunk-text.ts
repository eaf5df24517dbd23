import { type Lane, PHASES } from "../../figures/lanes.ts";
import { countText, secondsText } from "../../figures/units.ts";
import type { Spans } from "../../record.ts";

/** "items 120–127" */
export function itemsText(spans: Spans, row: number): string {
  const [start, end] = [spans.start[row] as number, spans.end[row] as number];
  return end - start > 1
    ? `items ${countText(start)}–${countText(end - 1)}`
    : `item ${countText(start)}`;
}

/** What is said of a chunk that the reader points at. */
export function chunkText(spans: Spans, { worker, rows }: Lane, span: number): string {
  const row = rows[span] as number;
  const phases = PHASES.filter((phase) => (spans[phase][row] as number) > 0).map(
    (phase) => `${phase} ${secondsText(spans[phase][row] as number)}`,
  );
  const at = secondsText(spans.begin[row] as number);
  return `${itemsText(spans, row)} · worker ${worker} · from ${at} · ${phases.join(", ")}`;
}

/** From begin to end of a chunk. */
export function lengthOf(spans: Spans, row: number): number {
  if (spans.duration !== undefined) return spans.duration[row] as number;
  return PHASES.reduce((sum, phase) => sum + (spans[phase][row] as number), 0);
}
