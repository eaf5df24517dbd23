// One cost shape under each schedule, in turn, on one warm pool. No schedule can end before a fair
// share of what the plain loop takes over the same items in the same round, or the longest item.
//
//     node skew-swath.js SHAPE WORKERS ROUNDS SEED MEAN_US
import { createPool } from "swath";
import { costsOf } from "../cost-shapes.js";
import { printAnswer } from "./self.js";
import { spin } from "./spin-task.js";

const SCHEDULES = ["static", "dynamic", "guided", "steal", "auto", "balanced"];

const [shape, workersText, roundsText, seedText, meanText] = process.argv.slice(2);
const workers = Number(workersText);
const costs = Array.from(costsOf(shape, { seed: Number(seedText), mean: Number(meanText) }));
const longest = Math.max(...costs) / 1e6;
const expected = costs.reduce((sum, cost) => sum + cost, 0);
const ratios = {};
const errors = {};

const began = performance.now();
const pool = createPool({ workers });
await pool.map(costs, spin);
for (let round = 0; round < Number(roundsText); round++) {
  const from = round % SCHEDULES.length;
  const bound = Math.max(plainSeconds() / workers, longest);
  for (const schedule of [...SCHEDULES.slice(from), ...SCHEDULES.slice(0, from)])
    await run(schedule, bound);
}
await pool.close();
printAnswer({ seconds: (performance.now() - began) / 1000, shape, ratios, errors });

function plainSeconds() {
  const start = performance.now();
  for (const cost of costs) spin(cost);
  return (performance.now() - start) / 1000;
}

async function run(schedule, bound) {
  const options = schedule === "balanced" ? { schedule, costs } : { schedule };
  try {
    const start = performance.now();
    const results = await pool.map(costs, spin, options);
    const seconds = (performance.now() - start) / 1000;
    const sum = results.reduce((total, cost) => total + cost, 0);
    if (sum !== expected) throw new Error(`expected the sum ${expected}, got ${sum}`);
    (ratios[schedule] ??= []).push(seconds / bound);
  } catch (error) {
    errors[schedule] = error.message;
  }
}
