// swath's own cost on items that cost nothing.
//
//     node overhead-swath.js first|all-in|warm ITEMS WORKERS
import { createPool, map, range } from "swath";
import { inc } from "./inc-task.js";
import { printAnswer } from "./self.js";

const [mode, items, workers] = process.argv
  .slice(2)
  .map((value, k) => (k === 0 ? value : Number(value)));

switch (mode) {
  case "first":
    await first();
    break;
  case "all-in":
    await allIn();
    break;
  case "warm":
    await warm();
    break;
  default:
    throw new RangeError(`Expected first, all-in or warm; got ${mode}`);
}

/** From no pool to the first result. */
async function first() {
  const began = performance.now();
  const pool = createPool({ workers });
  const [value] = await pool.map([1], inc);
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  printAnswer({ seconds, items: 1, sum: value });
}

/** One call, pool start and end included. */
async function allIn() {
  const began = performance.now();
  const results = await map(range(items), inc, { workers });
  report(began, results);
}

/** The same call on a pool that has run it before. */
async function warm() {
  const pool = createPool({ workers });
  for (let i = 0; i < 2; i++) await pool.map(range(items), inc);
  const began = performance.now();
  const results = await pool.map(range(items), inc);
  report(began, results);
  await pool.close();
}

function report(began, results) {
  const seconds = (performance.now() - began) / 1000;
  printAnswer({ seconds, items, sum: results.reduce((sum, value) => sum + value, 0) });
}
