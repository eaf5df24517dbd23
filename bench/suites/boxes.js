// Do results come back without being rebuilt one object at a time?
import { runRounds } from "../harness.js";
import { nodeScript, pythonScript } from "../process.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const COUNT = 800_000;
const QUICK_COUNT = 80_000;
/** Slow cells: structured clone and pickling take seconds. */
const SLOW_SAMPLES = 5;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runBoxesSuite({ quick, rounds, only, log }) {
  const count = quick ? QUICK_COUNT : COUNT;
  const cells = allCells(count).filter(({ id }) => only === undefined || only.includes(id));
  const results = await runRounds(cells, {
    rounds: rounds ?? (quick ? 3 : 11),
    memoryMB: 1000,
    log,
  });
  return {
    title: `boxes: ${count.toLocaleString("en")} GeoJSON polygons from two workers, then a sum over them`,
    text: [results.describeNoise(), table(results)].join("\n\n"),
    targets: targetsOf(results),
    failed: results.failed,
    json: { results },
  };
}

function allCells(count) {
  const check = (isAll) => {
    const expected = sumOf(count, isAll);
    return ({ sum }) => (sum === expected ? undefined : `expected the sum ${expected}, got ${sum}`);
  };
  const node = (id, mode, isAll = false) => ({
    id,
    command: nodeScript("cells/boxes.js", mode, count),
    check: check(isAll),
  });
  const shapely = (mode) => ({
    id: `shapely-${mode}`,
    command: pythonScript("peers/boxes_shapely.py", mode, count),
    check: check(false),
    maxSamples: SLOW_SAMPLES,
  });
  return [
    node("serial", "serial-one"),
    node("serial-all", "serial-all", true),
    node("swath-rows-one", "rows-one"),
    node("swath-rows-all", "rows-all", true),
    node("swath-column", "column"),
    node("swath-joined", "joined"),
    node("swath-stream", "stream"),
    node("swath-await", "await"),
    node("swath-column-cold", "column-cold"),
    node("swath-await-cold", "await-cold"),
    {
      id: "piscina-batched",
      command: nodeScript("cells/boxes-piscina.js", count),
      check: check(false),
      maxSamples: SLOW_SAMPLES,
    },
    shapely("serial"),
    shapely("pool"),
  ];
}

/** The first x of each box, or all its coordinates. */
function sumOf(count, isAll) {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const x = Math.floor(i / 800) + 1;
    const y = (i % 800) + 1;
    sum += isAll ? 5 * (x + y) - 5 : x;
  }
  return sum;
}

function table(results) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const { median, min, max, samples } = results.summary(id);
    const ratio = three(results.ratio("serial", id).median);
    const peak = three(results.summary(id, "peakRssMB").median);
    return [id, three(median), `${three(min)}–${three(max)}`, ratio, peak, String(samples)];
  });
  return formatTable(["", "s", "min–max", "serial / it", "peak MB", "n"], rows);
}

function targetsOf(results) {
  const faster = (name, slow, fast, atLeast) =>
    judge({ name, value: results.ratio(slow, fast).median, atLeast, unit: "x" });
  return [
    faster("serial / sum of one coordinate by rows", "serial", "swath-rows-one", 3),
    faster("serial / sum of all coordinates by rows", "serial-all", "swath-rows-all", 2),
    faster("serial / sum of a column", "serial", "swath-column", 6),
    faster("serial / streamed values, dropped", "serial", "swath-stream", 1),
    judge({
      name: "awaited values / serial",
      value: results.ratio("swath-await", "serial").median,
      atMost: 1.5,
      unit: "x",
    }),
    judge({
      name: "peak memory of columns / serial",
      value: results.ratio("swath-rows-all", "serial", "peakRssMB").median,
      atMost: 1,
      unit: "x",
    }),
    judge({
      name: "peak memory of a column / serial",
      value: results.ratio("swath-column", "serial", "peakRssMB").median,
      atMost: 1,
      unit: "x",
    }),
    faster("piscina / awaited values", "piscina-batched", "swath-await", 2),
  ];
}
