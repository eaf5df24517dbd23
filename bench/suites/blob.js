// Many jobs that each look at all of one big array: is it ever copied?
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

/** Integers of the array, in millions: 512 MB. */
const MILLIONS = 128;
const JOBS = 100;
/** What a process needs beside the array: Node, its threads, their code. */
const MAX_EXTRA_MB = 150;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runBlobSuite({ quick, rounds, only, log }) {
  const millions = quick ? MILLIONS / 8 : MILLIONS;
  const cells = allCells(millions).filter(({ id }) => only === undefined || only.includes(id));
  const results = await runRounds(cells, { rounds: rounds ?? (quick ? 3 : 5), log });
  return {
    title: `blob: ${JOBS} jobs over one array of ${millions} million integers (${4 * millions} MB), captured by a closure`,
    text: [results.describeNoise(), table(results)].join("\n\n"),
    targets: targetsOf(results, 4 * millions),
    failed: results.failed,
    json: { results },
  };
}

function allCells(millions) {
  let expected;
  const check = ({ sum }) => {
    expected ??= sum;
    return sum === expected ? undefined : `expected ${expected} hits in all, got ${sum}`;
  };
  return [
    ["plain-loop", 0],
    ["swath-1", 1],
    ["swath-2", 2],
  ].map(([id, workers]) => ({
    id,
    command: nodeScript("cells/blob-swath.js", millions, JOBS, workers),
    check,
  }));
}

function table(results) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const { median, min, max, samples } = results.summary(id);
    const peak = three(results.summary(id, "peakRssMB").max);
    return [id, three(median), `${three(min)}–${three(max)}`, peak, String(samples)];
  });
  return formatTable(["", "s", "min–max", "peak MB", "n"], rows);
}

function targetsOf(results, megabytes) {
  return [
    judge({
      name: "one worker / two workers / P_eff",
      value: results.scaling("swath-1", "swath-2"),
      atLeast: 0.93,
      unit: "x",
    }),
    judge({
      name: "peak memory of two workers beside the array",
      value: results.summary("swath-2", "peakRssMB").max - megabytes,
      atMost: MAX_EXTRA_MB,
      unit: " MB",
    }),
  ];
}
