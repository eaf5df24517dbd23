// One cost shape under each schedule, in turn, on one warm pool.
//
//     node skew-swath.js SHAPE WORKERS ROUNDS SEED MEAN_US
import { createPool } from "swath";
import { costsOf, makespanBound } from "../cost-shapes.js";
import { printAnswer } from "./self.js";
import { spin } from "./spin-task.js";

const SCHEDULES = ["static", "dynamic", "guided", "steal", "auto", "balanced"];

const [shape, workersText, roundsText, seedText, meanText] = process.argv.slice(2);
const workers = Number(workersText);
const costs = Array.from(costsOf(shape, { seed: Number(seedText), mean: Number(meanText) }));
const bound = makespanBound(costs, workers) / 1e6;
const expected = costs.reduce((sum, cost) => sum + cost, 0);
const ratios = {};
const errors = {};

const began = performance.now();
const pool = createPool({ workers });
await pool.map(costs, spin);
for (let round = 0; round < Number(roundsText); round++) {
  const from = round % SCHEDULES.length;
  for (const schedule of [...SCHEDULES.slice(from), ...SCHEDULES.slice(0, from)])
    await run(schedule);
}
await pool.close();
printAnswer({ seconds: (performance.now() - began) / 1000, shape, bound, ratios, errors });

async function run(schedule) {
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
