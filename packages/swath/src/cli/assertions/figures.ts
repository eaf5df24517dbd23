/** What a figure is measured in: seconds, bytes, things, or shares of 1. */
export type Measure = "seconds" | "bytes" | "count" | "share";

const MOVED = {
  copied: "bytes",
  arrays: "bytes",
  moved: "bytes",
  shared: "bytes",
  seconds: "seconds",
} as const;

/** The figures that a report may have, by the name at its top; "" is that name alone. */
export const FIGURES = {
  wall: { "": "seconds" },
  workers: { "": "count" },
  items: { "": "count" },
  unit: { "": "count" },
  buckets: {
    start: "seconds",
    tail: "seconds",
    starve: "seconds",
    transfer: "seconds",
    gc: "seconds",
    useful: "seconds",
  },
  efficiency: {
    parallel: "share",
    start: "share",
    balance: "share",
    dispatch: "share",
    transfer: "share",
    gc: "share",
  },
  computeScaling: { value: "share", low: "share", high: "share", items: "count" },
  speedup: { "": "share" },
  ratio: { "": "share" },
  serialization: {
    bytesOut: "bytes",
    bytesIn: "bytes",
    "bytesInBy.clone": "bytes",
    "bytesInBy.json": "bytes",
    "bytesInBy.columns": "bytes",
    workerDecode: "seconds",
    workerEncode: "seconds",
    driverEncode: "seconds",
    driverDecode: "seconds",
  },
  stragglers: { firstDone: "seconds", lastDone: "seconds", idle: "seconds", imbalance: "share" },
  memory: { peakResident: "bytes" },
  place: { items: "count", seconds: "seconds" },
  routes: {
    bytesRead: "bytes",
    bytesNeeded: "bytes",
    ...below("input", MOVED),
    ...below("broadcast", MOVED),
    ...below("results", MOVED),
  },
  chunks: { count: "count", lost: "count" },
  driver: { busy: "seconds", starting: "seconds" },
  helpers: { "": "seconds" },
  io: {
    bytesRead: "bytes",
    bytesWritten: "bytes",
    storageRead: "bytes",
    storageWritten: "bytes",
    received: "bytes",
  },
  overhead: { seconds: "seconds", share: "share" },
  spans: { count: "count", recorded: "count" },
  // The rate is in bytes per second.
  environment: { cores: "count", copyRate: "bytes" },
} satisfies Readonly<Record<string, Readonly<Record<string, Measure>>>>;

/** Names that stand for one figure of several. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ["efficiency", "efficiency.parallel"],
  ["computeScaling", "computeScaling.value"],
  ["memory", "memory.peakResident"],
  ["overhead", "overhead.share"],
  ["imbalance", "stragglers.imbalance"],
]);

/** Where a figure is in a report, and what it is measured in. */
export interface Figure {
  readonly path: string;
  readonly measure: Measure;
}

/** The figure of that name, or which names there are in place of it. */
export function figureNamed(name: string): Figure | { readonly known: readonly string[] } {
  const path = SHORT.get(name) ?? name;
  const [top = ""] = path.split(".");
  if (!Object.hasOwn(FIGURES, top)) return { known: Object.keys(FIGURES) };
  const figures = Object.entries(FIGURES[top as keyof typeof FIGURES]).map(
    ([rest, measure]): Figure => ({ path: rest === "" ? top : `${top}.${rest}`, measure }),
  );
  const known = figures.map((figure) => figure.path);
  return figures.find((figure) => figure.path === path) ?? { known };
}

function below<T>(name: string, figures: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(figures).map(([rest, measure]) => [`${name}.${rest}`, measure]),
  );
}
