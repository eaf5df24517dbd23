import type { RunRecord } from "../../src/replay/run-record.ts";

/** What a run is made of. Seconds. */
export interface Made {
  /** Of each item. */
  readonly costs: readonly number[];
  readonly workers?: number;
  /** Items of each chunk; they go to whichever worker is free, or round the workers by `static`. */
  readonly chunk?: number;
  readonly schedule?: string;
  /** When all workers are ready. */
  readonly ready?: number;
  /** Of each item: to receive it, and to send its result. */
  readonly decode?: number;
  readonly encode?: number;
  /** Of each chunk, until the next one can begin. */
  readonly pause?: number;
}

/** A chunk; times in seconds. */
interface MadeRow {
  readonly worker: number;
  readonly start: number;
  readonly end: number;
  readonly begin: number;
  readonly duration: number;
  readonly run: number;
  readonly decode: number;
  readonly encode: number;
  readonly items: number;
}

/** The record of a run that goes as the figures say, computed by hand: no driver, no replay. */
export function madeRecord(made: Made, beside: Partial<RunRecord> = {}): RunRecord {
  const { costs, workers = 2, chunk = 1, schedule = "dynamic", ready = 0, pause = 5e-6 } = made;
  const { decode = 0, encode = 0 } = made;
  const freeAt = new Array<number>(workers).fill(ready);
  const rows: MadeRow[] = [];
  for (let start = 0, k = 0; start < costs.length; start += chunk, k++) {
    const end = Math.min(costs.length, start + chunk);
    const first = freeAt.indexOf(Math.min(...freeAt));
    const worker = schedule === "static" ? k % workers : first;
    const run = costs.slice(start, end).reduce((sum, cost) => sum + cost, 0);
    const begin = freeAt[worker] as number;
    const items = end - start;
    const duration = run + items * (decode + encode);
    freeAt[worker] = begin + duration + pause;
    rows.push({ worker, start, end, begin, duration, run, decode, encode, items });
  }
  const wall = Math.max(...freeAt) - (rows.length > 0 ? pause : 0);
  const useful = costs.reduce((sum, cost) => sum + cost, 0);
  const transfer = costs.length * (decode + encode);
  const tail = freeAt.reduce((sum, at) => sum + Math.max(0, wall - (at - pause)), 0);
  const start = ready * workers;
  const column = (value: (row: MadeRow) => number) => rows.map(value);
  return {
    task: "work",
    wall,
    workers,
    executor: "threads",
    schedule,
    items: costs.length,
    buckets: {
      start,
      tail,
      transfer,
      useful,
      gc: 0,
      starve: workers * wall - start - tail - transfer - useful,
    },
    serialization: {
      workerDecode: costs.length * decode,
      workerEncode: costs.length * encode,
      driverEncode: 0,
      driverDecode: 0,
    },
    perWorker: freeAt.map((_, worker) => ({ worker, ready, read: 0 })),
    spans: {
      count: rows.length,
      worker: column((row) => row.worker),
      start: column((row) => row.start),
      end: column((row) => row.end),
      begin: column((row) => row.begin),
      duration: column((row) => row.duration),
      decode: column((row) => row.items * row.decode),
      read: column(() => 0),
      run: column((row) => row.run),
      encode: column((row) => row.items * row.encode),
    },
    environment: { cores: 64 },
    ...beside,
  };
}

/** `count` times `cost`. */
export function even(count: number, cost: number): readonly number[] {
  return new Array<number>(count).fill(cost);
}
