// What measuring costs: the same job with and without its report, in turn.
import { flagship } from "../fixtures/flagship.js";
import { runRounds } from "../harness.js";
import { nodeScript, runForAnswer } from "../process.js";
import { formatTable } from "../table.js";
import { judge } from "../targets.js";

const WORKERS = 2;
const ITEMS = 1_000_000;
/** Pairs on one pool: a job of the loop takes 10 to 20 ms, one of the raster a second or two. */
const PAIRS = { loop: 20, raster: 6 };
const AT_MOST = 1.01;

/**
 * @param {{ size: "full" | "tenth", quick: boolean, rounds?: number, only?: readonly string[],
 *   log: (line: string) => void }} options
 */
export async function runInstrumentSuite({ size, quick, rounds, only, log }) {
  const cells = (await allCells({ size, log })).filter(
    ({ id }) => only === undefined || only.includes(id),
  );
  const results = await runRounds(cells, { rounds: rounds ?? (quick ? 1 : 5), log });
  return {
    title: `instrument: time with the report / without, on ${WORKERS} workers; ${ITEMS} items of x -> x + 1 on a warm pool, and the raster job`,
    text: [results.describeNoise(), table(results)].join("\n\n"),
    targets: cells.map(({ id }) =>
      judge({
        name: `measuring, ${id}`,
        value: results.summary(id, "ratio").median,
        atMost: AT_MOST,
        unit: "x",
      }),
    ),
    failed: results.failed,
    json: { results },
  };
}

async function allCells({ size, log }) {
  const { path } = await flagship({ size, log });
  log(`warming the page cache: ${path}`);
  for (let i = 0; i < 2; i++) await runForAnswer(nodeScript("cells/bare-read.js", path, 2));
  const cell = (id, script, ...args) => ({
    id,
    command: nodeScript(script, ...args),
    check: () => undefined,
  });
  return [
    cell("instrument-loop", "cells/instrument-loop.js", ITEMS, PAIRS.loop, WORKERS),
    cell("instrument-raster", "cells/instrument-raster.js", path, PAIRS.raster, WORKERS),
  ];
}

function table(results) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const ratios = results.values(id, "ratios").flat();
    const [on, off] = ["seconds", "off"].map((field) => results.summary(id, field).median * 1e3);
    const { median, min, max } = results.summary(id, "ratio");
    const own = `${(results.summary(id, "share").median * 100).toFixed(2)} %`;
    const spread = `${min.toFixed(3)}–${max.toFixed(3)}`;
    const early = results.values(id, "early");
    const first = early.length === 0 ? "" : results.summary(id, "early").median.toFixed(4);
    const figures = [on.toFixed(1), off.toFixed(1), median.toFixed(4), spread, first];
    return [id, ...figures, own, `${ratios.length}`];
  });
  const head = [
    "with / without",
    "ms with",
    "ms without",
    "ratio",
    "of runs",
    "first jobs",
    "by its report",
    "pairs",
  ];
  return formatTable(head, rows);
}
