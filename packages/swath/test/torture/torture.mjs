/**
 * Seeded runs in which workers are ended at random moments, by others and by their own tasks,
 * and in which every item must come out exactly once, in order, with its own value.
 */
import { createPool, forEach, map, range, reduce } from "swath";
import { ITEMS, planRun, runText, wrongRuns } from "./plan-run.mjs";
import { gather, one, oneLater, valueOf } from "./tasks.mjs";

/** Runs of one block share a pool, if the block has one: every second has. */
const BLOCK = 8;
/** Workers of a shared pool. */
const POOL_WORKERS = 3;
/** A run that has not ended after so many milliseconds hangs. */
const WATCHDOG_MS = 30_000;
/** Threads that were told to end have so many milliseconds for it. */
const END_MS = 5_000;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs seeds one after the other in this process, and counts what it did to them. */
export class Torture {
  /** Totals over all runs. */
  counts = { runs: 0, kills: 0, losses: 0, threads: 0, again: 0 };
  #alive = new Set();
  #pool;
  #block;
  #onWorker = (worker) => {
    this.counts.threads++;
    this.#alive.add(worker);
    worker.once("exit", () => this.#alive.delete(worker));
  };

  constructor() {
    process.on("worker", this.#onWorker);
  }

  /** @throws {Error} that names the seed, if the run is not as it must be or does not end */
  async run(seed) {
    const run = planRun(seed);
    await this.#enter(Math.floor(seed / BLOCK));
    let timer;
    const watchdog = new Promise((_, reject) => {
      const hang = () => reject(new Error(`did not end within ${WATCHDOG_MS / 1e3} s`));
      timer = setTimeout(hang, WATCHDOG_MS);
    });
    try {
      await Promise.race([this.#suffer(run), watchdog]);
      this.counts.runs++;
    } catch (cause) {
      throw new Error(`${runText(run)}: ${cause.message}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends what is left; then no thread may be. */
  async close() {
    await this.#leave();
    process.off("worker", this.#onWorker);
  }

  async #enter(block) {
    if (block === this.#block) return;
    await this.#leave();
    this.#block = block;
    if (block % 2 === 1) this.#pool = createPool({ workers: POOL_WORKERS });
  }

  async #leave() {
    await this.#pool?.close();
    this.#pool = undefined;
    await this.#noThreads();
  }

  async #suffer(run) {
    const runs = new Int32Array(new SharedArrayBuffer(4 * ITEMS));
    const job = this.#start(run, { plan: run.plan, runs });
    const killing = this.#kill(run, job);
    const wrong = await TAKE[run.shape](job, run);
    if (wrong !== undefined) throw new Error(wrong);
    const { chunks } = await job.report;
    const wrongly = wrongRuns(run, runs, await killing);
    if (wrongly !== undefined) throw new Error(wrongly);
    this.counts.losses += chunks.lost;
    this.counts.again += runs.reduce((all, count) => all + (count > 1 ? 1 : 0), 0);
    if (this.#pool === undefined) await this.#noThreads();
  }

  #start({ shape, source, isLater, workers, schedule, chunk, retries, timeout }, shared) {
    const common = { schedule, chunk, retries, timeout, with: shared };
    const options = this.#pool === undefined ? { workers, ...common } : common;
    if (schedule === "balanced") options.costs = COSTS;
    const verbs = this.#pool ?? { map, forEach, reduce };
    const items = makeSource(source);
    const fn = isLater ? oneLater : one;
    if (shape === "each") return verbs.forEach(items, fn, options);
    if (shape !== "reduce") return verbs.map(items, fn, options);
    const combine = (left, right) => {
      for (const value of right) left.push(value);
      return left;
    };
    return verbs.reduce(items, gather, { ...options, initial: [], combine });
  }

  /** Ends a thread at each of the run's moments, as long as the run lasts; returns how many. */
  async #kill({ killsAt, random }, job) {
    let over = false;
    void job.report.then(() => {
      over = true;
    });
    const begin = performance.now();
    let kills = 0;
    for (const at of killsAt) {
      await wait(Math.max(0, at - (performance.now() - begin)));
      const threads = [...this.#alive];
      if (over || threads.length === 0) break;
      kills++;
      this.counts.kills++;
      void threads[Math.floor(random() * threads.length)].terminate();
    }
    return kills;
  }

  async #noThreads() {
    for (const until = performance.now() + END_MS; this.#alive.size > 0; ) {
      if (performance.now() > until) throw new Error(`${this.#alive.size} threads were left`);
      await wait(1);
    }
  }
}

const COSTS = Float64Array.from({ length: ITEMS }, (_, i) => 1 + (i % 13));

function makeSource(kind) {
  if (kind === "range") return range(ITEMS);
  if (kind === "pulled") return naturals();
  if (kind === "array") return Array.from({ length: ITEMS }, (_, i) => i);
  const view = new Float64Array(new SharedArrayBuffer(8 * ITEMS));
  for (let i = 0; i < ITEMS; i++) view[i] = i;
  return view;
}

function* naturals() {
  for (let i = 0; i < ITEMS; i++) yield i;
}

/** Takes the results of a job; what is wrong with them, or undefined. */
const TAKE = {
  await: async (job) => wrongValue(await job),
  each: async (job) => void (await job),
  reduce: async (job) => wrongValue(await job),

  async ordered(job) {
    const values = [];
    for await (const value of job) values.push(value);
    return wrongValue(values);
  },

  async unordered(job) {
    const values = new Array(ITEMS).fill(undefined);
    let count = 0;
    for await (const { index, value } of job.unordered()) {
      if (values[index] !== undefined) return `item ${index} came twice`;
      values[index] = value;
      count++;
    }
    return count === ITEMS ? wrongValue(values) : `${count} results`;
  },

  async settled(job, { failing }) {
    const values = (await job.settled()).map((result, i) => {
      if (!failing.has(i))
        return result.status === "fulfilled" ? result.value : result.reason.message;
      const { reason } = result;
      const isNamed = reason?.code === "SWATH_TASK_FAILED" && reason.itemIndex === i;
      return isNamed ? valueOf(i) : `failing item ${i} was ${result.status}: ${reason?.message}`;
    });
    return wrongValue(values);
  },
};

function wrongValue(values) {
  if (values.length !== ITEMS) return `${values.length} results for ${ITEMS} items`;
  const at = values.findIndex((value, i) => value !== valueOf(i));
  return at < 0 ? undefined : `item ${at} gave ${values[at]}, not ${valueOf(at)}`;
}
