/** Cost of index ranges, as measured chunk by chunk. Any unit of time; the same throughout. */
export interface CostCurve {
  /** Cost of the indices `[start, end)`. */
  between(start: number, end: number): number;
  readonly total: number;
}

/** A range of indices with what it cost. */
export interface CostedRange {
  readonly start: number;
  readonly end: number;
  readonly cost: number;
}

/**
 * Cost over the indices `[0, count)`: inside of a measured range every index costs the same, and
 * an index that was not measured costs the mean of those that were.
 *
 * Ranges may come in any order. Where they overlap, as after a loss, the later in the list counts.
 *
 * @param whole what all indices cost together, where the ranges are a sample in which some kind
 *   is more frequent: what was not measured then shares what is left
 */
export function costCurve(
  ranges: readonly CostedRange[],
  count: number,
  whole?: number,
): CostCurve {
  const { ends, totals, starts } = staircase(tilesOf(ranges, count, whole));
  const upTo = (index: number): number => {
    const at = Math.min(Math.max(index, 0), count);
    const i = firstAtLeast(ends, at);
    if (i === ends.length) return totals[i] as number;
    const from = starts[i] as number;
    const before = totals[i] as number;
    const whole = (totals[i + 1] as number) - before;
    return before + (whole * (at - from)) / ((ends[i] as number) - from);
  };
  return {
    between: (start, end) => Math.max(0, upTo(end) - upTo(start)),
    total: totals.at(-1) as number,
  };
}

/** Ranges that touch, cover `[0, count)` and do not overlap. */
function tilesOf(
  ranges: readonly CostedRange[],
  count: number,
  whole: number | undefined,
): readonly CostedRange[] {
  const measured = disjoint(ranges, count);
  const items = measured.reduce((sum, { start, end }) => sum + end - start, 0);
  const cost = measured.reduce((sum, range) => sum + range.cost, 0);
  const rest = whole === undefined || items === count ? undefined : Math.max(0, whole - cost);
  const mean = rest === undefined ? cost / (items || 1) : rest / (count - items);
  const tiles: CostedRange[] = [];
  let at = 0;
  const fill = (end: number) => {
    if (at < end) tiles.push({ start: at, end, cost: (end - at) * mean });
  };
  for (const tile of measured) {
    fill(tile.start);
    tiles.push(tile);
    at = tile.end;
  }
  fill(count);
  return tiles;
}

function disjoint(ranges: readonly CostedRange[], count: number): readonly CostedRange[] {
  const sorted = ranges
    .map((range, order) => ({ ...range, order }))
    .filter(({ start, end }) => start >= 0 && start < end && end <= count)
    .sort((a, b) => a.start - b.start || b.order - a.order);
  const kept: CostedRange[] = [];
  let at = 0;
  for (const { start, end, cost } of sorted) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    kept.push({ start: from, end, cost: (cost * (end - from)) / (end - start) });
    at = end;
  }
  return kept;
}

interface Staircase {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Cost before each tile, and behind the last. */
  readonly totals: Float64Array;
}

function staircase(tiles: readonly CostedRange[]): Staircase {
  const totals = new Float64Array(tiles.length + 1);
  tiles.forEach(({ cost }, i) => {
    totals[i + 1] = (totals[i] as number) + cost;
  });
  return {
    starts: Float64Array.from(tiles, ({ start }) => start),
    ends: Float64Array.from(tiles, ({ end }) => end),
    totals,
  };
}

/** Index of the first of the rising `values` that is at least `value`; their number if none is. */
function firstAtLeast(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
