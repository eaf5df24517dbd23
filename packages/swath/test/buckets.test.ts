import { expect, test } from "vitest";
import { planJob, RandomJobs } from "./buckets/random-jobs.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

/** Of the thousand that `npm run buckets` runs. */
const JOBS = 60;

test(`in ${JOBS} random jobs every worker-second is in one bucket, and the factors multiply to the speed-up`, async () => {
  const jobs = new RandomJobs();
  const faults: string[] = [];
  for (let seed = 1; seed <= JOBS; seed++) faults.push(...(await jobs.run(seed)));
  await jobs.close();
  expect(faults).toEqual([]);
  expect(jobs.runs).toBe(JOBS);
}, 120_000);

test("a seed makes the same job each time", () => {
  expect(planJob(5)).toEqual(planJob(5));
  expect(planJob(5)).not.toEqual(planJob(6));
});
