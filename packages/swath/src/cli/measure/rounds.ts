import { median } from "./statistics.ts";

/** One thing to measure. */
export interface Cell<A extends Timed> {
  /** Its name in tables and in `--only`. */
  readonly id: string;
  /** Runs it once, in a process of its own, so that no cell warms another. */
  run(signal: AbortSignal): Promise<A>;
}

/** What one run gives, at least. */
export interface Timed {
  readonly seconds: number;
}

/** How often, and who is told. */
export interface RoundOptions<A> {
  readonly rounds: number;
  /** Ends the measuring; its reason is what it rejects with. */
  readonly signal: AbortSignal;
  /** Is told of each run when it has ended; `round` counts from 1. */
  readonly onSample?: (round: number, id: string, answer: A) => void;
}

/** For each cell what it gave in each round. */
export type Samples<A> = ReadonlyMap<string, readonly A[]>;

/**
 * Runs the cells in rounds: in each the first cell, which the others are compared with, goes
 * first; the order of the others is rotated from round to round and turned round in every second
 * one, so that none always has the same neighbour.
 */
export async function runRounds<A extends Timed>(
  cells: readonly Cell<A>[],
  { rounds, signal, onSample }: RoundOptions<A>,
): Promise<Samples<A>> {
  const samples = new Map<string, A[]>(cells.map(({ id }) => [id, []]));
  for (let round = 0; round < rounds; round++) {
    for (const cell of orderOf(round, cells)) {
      signal.throwIfAborted();
      const answer = await cell.run(signal);
      signal.throwIfAborted();
      samples.get(cell.id)?.push(answer);
      onSample?.(round + 1, cell.id, answer);
    }
  }
  return samples;
}

/** The order of round `round`, counted from 0. */
export function orderOf<T>(round: number, cells: readonly T[]): readonly T[] {
  const [first, ...others] = cells;
  if (first === undefined || others.length === 0) return cells;
  const from = round % others.length;
  const rotated = [...others.slice(from), ...others.slice(0, from)];
  return [first, ...(round % 2 === 0 ? rotated : rotated.reverse())];
}

/**
 * How many times as fast as `base`: the median of the ratios within each round, which cancel what
 * disturbed the whole round, as a ratio of medians does not.
 */
export function speedupOf(base: readonly Timed[], other: readonly Timed[]): number {
  const ratios = other.flatMap(({ seconds }, round) => {
    const before = base[round];
    return before === undefined || seconds === 0 ? [] : [before.seconds / seconds];
  });
  return median(ratios);
}
