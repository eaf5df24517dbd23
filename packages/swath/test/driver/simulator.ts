import { virtualRun } from "../../src/replay/virtual-run.ts";
import type { Schedule } from "../../src/schedules/schedule.ts";

/** What is simulated. */
export interface Simulation {
  /** Cost of every item, in µs. */
  readonly costs: ArrayLike<number>;
  readonly workers: number;
  readonly schedule: Schedule;
}

/** What came of it. */
export interface Outcome {
  /** From the moment in which all workers are ready to the driver's `finish`, in µs. */
  readonly makespan: number;
  /** How many times each item was run. */
  readonly runs: Uint8Array;
}

/** Figures of a 2-core Linux machine, in s: half of a round trip, and one message that waits already. */
const LATENCIES = { wake: 50e-6, next: 5e-6 } as const;

/** Runs the real driver and the real schedule in virtual time, the driver's own thinking free. */
export function simulate({ costs, workers, schedule }: Simulation): Outcome {
  const runs = new Uint8Array(costs.length);
  const { end } = virtualRun({
    indexCount: costs.length,
    schedule,
    ready: new Array<number>(workers).fill(0),
    latencies: LATENCIES,
    machine: { cores: workers + 1, need: 1, slowed: () => 1 },
    work: (start, stop) => {
      let cost = 0;
      for (let i = start; i < stop; i++) {
        cost += costs[i] as number;
        runs[i] = (runs[i] as number) + 1;
      }
      return cost * 1e-6;
    },
    items: (start, stop) => {
      let cost = 0;
      for (let i = start; i < stop; i++) cost += costs[i] as number;
      return cost * 1e-6;
    },
    send: () => 0,
    receive: () => 0,
  });
  return { makespan: end * 1e6, runs };
}
