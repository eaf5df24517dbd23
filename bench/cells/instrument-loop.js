// What measuring costs a million trivial items: `map` with its report against `map` without, on warm
// pools, in pairs that take turns at going first; on several pools one after the other, for two threads
// may be a few percent faster than two others of the same code for as long as they live.
//
//     node instrument-loop.js ITEMS PAIRS WORKERS
import { createPool, range } from "swath";
import { inc } from "./inc-task.js";
import { printPairs, timePairs } from "./instrument-pairs.js";

const POOLS = 4;

const [items, pairs, workers] = process.argv.slice(2).map(Number);
const check = (results) => {
  if (results.at(-1) !== items) throw new Error(`expected ${items}, got ${results.at(-1)}`);
};
const answers = [];
for (let i = 0; i < POOLS; i++) {
  // Of its own each: once a thread measures itself, it goes on with it.
  const pools = new Map([true, false].map((report) => [report, createPool({ workers })]));
  const start = (report) => pools.get(report).map(range(items), inc, { report });
  answers.push(await timePairs(pairs, start, check));
  for (const pool of pools.values()) await pool.close();
}
const all = (field) => answers.flatMap((answer) => answer[field]);
const pairsOfAll = { ratios: all("ratios"), on: all("on"), off: all("off"), shares: all("shares") };
printPairs(pairsOfAll, answers[0].ratios);
