// A matrix of random numbers in a shared array, a task per row that writes into another.
//
//     node matrix-swath.js ROWS COLUMNS WORKERS write|into
//
// WORKERS 0 is the plain loop, without swath. write: the task writes into the row itself; into: it
// returns a row, which swath writes.
import { forEach, map, SharedArray } from "swath";
import { computeRow, fillRandom, sumOf } from "./matrix-task.js";
import { printAnswer } from "./self.js";

const [rows, columns, workers] = process.argv.slice(2, 5).map(Number);
const mode = process.argv[5] ?? "write";

const from = SharedArray.create("float64", [rows, columns]);
const to = SharedArray.create("float64", [rows, columns]);
fillRandom(from.data);
// Pages that nobody has touched yet cost whoever comes first; the hand-written cells do the same.
to.fill(1);

const began = performance.now();
if (workers === 0) {
  for (let i = 0; i < rows; i++) computeRow(from.row(i), to.row(i));
} else if (mode === "write") {
  await forEach(from.rows(), (row, { index }) => computeRow(row, to.row(index)), { workers });
} else {
  const compute = (row, { state }) => {
    computeRow(row, state);
    return state;
  };
  await map(from.rows(), compute, { into: to, workers, init: () => new Float64Array(columns) });
}
const seconds = (performance.now() - began) / 1000;
printAnswer({ seconds, sum: sumOf(to.data) });
