import fc from "fast-check";
import { expect, test } from "vitest";
import { UNBOUNDED } from "../../src/driver/events.ts";
import { FinishedRanges } from "../../src/driver/finished.ts";
import { Driver } from "../../src/driver/state.ts";
import { dynamicSchedule } from "../../src/schedules/dynamic.ts";
import { SCHEDULES, type ScheduleName } from "../../src/schedules/registry.ts";
import type { Chunk } from "../../src/schedules/schedule.ts";
import { Script } from "./script.ts";

/** Whether each item is finished, in runs: from no item to some two hundred. */
const finishedItems = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 25 })), { maxLength: 16 })
  .map((runs) => runs.flatMap(([done, count]) => new Array<boolean>(count).fill(done)));

function rangesOf(finished: readonly boolean[]): readonly Chunk[] {
  const ranges: Chunk[] = [];
  for (let start = 0; start < finished.length; start++) {
    let end = start;
    while (finished[end]) end++;
    if (end > start) ranges.push({ start, end });
    start = end;
  }
  return ranges;
}

test("what is left of a chunk: every open item once, in order", () => {
  fc.assert(
    fc.property(finishedItems, fc.nat(200), fc.nat(200), (finished, a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const items = new FinishedRanges(rangesOf(finished))
        .cut({ start, end })
        .flatMap((part) => Array.from({ length: part.end - part.start }, (_, i) => part.start + i));
      const all = Array.from({ length: end - start }, (_, i) => start + i);
      expect(items).toEqual(all.filter((i) => !finished[i]));
    }),
  );
});

test.each(Object.keys(SCHEDULES) as ScheduleName[])(
  "%s: hands out what is not finished, once, and then finishes",
  (name) => {
    fc.assert(
      fc.property(finishedItems, fc.integer({ min: 1, max: 4 }), (finished, workers) => {
        const itemCount = finished.length;
        const costs = Array.from({ length: itemCount }, () => 1);
        const schedule = SCHEDULES[name]({ itemCount, workers, costs });
        const ranges = rangesOf(finished);
        const options = { schedule, itemCount, workers, window: UNBOUNDED, finished: ranges };
        expect(runAll(new Driver(options), workers, itemCount)).toEqual(
          finished.map((done) => (done ? 0 : 1)),
        );
      }),
    );
  },
);

/** Runs a driver to its end, one chunk after the other; how often each item ran. */
function runAll(driver: Driver, workers: number, itemCount: number): readonly number[] {
  const runs = new Array<number>(itemCount).fill(0);
  for (let worker = 0; worker < workers; worker++) driver.handle({ kind: "joined", worker });
  for (let turn = 0; !driver.isOver; turn++) {
    if (turn > 10_000) throw new Error("the driver never finished");
    const worker = turn % workers;
    const [first] = driver.heldBy(worker);
    if (first === undefined) continue;
    for (let i = first.start; i < first.end; i++) runs[i] = (runs[i] as number) + 1;
    const done = { kind: "done", worker, chunk: first.id, microseconds: 1 } as const;
    for (const command of driver.handle(done)) {
      if (command.kind === "revoke") driver.handle({ ...command, kind: "kept" });
    }
  }
  return runs;
}

/** Ten items in chunks of two, `[2, 6)` of them finished. */
function resumed(window = UNBOUNDED): Script {
  const schedule = dynamicSchedule({ itemCount: 10, workers: 1, chunk: 2 });
  const finished = [{ start: 2, end: 6 }];
  return new Script({ schedule, itemCount: 10, workers: 1, finished, window });
}

test("finished items count as done", () => {
  const script = resumed();
  expect(script.driver.doneItems).toBe(4);
  expect(script.tell("joined 0")).toEqual(["run 0 [0, 2)", "run 0 [6, 8)"]);
  expect(script.tell("done 0")).toEqual(["run 0 [8, 10)"]);
  expect(script.tellAll("done 0", "done 0")).toEqual(["finish"]);
});

test("they take no room in the window", () => {
  const script = resumed({ items: 4, chunks: Infinity });
  expect(script.tell("joined 0")).toEqual(["run 0 [0, 2)", "run 0 [6, 8)"]);
  expect(script.tell("done 0")).toEqual([]);
  expect(script.tell("consumed 2 1")).toEqual(["run 0 [8, 10)"]);
});

test("all finished: finish with the first event", () => {
  const schedule = dynamicSchedule({ itemCount: 4, workers: 1 });
  const script = new Script({ schedule, itemCount: 4, finished: [{ start: 0, end: 4 }] });
  expect(script.tell("ended 4")).toEqual(["finish"]);
});

test("drained: what waits is revoked, what runs ends, then the job is stopped", () => {
  const schedule = dynamicSchedule({ itemCount: 10, workers: 2, chunk: 1 });
  const script = new Script({ schedule, itemCount: 10 });
  script.tellAll("joined 0", "joined 1");
  const drain = { kind: "drain", reason: "enough" } as const;
  expect(script.tell(drain)).toEqual([
    "revoke 0 [0, 1)",
    "revoke 0 [1, 2)",
    "revoke 1 [2, 3)",
    "revoke 1 [3, 4)",
  ]);
  const answer = (kind: "kept" | "revoked", worker: number, chunk: number) =>
    script.tell({ kind, worker, chunk });
  expect(script.tell(drain)).toEqual([]);
  answer("kept", 0, 0);
  answer("revoked", 0, 1);
  answer("kept", 1, 2);
  expect(answer("revoked", 1, 3)).toEqual([]);
  expect(script.tell("done 0")).toEqual([]);
  expect(script.tell("done 1")).toEqual(["fail stopped"]);
  expect(script.driver.doneItems).toBe(2);
});

test("drained with a worker lost: the job is stopped; with all done: it finishes", () => {
  const drained = () => {
    const schedule = dynamicSchedule({ itemCount: 1, workers: 1, chunk: 1 });
    const script = new Script({ schedule, itemCount: 1, workers: 1 });
    script.tell("joined 0");
    script.tell({ kind: "drain", reason: undefined });
    script.tell({ kind: "kept", worker: 0, chunk: 0 });
    return script;
  };
  expect(drained().tell("left 0")).toEqual(["fail stopped"]);
  expect(drained().tell("done 0")).toEqual(["finish"]);
});
