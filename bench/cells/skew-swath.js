// One cost shape under each schedule, in turn, on one warm pool, with other costs in each round. No
// schedule can end before a fair share of what the plain loop takes over the same items in the same
// round, or before the longest item.
//
//     node skew-swath.js SHAPE WORKERS ROUNDS SEED MEAN_US
import { createPool } from "swath";
import { costsOf } from "../cost-shapes.js";
import { HandThreads } from "./hand-threads.js";
import { printAnswer } from "./self.js";
import { spin } from "./spin-task.js";

const SCHEDULES = ["static", "dynamic", "guided", "steal", "auto", "balanced", "by hand"];

const [shape, workersText, roundsText, seedText, meanText] = process.argv.slice(2);
const workers = Number(workersText);
/** Seeds of rounds are so far apart that no two shapes share one. */
const SEED_STEP = 100;
const ratios = {};
const errors = {};

const began = performance.now();
const pool = createPool({ workers });
const threads = new HandThreads(workers);
await pool.map(costsFor(0), spin);
await threads.run(costsFor(0));
for (let round = 0; round < Number(roundsText); round++) {
  const from = round % SCHEDULES.length;
  const costs = costsFor(round);
  const bound = Math.max(plainSeconds(costs) / workers, Math.max(...costs) / 1e6);
  for (const schedule of [...SCHEDULES.slice(from), ...SCHEDULES.slice(0, from)])
    await run(schedule, costs, bound);
}
await pool.close();
await threads.close();
printAnswer({ seconds: (performance.now() - began) / 1000, shape, ratios, errors });

function costsFor(round) {
  const seed = Number(seedText) + SEED_STEP * round;
  return Array.from(costsOf(shape, { seed, mean: Number(meanText) }));
}

function plainSeconds(costs) {
  const start = performance.now();
  for (const cost of costs) spin(cost);
  return (performance.now() - start) / 1000;
}

async function run(schedule, costs, bound) {
  const options = schedule === "balanced" ? { schedule, costs } : { schedule };
  try {
    const start = performance.now();
    const results = await (schedule === "by hand"
      ? threads.run(costs)
      : pool.map(costs, spin, options));
    const seconds = (performance.now() - start) / 1000;
    if (results.length !== costs.length) {
      throw new Error(`expected ${costs.length} results, got ${results.length}`);
    }
    const wrong = results.findIndex((cost, i) => cost !== costs[i]);
    if (wrong >= 0)
      throw new Error(`expected ${costs[wrong]} for item ${wrong}, got ${results[wrong]}`);
    (ratios[schedule] ??= []).push(seconds / bound);
  } catch (error) {
    errors[schedule] = error.message;
  }
}
