// `workers: 0` against the plain loop, on items of about NANOSECONDS each: `seconds` is swath's time
// per plain second, the median of pairs that take turns at going first.
//
//     node overhead-inline.js NANOSECONDS PAIRS
import { map } from "swath";
import { burn, iterationsPerMicrosecond } from "../burn.js";
import { median } from "../statistics.js";
import { burnItem } from "./burn-task.js";
import { printAnswer } from "./self.js";

/** Work per measurement: long enough for the clock, short enough for many pairs. */
const RUN_NS = 2e8;
const WARM_UP_PAIRS = 2;

const [nanoseconds, pairs] = process.argv.slice(2).map(Number);
const iterations = Math.max(1, Math.round((iterationsPerMicrosecond() * nanoseconds) / 1000));
const items = new Array(Math.round(RUN_NS / nanoseconds)).fill(iterations);
const expected = burn(iterations);

const ratios = [];
for (let pair = 0; pair < WARM_UP_PAIRS + pairs; pair++) {
  const order = pair % 2 === 0 ? [plainLoop, swathInline] : [swathInline, plainLoop];
  const times = new Map();
  for (const runner of order) times.set(runner, await time(runner));
  if (pair >= WARM_UP_PAIRS) ratios.push(times.get(swathInline) / times.get(plainLoop));
}
printAnswer({ seconds: median(ratios), items: items.length, ratios });

async function time(runner) {
  const began = performance.now();
  const results = await runner();
  const seconds = (performance.now() - began) / 1000;
  if (results.length !== items.length || results.some((value) => value !== expected)) {
    throw new Error(`${runner.name} returned wrong results`);
  }
  return seconds;
}

function plainLoop() {
  const results = [];
  for (const item of items) results.push(burn(item));
  return results;
}

function swathInline() {
  return map(items, burnItem, { workers: 0 });
}
