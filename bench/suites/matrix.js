// A matrix in shared memory, a task per row that writes into another; and many readers of one array.
import { runRounds } from "../harness.js";
import { nodeScript, pythonScript } from "../process.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const ROWS = 100;
const COLUMNS = 1_000_000;
/** Rows that the plain Python loop gets; its time is multiplied up. */
const LOOP_ROWS = 2;
/** Sums may differ in the order of their additions. */
const TOLERANCE = 1e-9;
/** What workers may take beside the data, more than the plain loop in the same Node. */
const MAX_EXTRA_MB = 60;
/** Megabytes of the array that all of several workers read. */
const READ_MB = 1000;
const READERS = 4;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runMatrixSuite({ quick, rounds, only, log }) {
  const columns = quick ? COLUMNS / 10 : COLUMNS;
  const readMB = quick ? READ_MB / 10 : READ_MB;
  const cells = allCells(columns, readMB).filter(
    ({ id }) => only === undefined || only.includes(id),
  );
  const results = await runRounds(cells, {
    rounds: rounds ?? (quick ? 3 : 5),
    memoryMB: 1800,
    log,
  });
  const megabytes = (2 * 8 * ROWS * columns) / 1e6;
  return {
    title: `matrix: ${ROWS} x ${columns} float64, a task per row that writes into another array (${megabytes} MB in all)`,
    text: [results.describeNoise(), table(results, columns)].join("\n\n"),
    targets: targetsOf(results, megabytes, readMB),
    failed: results.failed,
    json: { results },
  };
}

function allCells(columns, readMB) {
  let expected;
  const check = ({ sum, rows = ROWS }) => {
    if (rows < ROWS) return undefined;
    expected ??= sum;
    const isSame = Math.abs(sum / expected - 1) < TOLERANCE;
    return isSame ? undefined : `expected the sum ${expected}, got ${sum}`;
  };
  const node = (id, script, ...args) => ({
    id,
    command: nodeScript(`cells/${script}`, ROWS, columns, ...args),
    check,
  });
  const python = (id, script, ...args) => ({
    id,
    command: pythonScript(`peers/${script}`, ROWS, columns, ...args),
    check,
  });
  return [
    node("plain-loop", "matrix-swath.js", 0),
    node("hand-1", "matrix-hand.js", 1),
    node("hand-2", "matrix-hand.js", 2),
    node("swath-1", "matrix-swath.js", 1, "write"),
    node("swath-2", "matrix-swath.js", 2, "write"),
    node("swath-into-2", "matrix-swath.js", 2, "into"),
    python("numba-2", "matrix_numba.py", 2),
    python("numpy-shm-2p", "matrix_shm.py", 2, "numpy"),
    { ...python("python-loop-2p", "matrix_shm.py", 2, "loop", LOOP_ROWS), maxSamples: 2 },
    ...[0, READERS].map((workers) => ({
      id: `readers-${workers}`,
      command: nodeScript("cells/readers-swath.js", readMB, workers),
      check: ({ wrong }) => wrong,
    })),
  ];
}

function table(results, columns) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const { median, min, max, samples } = results.summary(id);
    const isMatrix = !id.startsWith("readers");
    return [
      id === "python-loop-2p" ? `${id} (extrapolated)` : id,
      three(median),
      `${three(min)}–${three(max)}`,
      isMatrix ? three((median * 1e9) / (ROWS * columns)) : "",
      isMatrix ? three(results.ratio(id, "swath-2").median) : "",
      three(results.summary(id, "cpuSeconds").median),
      three(results.summary(id, "peakRssMB").max),
      String(samples),
    ];
  });
  const head = ["", "s", "min–max", "ns/element", "x swath-2", "CPU s", "peak MB", "n"];
  return formatTable(head, rows);
}

function targetsOf(results, megabytes, readMB) {
  const peak = (id) => results.summary(id, "peakRssMB").max;
  const ratio = (slow, fast) => results.ratio(slow, fast).median;
  const scaling = (name, id) =>
    judge({ name, value: results.scaling("swath-1", id), atLeast: 0.93 });
  return [
    scaling("swath-1 / swath-2 / P_eff", "swath-2"),
    scaling("swath-1 / swath-into-2 / P_eff", "swath-into-2"),
    judge({
      name: "hand-2 / swath-2",
      value: ratio("hand-2", "swath-2"),
      atLeast: 0.95,
      unit: "x",
      note: "rate of the hand-written loop",
    }),
    judge({
      name: "numba-2 / swath-2",
      value: ratio("numba-2", "swath-2"),
      atLeast: 0.5,
      unit: "x",
    }),
    judge({
      name: "numpy-shm-2p / swath-2",
      value: ratio("numpy-shm-2p", "swath-2"),
      atLeast: 1,
      unit: "x",
    }),
    judge({
      name: "peak memory of swath-2 beside the plain loop's",
      value: peak("swath-2") - peak("plain-loop"),
      atMost: MAX_EXTRA_MB,
      unit: " MB",
      note: `the arrays are ${megabytes} MB; Node alone takes the rest of the loop's ${three(peak("plain-loop"))} MB`,
    }),
    judge({
      name: `peak memory of ${READERS} workers that read ${readMB} MB, beside that of none`,
      value: peak(`readers-${READERS}`) - peak("readers-0"),
      atMost: 2 * MAX_EXTRA_MB,
      unit: " MB",
    }),
  ];
}
