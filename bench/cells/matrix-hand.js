// The same matrix by hand: worker threads that take rows off a shared counter.
//
//     node matrix-hand.js ROWS COLUMNS THREADS
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { computeRow, fillRandom, sumOf } from "./matrix-task.js";
import { printAnswer } from "./self.js";

if (isMainThread) await main();
else work(workerData);

async function main() {
  const [rows, columns, threads] = process.argv.slice(2).map(Number);
  const from = new SharedArrayBuffer(8 * rows * columns);
  const to = new SharedArrayBuffer(8 * rows * columns);
  const next = new Int32Array(new SharedArrayBuffer(4));
  fillRandom(new Float64Array(from));
  new Float64Array(to).fill(1);
  const began = performance.now();
  await Promise.all(
    Array.from({ length: threads }, () => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: { from, to, next, rows, columns },
      });
      return new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  printAnswer({ seconds, sum: sumOf(new Float64Array(to)) });
}

function work({ from, to, next, rows, columns }) {
  for (;;) {
    const row = Atomics.add(next, 0, 1);
    if (row >= rows) return;
    const at = 8 * row * columns;
    computeRow(new Float64Array(from, at, columns), new Float64Array(to, at, columns));
  }
}
