import type { ToldRecord } from "../../src/report/told-record.ts";

/** A record with everything that views tell, as plain JSON. */
export const FULL: ToldRecord & { readonly schema: string } = {
  schema: "swath.report/1",
  task: "ndvi",
  startedAt: "2026-11-20T14:54:07.000Z",
  wall: 12.4,
  workers: 8,
  executor: "threads",
  schedule: "dynamic",
  items: 1_024,
  verdict: "5.36× of 8×. Biggest loss: waiting at the end (11.0 %), then moving data (10.0 %).",
  buckets: { start: 1.2, tail: 10.9, starve: 4, transfer: 9.9, gc: 1.8, useful: 71.4 },
  efficiency: {
    parallel: 0.72,
    start: 0.99,
    balance: 0.89,
    dispatch: 0.95,
    transfer: 0.88,
    gc: 0.98,
  },
  computeScaling: { value: 0.93, low: 0.91, high: 0.95, items: 16 },
  speedup: 5.36,
  bound: { kind: "cpu", evidence: "97 % of the useful time was spent on a core" },
  ratio: 3.5,
  serialization: {
    bytesOut: 6.44e9,
    bytesIn: 1.02e9,
    exact: false,
    workerDecode: 6,
    workerEncode: 3.9,
    driverEncode: 2.9,
    driverDecode: 0.8,
  },
  stragglers: { firstDone: 10.4, lastDone: 12.3, idle: 10.9, imbalance: 1.33 },
  memory: { peakResident: 7.2e9 },
  routes: {
    bytesRead: 0,
    input: { route: "copy", copied: 0.1e9, moved: 0, seconds: 0.4 },
    broadcast: { route: "copy", copied: 6.4e9, moved: 0, seconds: 1.6 },
    results: { route: "move", copied: 0, moved: 1.02e9, seconds: 0.3 },
  },
  place: { items: 3, seconds: 0.02, why: "an item takes longer than handing it over" },
  chunks: { count: 256, lost: 0 },
  slowest: [{ start: 611, end: 612, seconds: 1.92, preview: "{ rows: [78208, 78336] }" }],
  advice: [
    {
      id: "SW103",
      title: "Start the dearest items first",
      evidence: "Item 611 took as long as 33 others, and was begun nearly last.",
      savingSeconds: 1.3,
      savingError: 0.2,
      change: 'map(strips, f, { schedule: "balanced", costs })',
      docs: "https://example.org/rules/SW103",
    },
    {
      id: "SW201",
      title: "Share `dem` instead of copying it",
      evidence: "805 MB were copied to each of 8 workers.",
      savingSeconds: 1.2,
      savingError: 0.1,
      change: "map(strips, f, { with: { dem: share(dem) } })",
      docs: "https://example.org/rules/SW201",
    },
    { id: "SW601", title: "Make less garbage", savingSeconds: 0.3, change: "reuse the buffer" },
  ],
  spans: {
    worker: [0, 1],
    start: [0, 4],
    end: [4, 5],
    begin: [0.15, 0.2],
    duration: [1, 0.5],
    decode: [0.1, 0],
    read: [0.1, 0.1],
    run: [0.7, 0.3],
    encode: [0.05, 0.1],
  },
  gc: { worker: [1], begin: [0.4], duration: [0.02] },
};

/** Texts that a terminal, Markdown or HTML would carry out. */
export const ATTACKS = [
  "\u001b]0;owned\u0007\u001b[2J\u001b[31mred",
  "\u009b31mred\u0085\r\nsecond line",
  "</details><script>hacked()</script><img src=x onerror=hacked()>",
  "[click](javascript:hacked()) ![](https://example.org/track.png)",
  "| a | b |\n|---|---|\n``` # heading ~~~ <!--",
  "@everyone #1 https://example.org www.example.org",
  "\u202egnp.exe\u2066 \u200b\ufeff \ud800",
];

/** The record with `text` wherever a record may hold one. */
export function recordWith(text: string): object {
  const replaced = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return key === "schema" ? value : text;
    if (Array.isArray(value)) return value.map((entry: unknown) => replaced(entry, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, own]) => [name, replaced(own, name)]),
    );
  };
  return replaced(FULL, "") as object;
}

/** What JSON can hold in place of what a record should. */
export const JUNK: readonly unknown[] = [
  null,
  "x",
  "",
  -1,
  1e300,
  true,
  [],
  {},
  [null],
  [[]],
  { a: 1 },
];
