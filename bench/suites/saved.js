// What it costs that nothing runs twice: every result saved before the next item begins.
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { formatTable } from "../table.js";
import { judge } from "../targets.js";

const WORKERS = 2;
const PAIRS = 5;
/** Items of a job by kind of result. */
const KINDS = { number: 2_000_000, object: 200_000, moved: 10_000, worked: 20_000 };

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runSavedSuite({ quick, rounds, only, log }) {
  const cells = allCells(quick).filter(({ id }) => only === undefined || only.includes(id));
  const results = await runRounds(cells, { rounds: rounds ?? (quick ? 3 : 7), log });
  return {
    title: `saved: map with \`timeout\` / map without, on ${WORKERS} workers`,
    text: [results.describeNoise(), table(results)].join("\n\n"),
    targets: targetsOf(results),
    failed: results.failed,
    json: { results },
  };
}

function allCells(quick) {
  return Object.entries(KINDS).map(([kind, items]) => ({
    id: `saved-${kind}`,
    command: nodeScript("cells/saved-swath.js", kind, quick ? items / 10 : items, PAIRS, WORKERS),
    check: () => undefined,
  }));
}

function table(results) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const { median, min, max, samples } = results.summary(id);
    const added = results.summary(id, "addedNs").median;
    const range = `${min.toFixed(2)}–${max.toFixed(2)}`;
    return [id, median.toFixed(2), range, added.toFixed(0), String(samples)];
  });
  return formatTable(["saved / not", "ratio", "min–max", "ns an item", "n"], rows);
}

function targetsOf(results) {
  const added = (kind) => results.summary(`saved-${kind}`, "addedNs").median;
  return [
    judge({
      name: "saving a number",
      value: added("number"),
      atMost: 30,
      unit: " ns an item",
    }),
    judge({
      name: "saving an object",
      value: added("object"),
      atMost: 2_000,
      unit: " ns an item",
    }),
    judge({
      name: "saving the results of items of 20 µs",
      value: results.summary("saved-worked").median,
      atMost: 1.1,
      unit: "x",
    }),
  ];
}
