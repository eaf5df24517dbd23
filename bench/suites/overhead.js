// What it costs to hand out an item that costs nothing: swath, other pools, the plain loop.
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const WORKERS = 2;
const SWATH_ITEMS = 1_000_000;
/** One message per item: a million would take a minute per sample. */
const PEER_ITEMS = 20_000;
const PEERS = ["piscina", "tinypool", "workerpool", "poolifier"];
/** Lengths of items, in ns, on which `workers: 0` meets the plain loop. */
const INLINE_ITEM_NS = [100, 1_000, 10_000];
const INLINE_PAIRS = 7;
/** New functions that are sent one after the other. */
const SENT_FUNCTIONS = 50;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runOverheadSuite({ quick, rounds, only, log }) {
  const cells = allCells().filter(({ id }) => only === undefined || only.includes(id));
  const results = await runRounds(cells, { rounds: rounds ?? (quick ? 3 : 11), log });
  return {
    title: `overhead: x -> x + 1 on ${WORKERS} workers; swath ${SWATH_ITEMS} items a job, other pools ${PEER_ITEMS} calls (batched: ${SWATH_ITEMS} items, 1000 a call)`,
    text: [
      results.describeNoise(),
      perItemTable(results),
      firstResultTable(results),
      sendTable(results),
      inlineTable(results),
    ].join("\n\n"),
    targets: targetsOf(results),
    failed: results.failed,
    json: { results },
  };
}

function allCells() {
  const swath = (mode) => ({
    id: `swath-${mode}`,
    command: nodeScript("cells/overhead-swath.js", mode, SWATH_ITEMS, WORKERS),
    check: checkSum,
  });
  const peer = (name, mode, items) => ({
    id: `${name}-${mode}`,
    command: nodeScript("cells/overhead-peer.js", name, mode, items, WORKERS),
    check: checkSum,
  });
  return [
    ...["first", "all-in", "warm"].map(swath),
    ...PEERS.flatMap((name) => [
      ...["first", "all-in", "warm"].map((mode) => peer(name, mode, PEER_ITEMS)),
      peer(name, "batched", SWATH_ITEMS),
    ]),
    {
      id: "swath-send",
      command: nodeScript("cells/send-swath.js", SENT_FUNCTIONS),
      check: () => undefined,
    },
    ...INLINE_ITEM_NS.map((nanoseconds) => ({
      id: `swath-inline-${nanoseconds}ns`,
      command: nodeScript("cells/overhead-inline.js", nanoseconds, INLINE_PAIRS),
      check: () => undefined,
    })),
  ];
}

/** Sum of x + 1 over the items; a first result is 1 + 1. */
function checkSum({ items, sum }) {
  const expected = items === 1 ? 2 : (items * (items + 1)) / 2;
  return sum === expected ? undefined : `expected the sum ${expected}, got ${sum}`;
}

function perItemTable(results) {
  const names = results.cells.filter((id) => /-(all-in|warm|batched)$/.test(id));
  const rows = names.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const [items] = results.values(id, "items");
    const { median, min, max, samples } = results.summary(id);
    const [middle, low, high] = [median, min, max].map((seconds) => three((seconds * 1e9) / items));
    const peak = three(results.summary(id, "peakRssMB").max);
    return [id, middle, `${low}–${high}`, peak, String(samples)];
  });
  return formatTable(["per item", "ns", "min–max", "peak MB", "n"], rows);
}

function firstResultTable(results) {
  const rows = results.cells
    .filter((id) => id.endsWith("-first"))
    .map((id) => {
      const missing = results.missing(id);
      if (missing !== undefined) return [id, missing];
      const { median, min, max, samples } = results.summary(id);
      const [middle, low, high] = [median, min, max].map((seconds) => three(seconds * 1000));
      return [id, middle, `${low}–${high}`, String(samples)];
    });
  return formatTable(["first result of a cold pool", "ms", "min–max", "n"], rows);
}

function sendTable(results) {
  const missing = results.missing("swath-send");
  const kinds = { "first of the process": "firstMs", new: "newMs", again: "againMs" };
  const rows = Object.entries(kinds).map(([name, field]) => {
    if (missing !== undefined) return [name, missing];
    const { median, min, max, samples } = results.summary("swath-send", field);
    return [name, median.toFixed(2), `${min.toFixed(2)}–${max.toFixed(2)}`, String(samples)];
  });
  return formatTable(["sending a closure", "ms", "min–max", "n"], rows);
}

function inlineTable(results) {
  const rows = results.cells
    .filter((id) => id.startsWith("swath-inline"))
    .map((id) => {
      const missing = results.missing(id);
      if (missing !== undefined) return [id, missing];
      const { median, min, max, samples } = results.summary(id);
      return [id, median.toFixed(3), `${min.toFixed(3)}–${max.toFixed(3)}`, String(samples)];
    });
  return formatTable(["workers: 0 / plain loop", "ratio", "min–max", "n"], rows);
}

/** The best other pool per item is what swath is compared with, called per item and batched by hand. */
function targetsOf(results) {
  const nanoseconds = (id) => {
    const [items] = results.values(id, "items");
    return (results.summary(id).median * 1e9) / items;
  };
  const first = (id) => results.summary(`${id}-first`).median * 1000;
  const swathFirst = first("swath");
  const best = (mode) =>
    Math.min(...PEERS.map((name) => nanoseconds(`${name}-${mode}`)).filter(Number.isFinite));
  const bestFirst = Math.min(...PEERS.map(first).filter(Number.isFinite));
  return [
    judge({
      name: "swath, a million trivial items, all in",
      value: nanoseconds("swath-all-in"),
      atMost: 500,
      unit: " ns an item",
    }),
    judge({
      name: "best pool per call / swath per item, all in",
      value: best("all-in") / nanoseconds("swath-all-in"),
      atLeast: 30,
      unit: "x",
    }),
    judge({
      name: "best pool per call / swath per item, warm",
      value: best("warm") / nanoseconds("swath-warm"),
      atLeast: 30,
      unit: "x",
    }),
    judge({
      name: "best pool batched by hand / swath, warm",
      value: best("batched") / nanoseconds("swath-warm"),
      atLeast: 1,
      unit: "x",
    }),
    judge({
      name: "swath, first result of a cold pool",
      value: swathFirst,
      atMost: 80,
      unit: " ms",
      note: `best other pool ${three(bestFirst)} ms`,
    }),
    judge({
      name: "swath, sending the first function of a process",
      value: results.summary("swath-send", "firstMs").median,
      atMost: 60,
      unit: " ms",
    }),
    judge({
      name: "swath, sending a new function",
      value: results.summary("swath-send", "newMs").median,
      atMost: 10,
      unit: " ms",
    }),
    ...INLINE_ITEM_NS.map((ns) =>
      judge({
        name: `workers: 0 / plain loop, items of ${ns / 1000} µs`,
        value: results.summary(`swath-inline-${ns}ns`).median,
        atMost: 1.05,
        unit: "x",
      }),
    ),
  ];
}
