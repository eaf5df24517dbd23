import type { RecordedChunk, RecordedRun } from "./recorded-run.ts";

/** What workers waited for chunks in a recorded run, in seconds. */
export interface Pauses {
  /** Usual pause between two chunks of a worker, the second of which had been waiting for it. */
  readonly next: number;
  /** In all workers together, until each one's last chunk. */
  readonly total: number;
  /** Before the first chunk of all, from the moment in which a worker was ready. */
  readonly opening: number;
  /**
   * For each chunk how long nobody answered when it was done: the time in which its worker
   * waited for the next one, as far as no other worker had waited already.
   */
  readonly unanswered: readonly UnansweredChunk[];
}

/** A chunk after which its worker waited. */
export interface UnansweredChunk {
  readonly chunk: RecordedChunk;
  readonly seconds: number;
}

/** A chunk that waited behind another is taken up after this, where nothing was measured. */
const NEXT_S = 5e-6;
/** A pause between chunks that is longer was no mere hand-over: the worker had nothing to do. */
const MAX_NEXT_S = 200e-6;

/** Finds the pauses of a recorded run. */
export function pausesOf({ chunks, ready, items, sampledFrom }: RecordedRun): Pauses {
  if (sampledFrom !== undefined) return evenPauses(sampledFrom.pauses, items);
  const sorted = [...chunks].sort((a, b) => a.begin - b.begin);
  const previous = new Map<number, RecordedChunk>();
  const short: number[] = [];
  const long: { readonly chunk: RecordedChunk; readonly from: number; readonly to: number }[] = [];
  let total = 0;
  for (const chunk of sorted) {
    const before = previous.get(chunk.worker);
    previous.set(chunk.worker, chunk);
    if (before === undefined) {
      total += Math.max(0, chunk.begin - (ready[chunk.worker] ?? chunk.begin));
      continue;
    }
    const pause = chunk.begin - before.done;
    if (pause > 0) total += pause;
    if (pause > MAX_NEXT_S) long.push({ chunk: before, from: before.done, to: chunk.begin });
    else if (pause >= 0) short.push(pause);
  }
  return {
    next: short.sort((a, b) => a - b)[short.length >> 1] ?? NEXT_S,
    total,
    opening: Math.max(0, (sorted[0]?.begin ?? 0) - Math.min(...ready)),
    unanswered: unansweredOf(long),
  };
}

function unansweredOf(
  pauses: readonly { readonly chunk: RecordedChunk; readonly from: number; readonly to: number }[],
): readonly UnansweredChunk[] {
  let until = 0;
  return [...pauses]
    .sort((a, b) => a.from - b.from)
    .map(({ chunk, from, to }) => {
      const seconds = Math.max(0, to - Math.max(from, until));
      until = Math.max(until, to);
      return { chunk, seconds };
    });
}

/** Of a sample nobody knows which chunk followed which. */
function evenPauses(total: number, items: number): Pauses {
  const chunk = { worker: 0, start: 0, end: items, begin: 0, done: 0 };
  return { next: NEXT_S, total, opening: 0, unanswered: [{ chunk, seconds: total }] };
}
