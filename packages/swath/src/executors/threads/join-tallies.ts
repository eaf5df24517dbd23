import type { WorkerTally } from "../../protocol/messages.ts";

/** What two threads measured of themselves that worked under one number, one after the other. */
export function joinTallies(a: WorkerTally, b: WorkerTally): WorkerTally {
  const usage =
    a.usage === undefined || b.usage === undefined
      ? undefined
      : { cpu: a.usage.cpu + b.usage.cpu, runQueue: a.usage.runQueue + b.usage.runQueue };
  const gc = [...a.gc, ...b.gc];
  const starting = sumOf(a.starting, b.starting);
  const loading = sumOf(a.loading, b.loading);
  return { gc, usage, starting, loading, heapUsed: b.heapUsed, cost: a.cost + b.cost };
}

/** Of what somebody told. */
function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}
