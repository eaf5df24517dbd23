import { map, range, reduce } from "swath";
import { type ObservedJob, observeJobs } from "swath/plugin";
import { expect, test } from "vitest";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

test("tells every job that starts, how far it is, and what was measured", async () => {
  const jobs: ObservedJob[] = [];
  const end = observeJobs((job) => jobs.push(job));
  await map(range(5), tasks.inc, { workers: 1 });
  await reduce(range(5), tasks.add, { workers: 0, initial: 0, combine: (a, b) => a + b });
  end();
  await map(range(5), tasks.inc, { workers: 0 });
  expect(jobs.map(({ verb, task, journal }) => [verb, task, journal])).toEqual([
    ["map", "inc", undefined],
    ["reduce", "add", undefined],
  ]);
  const [first, second] = jobs as [ObservedJob, ObservedJob];
  expect(second.number).toBe(first.number + 1);
  expect(first.progress).toMatchObject({ done: 5, total: 5, resumed: 0 });
  const { record, text } = await first.report;
  expect(record).toMatchObject({ schema: "swath.report/1", task: "inc" });
  expect(text).toMatch(/^5 items in /m);
});

test("can stop a job that somebody else started", async () => {
  const end = observeJobs((job) => job.stop("enough"));
  const job = map(range(100), tasks.slow, { workers: 1 });
  end();
  await expect(job).rejects.toMatchObject({ code: "SWATH_INTERRUPTED", cause: "enough" });
});
