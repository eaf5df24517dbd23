// A hundred jobs over one big array that a closure captures.
//
//     node blob-swath.js MILLIONS JOBS WORKERS
//
// WORKERS 0 is the plain loop, without swath.
import { map, range, SharedArray } from "swath";
import { printAnswer } from "./self.js";

const [millions, jobs, workers] = process.argv.slice(2).map(Number);

const { data: blob } = SharedArray.create("int32", millions * 1e6);
for (let i = 0; i < blob.length; i++) blob[i] = (Math.imul(i, 2_654_435_761) >>> 8) % 1_000;

const countOf = (wanted) => {
  let hits = 0;
  for (let i = 0; i < blob.length; i++) if (blob[i] === wanted) hits++;
  return hits;
};

const began = performance.now();
const counts =
  workers === 0
    ? Array.from({ length: jobs }, (_, wanted) => countOf(wanted))
    : await map(range(jobs), countOf, { workers });
const seconds = (performance.now() - began) / 1000;
printAnswer({ seconds, sum: counts.reduce((sum, hits) => sum + hits, 0) });
