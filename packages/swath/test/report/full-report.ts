import type { Report } from "../../src/report/report.ts";

/** Every field that an object may have, down to the last one. */
type Every<T> = T extends readonly (infer E)[]
  ? readonly Every<E>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Every<Exclude<T[K], undefined>> }
    : T;

const ROUTE = {
  route: "copy",
  copied: 1,
  moved: 0,
  shared: 1,
  arrays: 1,
  seconds: 0.1,
  why: "because",
} as const;

/** A report with every field that there is; the compiler sees to it that none is left out. */
export const FULL_REPORT: Every<Report> = {
  schema: "swath.report/1",
  task: "classify",
  name: "nightly",
  command: "swath run classify.ts",
  startedAt: "2026-11-28T10:00:00.000Z",
  wall: 2,
  workers: 1,
  executor: "threads",
  schedule: "auto",
  source: "array",
  items: 10,
  unit: 1,
  options: { workers: 1, inline: "never", init: true },
  verdict: "2.0 times as fast as one thread",
  buckets: { start: 0.1, tail: 0.1, starve: 0.1, transfer: 0.1, gc: 0.1, useful: 1.5 },
  efficiency: { parallel: 0.75, start: 0.95, balance: 0.95, dispatch: 0.9, transfer: 0.9, gc: 0.9 },
  computeScaling: { value: 0.9, low: 0.85, high: 0.95, items: 3 },
  speedup: 0.675,
  bound: { kind: "cpu", evidence: "75.0 %" },
  ratio: 12,
  serialization: {
    bytesOut: 1,
    bytesIn: 2,
    bytesInBy: { clone: 2, json: 0, columns: 0 },
    exact: true,
    workerDecode: 0.1,
    workerEncode: 0.1,
    driverEncode: 0.1,
    driverDecode: 0.1,
  },
  stragglers: { firstDone: 1.9, lastDone: 1.9, idle: 0.1, imbalance: 1 },
  memory: { peakResident: 1e8, samples: { at: [0.02], resident: [9e7], heapUsed: [5e6] } },
  place: { items: 1, seconds: 0.01, why: "it was faster" },
  routes: {
    items: "copy",
    bytesRead: 0,
    bytesNeeded: 1,
    input: ROUTE,
    broadcast: ROUTE,
    results: ROUTE,
  },
  perWorker: [
    {
      worker: 0,
      ready: 0.1,
      chunks: 1,
      items: 10,
      useful: 1.5,
      read: 0,
      transfer: 0.1,
      gc: 0.1,
      idle: 0.2,
      bytesOut: 1,
      bytesIn: 2,
      bytesRead: 0,
      cpu: 1.7,
      runQueue: 0,
      heapUsed: 5e6,
    },
  ],
  chunks: { count: 1, lost: 0 },
  slowest: [{ start: 0, end: 10, seconds: 1.5, item: 3, itemSeconds: 0.5, preview: '"a.tif"' }],
  driver: { busy: 0.1 },
  io: { bytesRead: 1, bytesWritten: 1, storageRead: 1, storageWritten: 1, received: 1 },
  gc: { worker: [0], begin: [1], duration: [0.1] },
  advice: [
    {
      id: "SW101",
      title: "Chunks are too small",
      evidence: "8 µs each",
      savingSeconds: 0.5,
      savingError: 0.1,
      change: "chunk: 64",
      docs: "https://example.org/SW101",
    },
  ],
  overhead: { seconds: 0.001, share: 0.0005 },
  spans: {
    count: 1,
    recorded: 1,
    worker: [0],
    start: [0],
    end: [10],
    begin: [0.1],
    duration: [1.8],
    decode: [0.05],
    read: [0],
    run: [1.6],
    encode: [0.05],
  },
  environment: {
    node: "20.19.0",
    platform: "linux-x64",
    cpu: "some",
    cores: 2,
    copyRate: 8e9,
  },
};
