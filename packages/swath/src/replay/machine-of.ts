import type { RecordedRun } from "./recorded-run.ts";
import { type SharedMachine, speedAmong } from "./shared-cores.ts";

/** The machine that a run was recorded on, or the same with other `cores`. */
export function machineOf(run: RecordedRun, cores = run.cores ?? Infinity): SharedMachine {
  const { need = 1, helpers = 0 } = run;
  return { cores, need, helpers, slowed: slowedBy(run, cores) };
}

/**
 * By how much workers slow each other down: as was measured among those of the run, each further
 * one as much as the one before; else as far as it is likely, half of it by the second worker.
 * Those beyond the cores wait for one, and slow nobody: what of the
 * measured is that waiting is taken out.
 */
function slowedBy(run: RecordedRun, cores: number): SharedMachine["slowed"] {
  const { computeScaling = 0, crowding = 0, ready, need = 1, helpers = 0 } = run;
  const atOnce = (workers: number) => Math.max(1, Math.min(workers, cores));
  const recorded = Math.min(ready.length, run.cores ?? Infinity);
  if (recorded > 1 && computeScaling > 0) {
    const machine = { cores: run.cores ?? Infinity, need, helpers, slowed: () => 1 };
    const queued = speedAmong(ready.length, 0, machine);
    const each = Math.max(0, queued / computeScaling - 1) / (recorded - 1);
    return (workers) => 1 + each * (atOnce(workers) - 1);
  }
  // Who waits neither slows others nor is slowed.
  return (workers) => 1 + need * need * crowding * (1 - 1 / atOnce(workers));
}
