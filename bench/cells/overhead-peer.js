// Another pool's cost on items that cost nothing.
//
//     node overhead-peer.js POOL first|all-in|warm|batched ITEMS WORKERS
import { pools } from "../peers/pools.js";
import { printAnswer } from "./self.js";

/** Calls in flight at once in a burst: far more than the pools' queues need to stay full. */
const IN_FLIGHT = 1000;
/** Items per call where the user cuts the batches by hand. */
const BATCH = 1000;

const [name, mode, items, workers] = process.argv.slice(2);
const count = Number(items);
const open = await load();
if (open !== undefined) await measure(mode);

async function load() {
  try {
    return await pools[name](Number(workers));
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    process.stdout.write(`${JSON.stringify({ absent: `${name} is not installed` })}\n`);
  }
}

async function measure(how) {
  const run = how === "batched" ? batched : burst;
  const warm = how === "warm" || how === "batched";
  let began = performance.now();
  const pool = open();
  if (warm) {
    await run(pool);
    await run(pool);
    began = performance.now();
  }
  const sum = how === "first" ? await pool.inc(1) : await run(pool);
  const seconds = (performance.now() - began) / 1000;
  printAnswer({ seconds, items: how === "first" ? 1 : count, sum });
  await pool.close();
}

/** Every item is one call; batches of calls are all submitted, then all awaited. */
async function burst(pool) {
  let sum = 0;
  for (let start = 0; start < count; start += IN_FLIGHT) {
    const calls = [];
    for (let x = start; x < Math.min(count, start + IN_FLIGHT); x++) calls.push(pool.inc(x));
    for (const value of await Promise.all(calls)) sum += value;
  }
  return sum;
}

/** A thousand items per call. */
async function batched(pool) {
  const calls = [];
  for (let start = 0; start < count; start += BATCH) {
    const length = Math.min(BATCH, count - start);
    calls.push(pool.incAll(Array.from({ length }, (_, k) => start + k)));
  }
  let sum = 0;
  for (const values of await Promise.all(calls)) for (const value of values) sum += value;
  return sum;
}
