/**
 * A matrix of random numbers in shared memory, a made-up calculation with a branch for each
 * element, a task for each row that writes into another shared array; then tiles of it, and a
 * worker that finds it by its name.
 *
 * node dist/shared-matrix/main.js [columns]    (default 100,000; the full matrix has 1,000,000)
 */
import { availableParallelism } from "node:os";
import { forEach, isMain, map, range, SharedArray } from "swath";

const ROWS = 100;
const STEPS = 8;

if (isMain(import.meta)) await main(Number(process.argv[2] ?? 100_000));

async function main(columns: number): Promise<void> {
  const matrix = SharedArray.create("float64", [ROWS, columns], { name: "matrix" });
  const result = SharedArray.create("float64", [ROWS, columns]);
  for (let i = 0; i < matrix.size; i++) matrix.data[i] = Math.random();
  const megabytes = (matrix.byteLength + result.byteLength) / 1e6;
  console.log(`made       2 x ${ROWS} x ${columns.toLocaleString("en")} numbers, ${megabytes} MB`);

  const cores = availableParallelism();
  for (const workers of new Set([1, cores])) {
    const job = forEach(
      matrix.rows(),
      (row, { index }) => {
        const to = result.row(index);
        for (let i = 0; i < row.length; i++) to[i] = made(row[i] as number);
      },
      { workers },
    );
    await job;
    const { wall } = await job.report;
    const rate = (matrix.size / wall / 1e6).toFixed(0);
    console.log(
      `${workers} worker${workers === 1 ? " " : "s"}  ${wall.toFixed(2)} s, ${rate} million elements a second; ` +
        `${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB resident in all`,
    );
  }

  // Numbers go into an array of their own: nothing is sent back.
  const means = SharedArray.create("float64", ROWS);
  await map(result, (row) => row.reduce((sum, x) => sum + x, 0) / row.length, { into: means });
  const tiles = await map(result.tiles([10, columns]), (tile) => tile.row(0)[0] as number);
  // Any worker finds the matrix by its name.
  const [first] = await map(range(1), () => SharedArray.attach("matrix").at(0, 0));
  SharedArray.delete("matrix");

  const isRight =
    first === matrix.at(0, 0) &&
    tiles.every((value, tile) => value === made(matrix.at(10 * tile, 0))) &&
    rowNumbers().every((row) => Math.abs(means.at(row) - meanOf(matrix.row(row))) < 1e-9);
  console.log(`check      ${isRight ? "every row is right" : "WRONG"}`);
  if (!isRight) process.exitCode = 1;
}

/** Made up: each step takes one of two ways. */
function made(x: number): number {
  let y = x;
  for (let k = 0; k < STEPS; k++) y = y < 0.5 ? Math.sqrt(y + 0.1) : 3.9 * y * (1 - y);
  return y;
}

/** The mean of what a row becomes, by the plain loop. */
function meanOf(row: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += made(row[i] as number);
  return sum / row.length;
}

function rowNumbers(): readonly number[] {
  return Array.from({ length: ROWS }, (_, row) => row);
}
