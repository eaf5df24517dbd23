import type { Spans } from "../record.ts";

/** Cost of the items of a stretch of the input. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** Seconds per item, inside the task: the mean, and that of the dearest chunk. NaN for none. */
  readonly mean: number;
  readonly max: number;
}

/**
 * What an item costs along the input: where in it the work is. A chunk's cost is spread evenly over
 * its items, whose own times are not recorded.
 */
export function costAlongInput(spans: Spans, stretches: number): readonly Stretch[] {
  let items = 0;
  for (const end of spans.end) if (end > items) items = end;
  if (items === 0) return [];
  const width = items / Math.min(stretches, items);
  const parts = Math.round(items / width);
  const seconds = new Float64Array(parts);
  const counts = new Float64Array(parts);
  const max = new Float64Array(parts).fill(Number.NaN);
  for (let i = 0; i < spans.recorded; i++) {
    const [start, end] = [spans.start[i] as number, spans.end[i] as number];
    if (end === start) continue;
    const each = (spans.run[i] as number) / (end - start);
    const last = Math.min(parts - 1, Math.ceil(end / width) - 1);
    for (let part = Math.floor(start / width); part <= last; part++) {
      const share = Math.min(end, (part + 1) * width) - Math.max(start, part * width);
      if (!(share > 0)) continue;
      seconds[part] = (seconds[part] as number) + each * share;
      counts[part] = (counts[part] as number) + share;
      if (!((max[part] as number) >= each)) max[part] = each;
    }
  }
  return Array.from(seconds, (sum, part) => ({
    start: Math.floor(part * width),
    end: Math.min(items, Math.floor((part + 1) * width)),
    mean: sum / (counts[part] as number),
    max: max[part] as number,
  }));
}
