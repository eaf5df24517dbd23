// A job built to be short of one thing, and what its report says that it was short of.
//
//     node bounds.js cpu|memory|unseen|disk|garbage|coordinator|network|waiting|nothing FOLDER
import { createServer } from "node:http";
import { createPool, map, range, SharedArray } from "swath";
import * as tasks from "./bound-tasks.js";
import { copyScaling } from "./copy-threads.js";
import { printAnswer } from "./self.js";

const WORKERS = 2;
/** Larger than any cache. */
const SWEPT_BYTES = 256e6;
const ROWS = 384;
const ROW_LENGTH = 1 << 19;
/** Jobs that only move memory, of which the one of median length is looked at. */
const TIMES = 3;

const [kind, folder] = process.argv.slice(2);
const jobs = { cpu, memory, unseen, disk, garbage, coordinator, network, waiting, nothing };
/** What is known of a job beside what it was built for. */
const known = {};
const report = await jobs[kind]();
const { bound, wall, computeScaling, environment } = report;
printAnswer({ seconds: wall, bound, computeScaling, environment, ...known });

function cpu() {
  return reportOf(range(3_000), tasks.computes, { report: { calibrate: true } });
}

/**
 * Rows that workers only copy, 3 GB in and out, on a warm pool and in memory that its threads have
 * seen: on some virtual machines the first look costs more than a copy. It is over in less than 0.1 s, so
 * that anything that comes between takes most of one job: the median of three tells.
 */
async function memory() {
  const from = SharedArray.create("float64", [ROWS, ROW_LENGTH]);
  const into = SharedArray.create("float64", [ROWS, ROW_LENGTH]);
  // Memory that is touched for the first time costs more than a copy.
  from.data.fill(1);
  into.data.fill(1);
  const pool = createPool({ workers: WORKERS });
  try {
    for (let i = 0; i < 2; i++) await pool.map(from, tasks.returns, { into });
    const reports = [];
    for (let i = 0; i < TIMES; i++) {
      const job = pool.map(from, tasks.returns, { into, report: { calibrate: true } });
      await job;
      reports.push(await job.report);
    }
    return reports.sort((a, b) => a.wall - b.wall)[TIMES >> 1];
  } finally {
    await pool.close();
  }
}

/**
 * The same, of memory of which swath knows nothing; and what two threads by hand make of it, before
 * and after, for how much is left of a shared machine's memory changes from one second to the next.
 */
async function unseen() {
  const bytes = new SharedArrayBuffer(SWEPT_BYTES);
  const copy = {
    from: new Float64Array(bytes),
    to: new Float64Array(new SharedArrayBuffer(SWEPT_BYTES)),
  };
  copy.from.fill(1);
  copy.to.fill(1);
  const before = await copyScaling(copy);
  // Seconds: so long as what is left of the memory may change several times.
  const options = { with: copy, report: { calibrate: true } };
  const report = await reportOf(range(14_400), tasks.copies, options);
  known.byHand = [before, await copyScaling(copy)];
  return report;
}

function disk() {
  return reportOf(range(300), tasks.writes, { with: folder });
}

function garbage() {
  return reportOf(range(600), tasks.litters);
}

/** What comes back costs this thread more than the workers. */
function coordinator() {
  return reportOf(range(400), tasks.describes);
}

async function network() {
  const server = createServer((_, response) => {
    setTimeout(() => response.end("x".repeat(2_000)), 20);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const report = await reportOf(range(60), tasks.fetches, { with: `http://127.0.0.1:${port}/` });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return report;
}

function waiting() {
  return reportOf(range(60), tasks.sleeps);
}

function nothing() {
  return reportOf(range(10), tasks.adds);
}

async function reportOf(source, fn, options) {
  const job = map(source, fn, { workers: WORKERS, ...options });
  await job;
  return job.report;
}
