// One cell of the grid: COUNT items of BYTES each, ITERATIONS of work for each.
//
//     node grid-cell.js loop|auto|cold|warm ITERATIONS BYTES COUNT
//
// loop, auto and cold are the first thing that the process does. warm takes turns with the loop on
// a pool that has run the job before, and gives both medians.
import { createPool, map } from "swath";
import { burn } from "../burn.js";
import { median } from "../statistics.js";
import { printAnswer } from "./self.js";

const WARM_PAIRS = 3;
const WORKERS = 2;

const [mode] = process.argv.slice(2);
const [iterations, bytes, count] = process.argv.slice(3).map(Number);
const items = Array.from({ length: count }, (_, i) => itemOf(i));

function itemOf(i) {
  return bytes === 8 ? i % 100 : new Uint8Array(bytes).fill(i % 100);
}

const work = (item, { with: length }) =>
  (burn(length) & 1) + (typeof item === "number" ? item : item[item.length - 1]);

function plainLoop() {
  const results = [];
  const context = { with: iterations };
  for (const item of items) results.push(work(item, context));
  return results;
}

const runners = {
  loop: plainLoop,
  auto: () => map(items, work, { workers: WORKERS, inline: "auto", with: iterations }),
  cold: () => map(items, work, { workers: WORKERS, inline: "never", with: iterations }),
};

if (mode === "warm") await warm();
else {
  const { seconds, sum } = await time(runners[mode]);
  printAnswer({ seconds, sum });
}

async function warm() {
  const pool = createPool({ workers: WORKERS });
  const onPool = () => pool.map(items, work, { inline: "never", with: iterations });
  await time(onPool);
  await time(plainLoop);
  const pairs = [];
  for (let i = 0; i < WARM_PAIRS; i++) {
    const order = i % 2 === 0 ? [onPool, plainLoop] : [plainLoop, onPool];
    const times = new Map();
    for (const runner of order) times.set(runner, await time(runner));
    pairs.push(times);
  }
  const middle = (runner) => median(pairs.map((times) => times.get(runner).seconds));
  await pool.close();
  printAnswer({
    seconds: middle(onPool),
    loopSeconds: middle(plainLoop),
    sum: pairs[0].get(onPool).sum,
  });
}

async function time(runner) {
  const began = performance.now();
  const results = await runner();
  const seconds = (performance.now() - began) / 1000;
  return { seconds, sum: results.reduce((total, value) => total + value, 0) };
}
