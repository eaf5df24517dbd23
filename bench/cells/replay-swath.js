// A job on some workers: what it took, and what replays of it say that it and others take.
//
//     node replay-swath.js JOB WORKERS FILE
import { classify as classifyRaster } from "@swath/raster";
import { createPool, map, range } from "swath";
import { recordedRunOf, replay } from "swath/analysis";
import { observeJobs } from "swath/plugin";
import { costsOf } from "../cost-shapes.js";
import { makeBox } from "./boxes-task.js";
import { classify } from "./elev-task.js";
import { inc } from "./inc-task.js";
import { printAnswer } from "./self.js";
import { spin } from "./spin-task.js";

const LOOP_ITEMS = 1_000_000;
const BOXES = 800_000;
const CUTS = [200, 300, 400, 500];
/** Mean cost of an item of uneven work, in µs. */
const SPIN_US = 1_000;

const [job, workersText, file] = process.argv.slice(2);
const workers = Number(workersText);

/** @type {Record<string, () => PromiseLike<unknown>>} */
const JOBS = {
  "raster fn": () => classifyRaster(file, { fn: classify, workers }),
  "raster breaks": () => classifyRaster(file, { breaks: CUTS, workers }),
  loop: () => map(range(LOOP_ITEMS), inc, { workers }),
  "boxes columns": () => map(range(BOXES), makeBox, { workers, results: "columns" }),
  "boxes values": () => map(range(BOXES), makeBox, { workers }),
};

/** @type {Promise<import("swath/plugin").ObservedReport> | undefined} */
let last;
const stopObserving = observeJobs(({ report }) => {
  last = report;
});
await (JOBS[job] ?? (() => skewed(job)))();
stopObserving();
const { record } = await last;
const run = recordedRunOf(record);
printAnswer({
  seconds: record.wall,
  replayed: replay(run).wall,
  two: replay(run, { workers: 2 }).wall,
});

/** Once unmeasured, so that threads are up and code is warm. */
async function skewed(shape) {
  const costs = Array.from(costsOf(shape, { seed: 1, mean: SPIN_US }));
  const pool = createPool({ workers });
  for (let i = 0; i < 2; i++) await pool.map(costs, spin);
  await pool.close();
}
