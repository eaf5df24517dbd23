// Runs random jobs (sleeping, spinning, allocating, transferring, reading; 1 to 8 workers) and checks
// that in the report of each every worker-second is in exactly one bucket, and that the factors
// multiply to the speed-up.
//
//   npm run buckets -- [--jobs N] [--from SEED]
import { parseArgs } from "node:util";
import { RandomJobs } from "../packages/swath/test/buckets/random-jobs.mjs";

/** A line of progress after so many jobs. */
const TELL_EVERY = 100;

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
  },
});
const count = integer("jobs");
const from = integer("from");
const jobs = new RandomJobs();
const begin = performance.now();
let bad = 0;
for (let seed = from; seed < from + count; seed++) {
  const faults = await jobs.run(seed);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) bad++;
  if ((seed - from + 1) % TELL_EVERY === 0) tell();
}
await jobs.close();
if (count % TELL_EVERY !== 0) tell();
if (bad > 0) process.exitCode = 1;

function tell() {
  const seconds = ((performance.now() - begin) / 1e3).toFixed(1);
  console.log(
    `${jobs.runs} jobs in ${seconds} s: ${bad} of them with a second in no bucket, or in two`,
  );
}

function integer(name) {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`Expected --${name} to be an integer from 0 up, got ${values[name]}`);
  process.exit(2);
}
