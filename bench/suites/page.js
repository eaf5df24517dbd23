// The report of 100,000 chunks as a page in a browser: how large, how soon there, how smooth.
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const CHUNKS = 100_000;
const WORKERS = 8;
/** A frame of a display of 60 Hz. */
const MAX_FRAME_MS = 16;
const MAX_OPEN_S = 1;
const MAX_MB = 2;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runPageSuite({ quick, rounds, only, log }) {
  const chunks = quick ? CHUNKS / 10 : CHUNKS;
  const cells = [
    [`page-${WORKERS}`, chunks, WORKERS],
    ["page-64", chunks, 64],
    [`page-${WORKERS}-million`, quick ? CHUNKS : 1_000_000, WORKERS],
  ]
    .filter(([id]) => only === undefined || only.includes(id))
    .map(([id, ...sizes]) => ({ id, command: nodeScript("cells/page.js", ...sizes), check }));
  const results = await runRounds(cells, { rounds: rounds ?? (quick ? 1 : 5), log });
  return {
    title: `page: a report of ${chunks} chunks in a browser of 1280 x 900, drawn by the processor`,
    text: [results.describeNoise(), table(results)].join("\n\n"),
    targets: targetsOf(results),
    failed: results.failed,
    json: { results },
  };
}

function check({ requests, frames }) {
  if (requests !== 1) return `expected one request, for the file itself, got ${requests}`;
  return frames > 100 ? undefined : `expected over 100 frames, got ${frames}`;
}

const COLUMNS = [
  ["seconds", "s to open"],
  ["panP95", "pan p95 ms"],
  ["panMedian", "median"],
  ["zoomP95", "zoom p95 ms"],
  ["renderSeconds", "s to render"],
  ["megabytes", "MB"],
];

function table(results) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    return [id, ...COLUMNS.map(([key]) => three(results.summary(id, key).median))];
  });
  return formatTable(["", ...COLUMNS.map(([, label]) => label)], rows);
}

function targetsOf(results) {
  const id = `page-${WORKERS}`;
  const value = (key) => results.summary(id, key)?.median ?? Number.NaN;
  return [
    judge({
      name: "95th percentile of frames while panning",
      value: value("panP95"),
      atMost: MAX_FRAME_MS,
      unit: " ms",
    }),
    judge({
      name: "from opening the file to the drawn timeline",
      value: value("seconds"),
      atMost: MAX_OPEN_S,
      unit: " s",
    }),
    judge({ name: "size of the file", value: value("megabytes"), atMost: MAX_MB, unit: " MB" }),
  ];
}
