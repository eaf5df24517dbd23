// What measuring costs a million trivial items: `map` with its report against `map` without, on warm
// pools, in pairs that take turns at going first.
//
//     node instrument-loop.js ITEMS PAIRS WORKERS
import { createPool, range } from "swath";
import { inc } from "./inc-task.js";
import { printPairs, timePairs } from "./instrument-pairs.js";

const [items, pairs, workers] = process.argv.slice(2).map(Number);
// Of its own each: once a thread measures itself, it goes on with it.
const pools = new Map([true, false].map((report) => [report, createPool({ workers })]));
const start = (report) => pools.get(report).map(range(items), inc, { report });
const answer = await timePairs(pairs, start, (results) => {
  if (results.at(-1) !== items) throw new Error(`expected ${items}, got ${results.at(-1)}`);
});
for (const pool of pools.values()) await pool.close();
printPairs(answer);
