// A job with a known fault, and the same job as the advice would have it.
//
//     node advice-swath.js JOB before|after FILE
import { openRaster } from "@swath/raster";
import { map, move, range } from "swath";
import { counsel, verdictOf } from "swath/analysis";
import { observeJobs } from "swath/plugin";
import { classifyLand, sumOf, waitForLand } from "./advice-tasks.js";
import { makeBox } from "./boxes-task.js";
import { inc } from "./inc-task.js";
import { printAnswer } from "./self.js";

const WORKERS = 2;
const STRIPS = 4;
/** Windows of each strip. */
const PIECES = 32;
const ARRAYS = 200;
const ARRAY_LENGTH = 500_000;
const TINY_ITEMS = 50_000;
const BOXES = 800_000;

const [job, when, file] = process.argv.slice(2);
const isBefore = when === "before";

/** @type {Record<string, () => PromiseLike<unknown>>} */
const JOBS = {
  /** Four strips on four workers, whose items wait: as on four cores. */
  strips: () => {
    const raster = openRaster(file);
    const rows = Math.ceil(raster.height / (STRIPS * PIECES));
    const skewed = { schedule: "static", chunk: PIECES };
    const options = isBefore ? skewed : { schedule: "steal" };
    return map(raster.windows({ rows }), waitForLand, { workers: STRIPS, ...options });
  },
  /** The southern half in two strips, computed, on the two cores that there are. */
  halves: () => {
    const raster = openRaster(file);
    const row = Math.floor(raster.height / 2);
    const rect = { row, col: 0, width: raster.width, height: raster.height - row };
    const rows = Math.ceil(rect.height / (WORKERS * PIECES));
    const options = { schedule: isBefore ? "static" : "steal", workers: WORKERS };
    return map(raster.windows({ rows, rect }), classifyLand, options);
  },
  clone: () => {
    const arrays = Array.from({ length: ARRAYS }, (_, k) => new Float64Array(ARRAY_LENGTH).fill(k));
    return map(isBefore ? arrays : arrays.map((array) => move(array)), sumOf, { workers: WORKERS });
  },
  tiny: () => {
    const options = isBefore ? { schedule: "dynamic", chunk: 1 } : {};
    return map(range(TINY_ITEMS), inc, { workers: WORKERS, ...options });
  },
  results: () => {
    const options = isBefore ? {} : { results: "columns" };
    return map(range(BOXES), makeBox, { workers: WORKERS, ...options });
  },
};

/** @type {Promise<import("swath/plugin").ObservedReport> | undefined} */
let last;
const stopObserving = observeJobs(({ report }) => {
  last = report;
});
await JOBS[job]();
stopObserving();
const { record } = await last;
const counselled = counsel(record);
printAnswer({
  seconds: record.wall,
  advice: counselled.advice,
  replayError: counselled.replayError,
  verdict: verdictOf(record, counselled),
  idle: record.buckets.tail,
});
