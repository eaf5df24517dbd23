// A job built to be short of one thing, and what its report says that it was short of.
//
//     node bounds.js cpu|memory|disk|garbage|coordinator|network|waiting|nothing FOLDER
import { createServer } from "node:http";
import { map, range } from "swath";
import * as tasks from "./bound-tasks.js";
import { printAnswer } from "./self.js";

const WORKERS = 2;
/** Larger than any cache. */
const SWEPT_BYTES = 256e6;

const [kind, folder] = process.argv.slice(2);
const jobs = { cpu, memory, disk, garbage, coordinator, network, waiting, nothing };
const report = await jobs[kind]();
const { bound, wall, computeScaling, environment } = report;
printAnswer({ seconds: wall, bound, computeScaling, environment });

function cpu() {
  return reportOf(range(3_000), tasks.computes, { report: { calibrate: true } });
}

function memory() {
  const bytes = new SharedArrayBuffer(SWEPT_BYTES);
  const copy = {
    from: new Float64Array(bytes),
    to: new Float64Array(new SharedArrayBuffer(SWEPT_BYTES)),
  };
  return reportOf(range(1_200), tasks.copies, { with: copy, report: { calibrate: true } });
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
