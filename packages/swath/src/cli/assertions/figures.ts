/** The figures that a report may have, by the name at its top; "" is that name alone. */
export const FIGURES = {
  wall: [""],
  workers: [""],
  items: [""],
  unit: [""],
  buckets: ["start", "tail", "starve", "transfer", "gc", "useful"],
  efficiency: ["parallel", "start", "balance", "dispatch", "transfer", "gc"],
  computeScaling: ["value", "low", "high", "items"],
  speedup: [""],
  ratio: [""],
  serialization: [
    "bytesOut",
    "bytesIn",
    "bytesInBy.clone",
    "bytesInBy.json",
    "bytesInBy.columns",
    "workerDecode",
    "workerEncode",
    "driverEncode",
    "driverDecode",
  ],
  stragglers: ["firstDone", "lastDone", "idle", "imbalance"],
  memory: ["peakResident"],
  place: ["items", "seconds"],
  routes: [
    "bytesRead",
    "bytesNeeded",
    "input.copied",
    "input.moved",
    "input.shared",
    "input.seconds",
    "broadcast.copied",
    "broadcast.moved",
    "broadcast.shared",
    "broadcast.seconds",
    "results.copied",
    "results.moved",
    "results.shared",
    "results.seconds",
  ],
  chunks: ["count", "lost"],
  driver: ["busy"],
  io: ["bytesRead", "bytesWritten", "storageRead", "storageWritten", "received"],
  overhead: ["seconds", "share"],
  spans: ["count", "recorded"],
  environment: ["cores", "copyRate"],
} as const;

/** Names that stand for one figure of several. */
const SHORT: Readonly<Record<string, string>> = {
  efficiency: "efficiency.parallel",
  computeScaling: "computeScaling.value",
  memory: "memory.peakResident",
  overhead: "overhead.share",
  imbalance: "stragglers.imbalance",
};

/** Where in a report the figure of that name is, or which names there are in place of it. */
export function figureNamed(name: string): { path: string } | { known: readonly string[] } {
  const path = SHORT[name] ?? name;
  const [top = ""] = path.split(".");
  if (!Object.hasOwn(FIGURES, top)) return { known: Object.keys(FIGURES) };
  const known = FIGURES[top as keyof typeof FIGURES].map((rest) =>
    rest === "" ? top : `${top}.${rest}`,
  );
  return known.includes(path) ? { path } : { known };
}
