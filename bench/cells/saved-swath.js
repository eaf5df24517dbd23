// What it costs that every result is saved as soon as there is one: `map` with `timeout` against `map`
// without, on results of one kind, in pairs that take turns at going first.
//
//     node saved-swath.js KIND ITEMS PAIRS WORKERS
import { createPool, range } from "swath";
import { median } from "../statistics.js";
import { moved, number, object, worked } from "./saved-task.js";
import { printAnswer } from "./self.js";

const WARM_UP_PAIRS = 2;
/** Nothing takes so long. */
const TIMEOUT_MS = 60_000;

const [kind] = process.argv.slice(2);
const [items, pairs, workers] = process.argv.slice(3).map(Number);
const pool = createPool({ workers });
const fn = { number, object, moved, worked }[kind];

const ratios = [];
const added = [];
for (let pair = 0; pair < WARM_UP_PAIRS + pairs; pair++) {
  const order = pair % 2 === 0 ? [plain, saved] : [saved, plain];
  const times = new Map();
  for (const runner of order) times.set(runner, await time(runner));
  if (pair < WARM_UP_PAIRS) continue;
  ratios.push(times.get(saved) / times.get(plain));
  added.push(((times.get(saved) - times.get(plain)) * 1e9) / items);
}
await pool.close();
printAnswer({ seconds: median(ratios), items, addedNs: median(added) });

function plain() {
  return pool.map(range(items), fn);
}

function saved() {
  return pool.map(range(items), fn, { timeout: TIMEOUT_MS });
}

async function time(runner) {
  const began = performance.now();
  const results = await runner();
  const seconds = (performance.now() - began) / 1000;
  if (results.length !== items) throw new Error(`${results.length} results for ${items} items`);
  return seconds;
}
