// What measuring costs the raster job: the classes of each window of a raster counted in threads of
// their own, with the report against without, in pairs that take turns at going first.
//
//     node instrument-raster.js FILE PAIRS WORKERS
import { mapWindows } from "@swath/raster";
import { printPairs, timePairs } from "./instrument-pairs.js";
import { countClasses } from "./instrument-task.js";

/** Threads of one job alone end with it. */
const REST_MS = 100;

const [path, pairs, workers] = process.argv.slice(2);
let expected;
const options = { workers: Number(workers) };
const start = (report) => mapWindows(path, countClasses, { ...options, report });
const answer = await timePairs({ pairs: Number(pairs), restMs: REST_MS }, start, (windows) => {
  const counts = windows.reduce((sum, window) => sum.map((count, k) => count + window[k]));
  expected ??= String(counts);
  if (String(counts) !== expected) throw new Error(`expected ${expected}, got ${counts}`);
});
printPairs(answer);
