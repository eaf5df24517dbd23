import type { Chunk } from "../schedules/schedule.ts";
import type { ChunkRun, Culprit, FailureCause } from "./events.ts";

/** An index that is handed out alone and takes this many workers with it has failed. */
const MAX_ATTEMPTS = 3;

/** A chunk that is to be handed out again. */
export type Piece = Omit<ChunkRun, "id"> & {
  /** Whether a worker gave it back for want of time: how much of it the next one gets is open. */
  readonly isRest?: boolean;
};

/** How a worker left while it ran a chunk. */
export interface Loss {
  readonly worker: number;
  readonly reason: unknown;
  /** The index at which it was, where that is known. */
  readonly running?: number | undefined;
  /** How often that index had failed by itself before. */
  readonly tries?: number | undefined;
  /** The item at which it was, where that is known. */
  readonly item?: number | undefined;
  readonly culprit?: Culprit | undefined;
}

/** What becomes of a chunk that was lost: all its indices are in one of the two. */
export interface Aftermath {
  readonly again: readonly Piece[];
  readonly failed?: { readonly index: number; readonly cause: FailureCause };
}

/**
 * Cuts a lost chunk so that whatever ended the worker soon stands alone: around the index that
 * is known to have done it, else around the one that was running, else in halves. An index
 * fails when it has failed by itself `retries + 1` times, or has taken three workers with it.
 */
export function afterLoss(chunk: ChunkRun, loss: Loss, retries: number): Aftermath {
  const { culprit, running } = loss;
  if (culprit !== undefined) {
    const before = culprit.index === running ? loss.tries : undefined;
    return afterCulprit(chunk, culprit, retries, before ?? chunk.tries);
  }
  if (length(chunk) === 1) return afterLonelyLoss(chunk, loss);
  // Whatever it lost in company, an index that stands alone has one more attempt at least.
  const attempt = Math.min(chunk.attempt + 1, MAX_ATTEMPTS - 1);
  if (running !== undefined && isIn(chunk, running)) {
    return {
      again: around(chunk, running, { start: running, end: running + 1, attempt, tries: 0 }),
    };
  }
  const middle = Math.ceil((chunk.start + chunk.end) / 2);
  return {
    again: [
      { start: chunk.start, end: middle, attempt, tries: 0 },
      { start: middle, end: chunk.end, attempt, tries: 0 },
    ],
  };
}

/** Whoever was running when another index's callback ended the worker is not charged. */
function afterCulprit(
  chunk: ChunkRun,
  { index, error }: Culprit,
  retries: number,
  before: number,
): Aftermath {
  if (!isIn(chunk, index)) return { again: [chunk] };
  const tries = before + 1;
  if (tries > retries) {
    return { again: around(chunk, index), failed: { index, cause: { kind: "task", error } } };
  }
  const again = { start: index, end: index + 1, attempt: chunk.attempt, tries };
  return { again: around(chunk, index, again) };
}

function afterLonelyLoss(chunk: ChunkRun, { worker, item, reason }: Loss): Aftermath {
  if (chunk.attempt < MAX_ATTEMPTS) return { again: [{ ...chunk, attempt: chunk.attempt + 1 }] };
  return {
    again: [],
    failed: { index: chunk.start, cause: { kind: "lost", worker, chunk, item, reason } },
  };
}

/** What is left of a chunk without some of its indices, which are in order. */
export function without(chunk: ChunkRun, left: readonly { readonly index: number }[]): Piece[] {
  const { end, attempt } = chunk;
  const pieces: Piece[] = [];
  let { start } = chunk;
  for (const { index } of left) {
    pieces.push({ start, end: index, attempt, tries: 0 });
    start = index + 1;
  }
  pieces.push({ start, end, attempt, tries: 0 });
  return pieces.filter((piece) => length(piece) > 0);
}

/** The indices before and after `index`, and in its place `alone`, if any. */
function around({ start, end, attempt }: ChunkRun, index: number, alone?: Piece): readonly Piece[] {
  const before = { start, end: index, attempt, tries: 0 };
  const after = { start: index + 1, end, attempt, tries: 0 };
  return [before, ...(alone === undefined ? [] : [alone]), after].filter((p) => length(p) > 0);
}

/** Whether a chunk holds an index. */
export function isIn({ start, end }: Chunk, index: number): boolean {
  return index >= start && index < end;
}

function length({ start, end }: Chunk): number {
  return end - start;
}
