// Random jobs, and what their reports must fulfil whatever they do: every worker-second is in exactly
// one bucket.
import { createPool, map, range } from "swath";
import { defineSource, referenceOf, SCHEDULES } from "swath/plugin";
import { seededRandom } from "../../../../bench/random.js";
import * as tasks from "./tasks.mjs";

const { spins, sleeps, allocates, transfers, mixes } = tasks;
/** What each kind of job calls; `reads` is about its source. */
const CALLS = { spins, sleeps, allocates, transfers, mixes, reads: spins };
const KINDS = Object.keys(CALLS);
const MAX_WORKERS = 8;
/** Buckets may miss the worker-seconds by so much of them, and no bucket may owe more. */
const TOLERANCE = 0.005;
/** Sums and products of a few hundred doubles. */
const ROUNDING = 1e-9;

/** The job of a seed, as plain data. */
export function planJob(seed) {
  const random = seededRandom(seed);
  const below = (n) => Math.floor(random() * n);
  const kind = KINDS[below(KINDS.length)];
  const names = Object.keys(SCHEDULES).filter((name) => name !== "balanced");
  return {
    seed,
    kind,
    workers: 1 + below(MAX_WORKERS),
    isWarm: random() < 0.7,
    items: 1 + below(120),
    /** Largest cost of an item, in ms. */
    ms: 0.05 + random(),
    schedule: names[below(names.length)],
    chunk: random() < 0.5 ? undefined : 1 + below(10),
    copies: random() < 0.5,
    streams: random() < 0.3,
    calibrate: random() < 0.2,
  };
}

/** Runs random jobs on pools of every size, and on threads of their own. */
export class RandomJobs {
  #pools = new Map();
  runs = 0;

  /** @returns {Promise<readonly string[]>} what is wrong with the report of the job of this seed */
  async run(seed) {
    const plan = planJob(seed);
    const { faults } = await this.report(plan);
    this.runs++;
    return faults.map((fault) => `seed ${seed}: ${fault} in ${JSON.stringify(plan)}`);
  }

  async report(plan) {
    const job = this.#start(plan);
    if (plan.streams) for await (const _ of job);
    else await job;
    const report = await job.report;
    return { report, faults: faultsOf(report, plan) };
  }

  async close() {
    for (const pool of this.#pools.values()) await pool.close();
    this.#pools.clear();
  }

  #start({ kind, workers, isWarm, items, ms, schedule, chunk, copies, calibrate }) {
    const options = { schedule, chunk, with: ms, report: { calibrate } };
    const fn = CALLS[kind];
    const source = kind === "reads" ? slowSource(items, ms) : copies ? listOf(items) : range(items);
    if (!isWarm) return map(source, fn, { ...options, workers });
    let pool = this.#pools.get(workers);
    if (pool === undefined) this.#pools.set(workers, (pool = createPool({ workers })));
    return pool.map(source, fn, options);
  }
}

function listOf(items) {
  return Array.from({ length: items }, (_, i) => i);
}

function slowSource(items, ms) {
  const how = { kind: "opened", opener: referenceOf(tasks.openSlow), data: { ms } };
  return defineSource({ name: "slow", length: items, access: { route: "read", how } });
}

/** What is wrong with a report. */
export function faultsOf(report, { items }) {
  const { wall, workers, buckets, efficiency, perWorker, computeScaling, speedup } = report;
  const all = workers * wall;
  const faults = [];
  const must = (holds, text) => holds || faults.push(text);
  const sum = Object.values(buckets).reduce((total, seconds) => total + seconds, 0);
  must(Math.abs(sum - all) <= TOLERANCE * all, `buckets sum to ${sum} of ${all} worker-seconds`);
  for (const [name, seconds] of Object.entries(buckets)) {
    must(seconds >= -TOLERANCE * all, `bucket ${name} is ${seconds} of ${all} worker-seconds`);
  }
  const { parallel, start, balance, dispatch, transfer, gc } = efficiency;
  const product = start * balance * dispatch * transfer * gc;
  must(Math.abs(product - parallel) <= ROUNDING, `factors give ${product}, not ${parallel}`);
  const share = buckets.useful / all;
  must(Math.abs(parallel - share) <= ROUNDING, `efficiency is ${parallel}, not ${share}`);
  const done = perWorker.reduce((total, worker) => total + worker.items, 0);
  must(report.items === items && done === items, `${done} and ${report.items} of ${items} items`);
  const known = (computeScaling === undefined) === (speedup === undefined);
  must(known, "speed-up without compute scaling, or the other way round");
  if (speedup !== undefined) {
    const identity = workers * product * computeScaling.value;
    must(
      Math.abs(speedup - identity) <= ROUNDING * identity,
      `speed-up ${speedup}, not ${identity}`,
    );
  }
  return faults;
}
