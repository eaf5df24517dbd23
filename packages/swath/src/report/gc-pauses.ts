import type { Recording } from "./recorder.ts";
import type { GcPauses } from "./report.ts";

/** Pauses that a record names: some 600 kB of JSON. */
const MAX_PAUSES = 20_000;

/** The pauses of all workers as columns; the longest of them where there are very many. */
export function gcPausesOf({ begin, gc }: Recording): GcPauses {
  const all = [...gc].flatMap(([worker, pauses]) => pauses.map((pause) => ({ worker, ...pause })));
  const longest = all.sort((a, b) => b.duration - a.duration).slice(0, MAX_PAUSES);
  const named = longest.sort((a, b) => a.begin - b.begin);
  return {
    worker: named.map(({ worker }) => worker),
    begin: named.map((pause) => microseconds(pause.begin - begin)),
    duration: named.map(({ duration }) => microseconds(duration)),
  };
}

/** Milliseconds as seconds, rounded to microseconds. */
function microseconds(ms: number): number {
  return Math.round(ms * 1e3) / 1e6;
}
