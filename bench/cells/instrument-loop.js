// What measuring costs a million trivial items: `map` with its report against `map` without, on warm
// pools, in pairs that take turns at going first; on several pools one after the other, for two threads
// may be a few percent faster than two others of the same code for as long as they live.
//
//     node instrument-loop.js ITEMS PAIRS WORKERS
import { createPool, range } from "swath";
import { median } from "../statistics.js";
import { inc } from "./inc-task.js";
import { printPairs, timePairs } from "./instrument-pairs.js";

const POOLS = 16;
/** The threads stay, and have a job closed within a millisecond. */
const REST_MS = 5;
/** A thread's code is compiled again and again in its first ten jobs or so. */
const EARLY_PAIRS = 15;

const [items, pairs, workers] = process.argv.slice(2).map(Number);
const check = (results) => {
  if (results.at(-1) !== items) throw new Error(`expected ${items}, got ${results.at(-1)}`);
};
const answers = [];
for (let i = 0; i < POOLS; i++) {
  // Of its own each: once a thread measures itself, it goes on with it.
  const order = i % 2 === 0 ? [true, false] : [false, true];
  const pools = new Map(order.map((report) => [report, createPool({ workers })]));
  const start = (report) => pools.get(report).map(range(items), inc, { report });
  answers.push(
    await timePairs({ early: EARLY_PAIRS, pairs, turn: i % 2, restMs: REST_MS }, start, check),
  );
  for (const pool of pools.values()) await pool.close();
}
const all = (field) => answers.flatMap((answer) => answer[field]);
printPairs({
  ratios: all("ratios"),
  early: all("early"),
  on: all("on"),
  off: all("off"),
  share: median(answers.map(({ share }) => share)),
});
