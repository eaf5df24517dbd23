// Jobs that lose a known part of their worker-seconds to one bucket, and what their reports say.
//
//     node known-losses.js
import { map } from "swath";
import { defineSource, referenceOf } from "swath/plugin";
import * as tasks from "./known-tasks.js";
import { printAnswer } from "./self.js";

const WORKERS = 2;

const began = performance.now();
const shares = {};
for (const [bucket, lose] of Object.entries({ start, tail, starve, transfer, gc, useful })) {
  const { report, seconds } = await lose();
  const all = report.workers * report.wall;
  shares[bucket] = { expected: seconds / all, reported: report.buckets[bucket] / all };
}
printAnswer({ seconds: (performance.now() - began) / 1000, shares });

/** Every worker needs half a second in `init`, beside what such threads need anyway. */
async function start() {
  const two = { chunk: 1, schedule: "static" };
  // The first call of a process takes longer than any after it.
  await run([1, 1], tasks.spins, two);
  const none = await run([250, 250], tasks.spins, two);
  const init = { ...two, init: tasks.spinsFirst, with: 500 };
  const { report, results } = await run([250, 250], tasks.givesState, init);
  return { report, seconds: sum(results) + none.report.buckets.start };
}

/** One worker ends half a second before the other. */
async function tail() {
  const { report, results } = await run([1_000, 500], tasks.spins, {
    chunk: 1,
    schedule: "static",
  });
  return { report, seconds: (results[0] - results[1]) / 1e3 };
}

/** Items come every 60 ms and take 20; one worker waits for each but the first. */
async function starve() {
  const [every, count] = [60, 25];
  const { report, results } = await run(itemsEvery(every, count), tasks.spinsFor20, { workers: 1 });
  const until = (every * (count - 1)) / 1e3;
  return { report, seconds: until - report.buckets.start - sum(results.slice(0, -1)) };
}

async function* itemsEvery(ms, count) {
  const from = performance.now();
  for (let i = 0; i < count; i++) {
    const rest = from + i * ms - performance.now();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    yield i;
  }
}

/** Each item takes 10 ms to be read, and 10 ms to be worked on. */
async function transfer() {
  const how = { kind: "opened", opener: referenceOf(tasks.openSlow), data: { ms: 10 } };
  const source = defineSource({ name: "slow", length: 100, access: { route: "read", how } });
  const { report, results } = await run(source, tasks.spinsAfter);
  return { report, seconds: sum(results) };
}

/** Each item collects garbage by itself, and says how long that took. */
async function gc() {
  const { report, results } = await run(new Array(40).fill(10), tasks.collects, {
    init: tasks.keepsMuch,
  });
  return { report, seconds: sum(results) };
}

/** Nothing but work, save for the clock's own garbage. */
async function useful() {
  const { report, results } = await run(new Array(200).fill(10), tasks.spins);
  return { report, seconds: sum(results) - report.buckets.gc };
}

async function run(source, fn, options) {
  const job = map(source, fn, { workers: WORKERS, ...options });
  const results = await job;
  return { report: await job.report, results };
}

/** Milliseconds as seconds. */
function sum(values) {
  return values.reduce((all, ms) => all + ms, 0) / 1e3;
}
