import type { Chunk } from "../schedules/schedule.ts";

/** Index ranges that are done before a job begins: they are cut out of what is handed out. */
export class FinishedRanges {
  /** Items in them. */
  readonly items: number;
  readonly #ranges: readonly Chunk[];

  /** @param ranges sorted by start; they do not overlap */
  constructor(ranges: readonly Chunk[]) {
    this.#ranges = ranges;
    this.items = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** The parts of a chunk that are still to be done, in order. */
  cut({ start, end }: Chunk): readonly Chunk[] {
    const open: Chunk[] = [];
    let at = start;
    for (let i = this.#firstEndingAfter(start); at < end; i++) {
      const done = this.#ranges[i];
      const until = Math.min(end, done?.start ?? end);
      if (at < until) open.push({ start: at, end: until });
      at = Math.max(at, done?.end ?? end);
    }
    return open;
  }

  #firstEndingAfter(index: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle] as Chunk).end <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
