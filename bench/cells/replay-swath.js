// A job on 1 worker or 2: what it took, and what replays of it say that it and others take.
//
//     node replay-swath.js JOB WORKERS FILE
import { classify as classifyRaster } from "@swath/raster";
import { createPool, map, range } from "swath";
import { counsel, recordedRunOf, replay } from "swath/analysis";
import { observeJobs } from "swath/plugin";
import { costsOf } from "../cost-shapes.js";
import { makeBox } from "./boxes-task.js";
import { classify } from "./elev-task.js";
import { inc } from "./inc-task.js";
import { printAnswer } from "./self.js";
import { spin } from "./spin-task.js";

const MILLION = 1_000_000;
const BOXES = 800_000;
const ELEV_CUTS = [200, 300, 400, 500];
/** Mean cost of an item of uneven work, in µs. */
const SPIN_US = 1_000;

const [job, workersText, file] = process.argv.slice(2);
const workers = Number(workersText);

/** @type {Record<string, () => Promise<unknown>>} */
const JOBS = {
  "raster-fn": () => classifyRaster(file, { fn: classify, workers }),
  "raster-breaks": () => classifyRaster(file, { breaks: ELEV_CUTS, workers }),
  loop: () => map(range(MILLION), inc, { workers }),
  "loop-warm": () => warmed((pool) => pool.map(range(MILLION), inc)),
  "boxes-columns": () => map(range(BOXES), makeBox, { workers, results: "columns" }),
  "boxes-await": () => map(range(BOXES), makeBox, { workers }),
};

const records = [];
const stop = observeJobs(({ report }) => records.push(report));
await (JOBS[job] ?? (() => skewed(job)))();
stop();
const { record } = await records.at(-1);
const run = recordedRunOf(record);
const { advice, replayError } = counsel(record);
if (process.env.SWATH_BENCH_RECORDS !== undefined) {
  const { writeFileSync } = await import("node:fs");
  writeFileSync(
    `${process.env.SWATH_BENCH_RECORDS}/${job.replaceAll(" ", "_").replace("%", "")}-${workers}.json`,
    JSON.stringify(record),
  );
}
printAnswer({
  seconds: record.wall,
  replayed: replay(run).wall,
  one: replay(run, { workers: 1 }).wall,
  two: replay(run, { workers: 2 }).wall,
  replayError,
  advice: advice.map(({ id, savingSeconds }) => ({ id, savingSeconds })),
});

/** Twice unmeasured, so that code is warm. */
async function warmed(start) {
  const pool = createPool({ workers });
  for (let i = 0; i < 2; i++) await start(pool);
  await start(pool);
  await pool.close();
}

function skewed(shape) {
  const costs = Array.from(costsOf(shape, { seed: 1, mean: SPIN_US }));
  return warmed((pool) => pool.map(costs, spin));
}
