import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChunkRun, DriverCommand, DriverEvent } from "../../src/driver/events.ts";
import { UNBOUNDED } from "../../src/driver/events.ts";
import { Driver } from "../../src/driver/state.ts";
import { dynamicSchedule } from "../../src/schedules/dynamic.ts";
import { SCHEDULES, type ScheduleName } from "../../src/schedules/registry.ts";
import { staticSchedule } from "../../src/schedules/static.ts";
import { Script } from "./script.ts";

/** A script whose chunks all have `chunk` items, so that the tables are easy to follow. */
function even(itemCount: number, chunk: number, workers = 2): Script {
  const schedule = dynamicSchedule({ itemCount, workers, chunk });
  return new Script({ schedule, itemCount, workers });
}

describe("handing out", () => {
  test("each worker holds at most two chunks: one runs, one waits", () => {
    const script = even(10, 1);
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 1)", "run 0 [1, 2)"]);
    expect(script.driver.heldBy(0).length).toBe(2);
    expect(script.tell("done 0")).toEqual(["run 0 [2, 3)"]);
  });

  test("a worker without work is served before a worker that could take a second chunk", () => {
    const schedule = dynamicSchedule({ itemCount: Infinity, workers: 2, chunk: 1 });
    const script = new Script({ schedule });
    script.tellAll("joined 0", "joined 1");
    expect(script.tell("available 3").slice(0, 3)).toEqual([
      "run 0 [0, 1)",
      "run 1 [1, 2)",
      "run 0 [2, 3)",
    ]);
  });

  test("no items: finish with the first event", () => {
    expect(even(0, 1).tell("joined 0")).toEqual(["finish"]);
  });

  test("the last done gives finish, and only that", () => {
    const script = even(2, 1);
    script.tell("joined 0");
    expect(script.tell("done 0")).toEqual([]);
    expect(script.tell("done 0")).toEqual(["finish"]);
    expect(script.driver.doneItems).toBe(2);
  });
});

describe("budgets", () => {
  test("what a worker gives back unasked is cut by the schedule, and goes out before anything new", () => {
    const script = even(12, 2);
    script.tellAll("joined 0", "joined 1");
    const [first] = script.driver.heldBy(0) as [ChunkRun];
    const what = { worker: 0, chunk: first.id } as const;
    script.tell({ kind: "part", ...what, until: 1, microseconds: 400 });
    expect(script.driver.doneItems).toBe(1);
    expect(script.tell({ kind: "revoked", ...what })).toEqual(["run 0 [1, 2)"]);
  });

  test("a chunk that nobody has timed is not cut in halves for an idle worker", () => {
    const schedule = SCHEDULES.auto({ itemCount: 60, workers: 2, givesBack: true });
    const script = new Script({ schedule, itemCount: 60 });
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 30)", "run 0 [30, 60)"]);
    expect(script.tell("joined 1")).toEqual(["revoke 0 [30, 60)"]);
    expect(script.tell("revoked 0")).toEqual(["run 1 [30, 60)"]);
    expect(script.driver.heldBy(1)[0]).toMatchObject({ budget: 300 });
  });

  test("are for results that all are kept: a stream's chunks begin with single items", () => {
    const schedule = SCHEDULES.auto({ itemCount: 600, workers: 2, givesBack: true });
    const script = new Script({ schedule, itemCount: 600, window: { items: 600, chunks: 8 } });
    expect(script.tellAll("joined 0", "joined 1")).toEqual(["run 1 [2, 3)", "run 1 [3, 4)"]);
    expect(script.driver.heldBy(0).some(({ budget }) => budget !== undefined)).toBe(false);
  });

  test("waits for the window, but for the first that is not done", () => {
    const schedule = dynamicSchedule({ itemCount: 100, workers: 2, chunk: 10 });
    const again: typeof schedule.again = ({ start }) => ({ start, end: start + 2 });
    const window = { items: Infinity, chunks: 4 };
    const script = new Script({ schedule: { ...schedule, again }, itemCount: 100, window });
    script.tellAll("joined 0", "joined 1");
    const give = (worker: number) => {
      const [{ id, start }] = script.driver.heldBy(worker) as [ChunkRun];
      const what = { worker, chunk: id } as const;
      script.tell({ kind: "part", ...what, until: start + 1, microseconds: 400 });
      return script.tell({ kind: "revoked", ...what });
    };
    expect(script.driver.heldBy(1)[0]).toMatchObject({ start: 20 });
    expect(give(1)).toEqual([]);
    expect(give(0)).toEqual([]);
    expect(script.tell({ kind: "consumed", items: 1, chunks: 1 })).toEqual(["run 0 [1, 3)"]);
    script.tellAll("done 0", "done 1");
    expect(script.tell({ kind: "consumed", items: 40, chunks: 5 })).toContain("run 1 [3, 5)");
  });

  test("a rest that is larger than what the schedule gives a worker is shared", () => {
    const schedule = dynamicSchedule({ itemCount: 8, workers: 2, chunk: 8 });
    const again: typeof schedule.again = ({ start }) => ({ start, end: start + 3 });
    const script = new Script({ schedule: { ...schedule, again }, itemCount: 8 });
    script.tellAll("joined 0", "joined 1");
    const [first] = script.driver.heldBy(0) as [ChunkRun];
    const what = { worker: 0, chunk: first.id } as const;
    script.tell({ kind: "part", ...what, until: 2, microseconds: 400 });
    expect(script.tell({ kind: "revoked", ...what })).toEqual(["run 0 [2, 5)", "run 1 [5, 8)"]);
    expect(script.tellAll("done 0", "done 1")).toEqual(["finish"]);
  });
});

describe("one worker alone", () => {
  test("the others get nothing until they work together again", () => {
    const script = even(40, 4);
    script.tellAll("joined 0", "joined 1");
    expect(script.tell("alone 0 1")).toEqual([]);
    expect(script.tell("done 1")).toEqual([]);
    expect(script.driver.othersRest(0)).toBe(false);
    expect(script.tell("done 1")).toEqual([]);
    expect(script.driver.othersRest(0)).toBe(true);
    expect(script.tell("together").toSorted()).toEqual(["run 1 [16, 20)", "run 1 [20, 24)"]);
  });

  test("it gets small chunks, and what was cut off goes out next", () => {
    const script = even(40, 4);
    script.tellAll("joined 0", "joined 1", "alone 0 1");
    expect(script.tell("done 0")).toEqual(["run 0 [16, 17)"]);
    expect(script.tell("done 0")).toEqual(["run 0 [17, 18)"]);
    expect(script.tell("together")).toEqual([]);
    expect(script.tell("done 1")).toEqual(["run 1 [18, 20)"]);
  });

  test("it ends when there is nothing for that worker", () => {
    const script = even(20, 4);
    script.tellAll("joined 0", "joined 1", "alone 0 4", "done 1", "done 1");
    expect(script.tell("left 0")).toEqual(["run 1 [0, 2), attempt 2", "run 1 [2, 4), attempt 2"]);
    expect(script.driver.alone).toBeUndefined();
  });

  test("whenever it begins, and whoever it is, every item is done once", () => {
    const wishes = fc.array(
      fc.record({ after: fc.nat(60), worker: fc.nat(2), size: fc.integer({ min: 1, max: 9 }) }),
      { maxLength: 6 },
    );
    const names = fc.constantFrom(...(Object.keys(SCHEDULES) as ScheduleName[]));
    fc.assert(
      fc.property(names, wishes, fc.nat(1_000), (name, list, seed) => {
        const itemCount = 100;
        const request = { itemCount, workers: 3, ...(name === "balanced" ? { costs: COSTS } : {}) };
        const schedule = SCHEDULES[name](request);
        const driver = new Driver({ schedule, itemCount, workers: 3, window: UNBOUNDED });
        expect(runsAlone(driver, list, seed)).toEqual(new Array(itemCount).fill(1));
      }),
    );
  });
});

const COSTS = Array.from({ length: 100 }, (_, i) => 1 + (i % 7));

/** Plays three workers that end their chunks in any order; how often each item was done. */
function runsAlone(
  driver: Driver,
  wishes: readonly { readonly after: number; readonly worker: number; readonly size: number }[],
  seed: number,
): readonly number[] {
  const runs = new Array<number>(100).fill(0);
  const revoked: DriverEvent[] = [];
  const tell = (event: DriverEvent) => {
    for (const command of driver.handle(event)) {
      // It waits behind another, so it has not begun.
      if (command.kind === "revoke") revoked.push({ ...command, kind: "revoked" });
    }
  };
  for (const worker of [0, 1, 2]) tell({ kind: "joined", worker });
  for (let turn = 0; !driver.isOver; turn++) {
    expect(turn).toBeLessThan(1_000);
    const wish = wishes.find(({ after }) => after === turn);
    if (wish !== undefined) tell({ kind: "alone", ...wish });
    if (turn % 11 === 10) tell({ kind: "together" });
    for (let event = revoked.pop(); event !== undefined; event = revoked.pop()) tell(event);
    const busy = [0, 1, 2].filter((worker) => driver.heldBy(worker).length > 0);
    const worker = busy[(turn * 7 + seed) % busy.length];
    const chunk = worker === undefined ? undefined : driver.heldBy(worker)[0];
    if (worker === undefined || chunk === undefined) continue;
    for (let i = chunk.start; i < chunk.end; i++) runs[i] = (runs[i] as number) + 1;
    tell({ kind: "done", worker, chunk: chunk.id, microseconds: 10 });
  }
  return runs;
}

describe("lost workers", () => {
  test("what was given back goes out before anything new; only what ran counts an attempt", () => {
    const script = even(10, 1);
    script.tellAll("joined 0", "joined 1");
    expect(script.tell("left 0")).toEqual([]);
    expect(script.tell("done 1")).toEqual(["run 1 [0, 1), attempt 2"]);
    expect(script.tell("joined 0")).toEqual(["run 0 [1, 2)", "run 0 [4, 5)"]);
  });

  test("what it had done of its chunk before it left is not handed out again", () => {
    const script = even(5, 5, 1);
    script.tell("joined 0");
    expect(script.tell({ kind: "part", worker: 0, chunk: 0, until: 3 })).toEqual([]);
    expect(script.driver.doneItems).toBe(3);
    script.tell("left 0 3");
    expect(script.tell("joined 0")).toEqual(["run 0 [3, 4), attempt 2", "run 0 [4, 5)"]);
    expect(script.tellAll("done 0", "done 0")).toEqual(["finish"]);
  });

  test("a worker that had done all of its chunk leaves nothing of it behind", () => {
    const script = even(5, 5, 1);
    script.tell("joined 0");
    expect(script.tell({ kind: "part", worker: 0, chunk: 0, until: 5 })).toEqual(["finish"]);
    const more = even(4, 2, 1);
    more.tell("joined 0");
    expect(more.tell({ kind: "part", worker: 0, chunk: 0, until: 2 })).toEqual([]);
    more.tell("left 0");
    expect(more.tell("joined 0")).toEqual(["run 0 [2, 3), attempt 2", "run 0 [3, 4), attempt 2"]);
  });

  test("a worker that held nothing leaves without a trace", () => {
    const script = even(1, 1);
    script.tellAll("joined 0", "joined 1");
    expect(script.tell("left 1")).toEqual([]);
    expect(script.tell("done 0")).toEqual(["finish"]);
  });

  test("the item that was running is set apart, and fails the job with its third loss", () => {
    const script = even(5, 5);
    script.tell("joined 0");
    script.tell("left 0 3");
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 3)", "run 0 [3, 4), attempt 2"]);
    script.tellAll("done 0", "left 0 3");
    expect(script.tell("joined 1")).toEqual(["run 1 [3, 4), attempt 3", "run 1 [4, 5)"]);
    const left = { kind: "left", worker: 1, reason: "exit 1", begun: 4, loading: false } as const;
    const [command] = script.driver.handle(left);
    expect(command).toEqual({
      kind: "fail",
      cause: {
        kind: "lost",
        worker: 1,
        chunk: { id: 4, start: 3, end: 4, attempt: 3, tries: 0 },
        reason: "exit 1",
      },
    });
  });

  test("where nothing tells which item was running, halves are halved until one stands alone", () => {
    const poison = 5;
    const script = even(8, 8, 1);
    script.tell("joined 0");
    for (let losses = 0; !script.driver.isOver; ) {
      const [held] = script.driver.heldBy(0);
      if (held === undefined) throw new Error("a worker without work");
      if (poison < held.start || poison >= held.end) script.tell("done 0");
      else {
        expect(++losses).toBeLessThanOrEqual(5);
        script.tell("left 0");
        if (!script.driver.isOver) script.tell("joined 0");
      }
    }
    expect(script.last).toBe("fail lost");
  });

  test("a chunk that waited behind another job's work is not charged", () => {
    const script = even(3, 3);
    script.tell("joined 0");
    const left = {
      kind: "left",
      worker: 0,
      reason: "exit 1",
      begun: undefined,
      loading: false,
    } as const;
    expect(script.tell(left)).toEqual([]);
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 3)"]);
  });

  test("three starts in a row that end before the task is loaded fail the job", () => {
    const script = even(3, 1);
    script.tellAll("left 0", "left 1", "joined 0", "left 0", "left 1", "left 1");
    expect(script.tell("left 0")).toEqual(["fail unstartable"]);
  });

  test("as long as another worker has loaded it, the job goes on without the one that ends", () => {
    const script = even(3, 1);
    script.tellAll("joined 0", "left 1", "left 1");
    expect(script.tell("left 1")).toEqual(["retire 1"]);
    expect(script.tellAll("done 0", "done 0", "done 0")).toEqual(["finish"]);
  });

  test("unless the schedule has chunks for that worker alone", () => {
    const script = new Script({
      itemCount: 4,
      schedule: staticSchedule({ itemCount: 4, workers: 2 }),
    });
    script.tellAll("joined 0", "left 1", "left 1");
    expect(script.tell("left 1")).toEqual(["fail unstartable"]);
  });

  test("a revoke that a leaving worker will never answer does not block the next one", () => {
    const script = even(8, 4, 3);
    script.tellAll("joined 0");
    expect(script.tell("joined 1")).toEqual(["revoke 0 [4, 8)"]);
    expect(script.tell("left 0")).toEqual(["run 1 [0, 2), attempt 2", "run 1 [2, 4), attempt 2"]);
    expect(script.tell("joined 2")).toEqual(["run 2 [4, 8)"]);
  });
});

describe("items that fail, where the others go on", () => {
  const culprit = (worker: number, begun: number, index: number) =>
    ({
      kind: "left",
      worker,
      reason: "",
      begun,
      culprit: { index, error: "e" },
      loading: false,
    }) as const;

  test("an item that took its workers with it is settled, and counts as done", () => {
    const script = even(3, 1, 1);
    script.tellAll("collect", "joined 0", "left 0", "joined 0", "left 0", "joined 0");
    expect(script.tell("left 0")).toEqual(["settle 0 lost"]);
    expect(script.tellAll("joined 0", "done 0", "done 0")).toEqual(["finish"]);
    expect(script.driver.doneItems).toBe(3);
  });

  test("a known culprit is settled at once; its neighbours are run again, uncharged", () => {
    const script = even(5, 5, 1);
    script.tellAll("collect", "joined 0");
    expect(script.tell(culprit(0, 0, 2))).toEqual(["settle 2 task"]);
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 2)", "run 0 [3, 5)"]);
    expect(script.tellAll("done 0", "done 0")).toEqual(["finish"]);
  });

  test("a known culprit with retries left is tried again by itself", () => {
    const schedule = dynamicSchedule({ itemCount: 3, workers: 1, chunk: 3 });
    const script = new Script({ schedule, itemCount: 3, workers: 1, retries: 1 });
    script.tellAll("joined 0", culprit(0, 0, 0));
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 1), try 2", "run 0 [1, 3)"]);
    expect(script.tell(culprit(0, 1, 0))).toEqual(["fail task"]);
  });

  test("a culprit that was done already is told of late, and the running chunk is not charged", () => {
    const script = even(4, 2, 1);
    script.tellAll("collect", "joined 0", "done 0");
    expect(script.tell(culprit(0, 1, 0))).toEqual(["late 0 task"]);
    expect(script.tell("joined 0")).toEqual(["run 0 [2, 4)"]);
    expect(script.tell("done 0")).toEqual(["finish"]);
  });

  test("indices that cannot be sent are settled; what is left of their chunk goes out again", () => {
    const script = even(12, 6, 1);
    script.tellAll("collect", "joined 0");
    const failed = [0, 3].map((index) => ({ index, error: "e" }));
    expect(script.tell({ kind: "failed", worker: 0, chunk: 0, failed })).toEqual([
      "settle 0 task",
      "settle 3 task",
      "run 0 [1, 3)",
    ]);
    expect(script.tell("done 0")).toEqual(["run 0 [4, 6)"]);
    expect(script.tellAll("done 0", "done 0")).toEqual(["finish"]);
    expect(script.driver.doneItems).toBe(12);
  });

  test("a chunk of nothing else leaves nothing", () => {
    const script = even(2, 1, 1);
    script.tellAll("collect", "joined 0", "done 0");
    const failed = [{ index: 1, error: "e" }];
    expect(script.tell({ kind: "failed", worker: 0, chunk: 1, failed })).toEqual([
      "settle 1 task",
      "finish",
    ]);
  });

  test("without `collect` the first of them ends the job", () => {
    const script = even(5, 5, 1);
    script.tell("joined 0");
    expect(script.tell(culprit(0, 0, 2))).toEqual(["fail task"]);
  });
});

describe("revoking", () => {
  test("when all is handed out, the longest chunk that waits is revoked and cut in two", () => {
    const script = even(8, 4);
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 4)", "run 0 [4, 8)"]);
    expect(script.tell("joined 1")).toEqual(["revoke 0 [4, 8)"]);
    expect(script.tell("revoked 0")).toEqual(["run 1 [4, 6)", "run 0 [6, 8)"]);
    expect(script.tell("done 1")).toEqual(["revoke 0 [6, 8)"]);
    expect(script.tell("revoked 0")).toEqual(["run 1 [6, 7)", "run 0 [7, 8)"]);
    expect(script.tellAll("done 0", "done 0")).toEqual([]);
    expect(script.tell("done 1")).toEqual(["finish"]);
  });

  test("a single item moves as a whole", () => {
    const script = even(2, 1);
    script.tell("joined 0");
    expect(script.tell("joined 1")).toEqual(["revoke 0 [1, 2)"]);
    expect(script.tell("revoked 0")).toEqual(["run 1 [1, 2)"]);
  });

  test("a chunk that its worker has begun is kept and not asked for again", () => {
    const script = even(8, 4);
    script.tellAll("joined 0", "joined 1");
    expect(script.tell("kept 0")).toEqual([]);
    expect(script.tell("done 0")).toEqual([]);
    expect(script.tell("done 0")).toEqual(["finish"]);
  });

  test("there is one revoke at a time", () => {
    const script = even(8, 4, 3);
    script.tell("joined 0");
    expect(script.tell("joined 1")).toEqual(["revoke 0 [4, 8)"]);
    expect(script.tell("joined 2")).toEqual([]);
    expect(script.tell("revoked 0")).toEqual(["run 1 [4, 6)", "run 2 [6, 8)"]);
  });

  test("chunks of a schedule that pins them to workers are left alone", () => {
    const schedule = staticSchedule({ itemCount: 4, workers: 2, chunk: 1 });
    const script = new Script({ schedule, itemCount: 4 });
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 1)", "run 0 [2, 3)"]);
    expect(script.tell("joined 1")).toEqual(["run 1 [1, 2)", "run 1 [3, 4)"]);
    expect(script.tellAll("done 1", "done 1")).toEqual([]);
    expect(script.tellAll("done 0", "done 0")).toEqual(["finish"]);
  });
});

describe("the window", () => {
  test("bounds the items ahead of what the caller has taken", () => {
    const schedule = dynamicSchedule({ itemCount: 100, workers: 1, chunk: 4 });
    const window = { items: 6, chunks: Infinity };
    const script = new Script({ schedule, itemCount: 100, workers: 1, window });
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 4)", "run 0 [4, 6)"]);
    expect(script.tellAll("done 0", "done 0")).toEqual([]);
    expect(script.tell("consumed 4 1")).toEqual(["run 0 [6, 10)"]);
  });

  test("bounds the chunks ahead of what the caller has taken", () => {
    const schedule = dynamicSchedule({ itemCount: 100, workers: 1, chunk: 4 });
    const window = { items: Infinity, chunks: 3 };
    const script = new Script({ schedule, itemCount: 100, workers: 1, window });
    script.tell("joined 0");
    expect(script.tell("done 0")).toEqual(["run 0 [8, 12)"]);
    expect(script.tell("done 0")).toEqual([]);
    expect(script.tell("consumed 8 2")).toEqual(["run 0 [12, 16)"]);
  });

  test("does not hold back what was lost: the caller may be waiting for that", () => {
    const schedule = dynamicSchedule({ itemCount: 100, workers: 1, chunk: 4 });
    const window = { items: 8, chunks: 2 };
    const script = new Script({ schedule, itemCount: 100, workers: 1, window });
    script.tellAll("joined 0", "left 0");
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 2), attempt 2", "run 0 [2, 4), attempt 2"]);
  });

  test("makes chunks no longer than it says, where they are made as they are asked for", () => {
    const schedule = dynamicSchedule({ itemCount: 100, workers: 1, chunk: 40 });
    const window = { items: Infinity, chunks: 2, chunkItems: 4 };
    const script = new Script({ schedule, itemCount: 100, workers: 1, window });
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 4)", "run 0 [4, 8)"]);
    script.tell({ kind: "window", window: { ...window, chunkItems: 30 } });
    script.tell("done 0");
    expect(script.tell("consumed 4 1")).toEqual(["run 0 [8, 38)"]);
    const pinned = staticSchedule({ itemCount: 100, workers: 1 });
    const other = new Script({ schedule: pinned, itemCount: 100, workers: 1, window });
    expect(other.tell("joined 0")).toEqual(["run 0 [0, 100)"]);
  });

  test("can be opened while the job runs", () => {
    const schedule = dynamicSchedule({ itemCount: 100, workers: 1, chunk: 4 });
    const window = { items: Infinity, chunks: 1 };
    const script = new Script({ schedule, itemCount: 100, workers: 1, window });
    expect(script.tell("joined 0")).toEqual(["run 0 [0, 4)"]);
    expect(script.tell({ kind: "window", window: UNBOUNDED })).toEqual(["run 0 [4, 8)"]);
  });
});

describe("pulled sources", () => {
  function pulled(window = UNBOUNDED): Script {
    const schedule = dynamicSchedule({ itemCount: Infinity, workers: 2, chunk: 2 });
    return new Script({ schedule, window });
  }

  test("are read a bounded number of items ahead, and handed out as items come", () => {
    const script = pulled();
    expect(script.tell("joined 0")).toEqual(["pull 32"]);
    expect(script.tell("available 3")).toEqual(["run 0 [0, 2)", "run 0 [2, 3)", "pull 35"]);
    expect(script.tell("available 4")).toEqual([]);
    expect(script.tell("done 0")).toEqual(["run 0 [3, 4)", "pull 36"]);
  });

  test("are read ahead by chunks of the length that the window allows", () => {
    const script = pulled({ items: Infinity, chunks: 8, chunkItems: 1 });
    expect(script.tell("joined 0")).toEqual(["pull 4"]);
    expect(script.tell("available 2")).toEqual(["run 0 [0, 1)", "run 0 [1, 2)", "pull 6"]);
  });

  test("are not read beyond the window", () => {
    const script = pulled({ items: 5, chunks: Infinity });
    expect(script.tell("joined 0")).toEqual(["pull 5"]);
    script.tell("available 5");
    expect(script.tell("consumed 2 1")).toEqual(["pull 7"]);
  });

  test("finish when they have ended and all is done", () => {
    const script = pulled();
    script.tellAll("joined 0", "available 3");
    expect(script.tellAll("done 0", "done 0")).toEqual([]);
    expect(script.tell("ended 3")).toEqual(["finish"]);
    expect(pulled().tell("ended 0")).toEqual(["finish"]);
  });

  test("the lowest open index tells what may be forgotten", () => {
    const script = pulled();
    script.tellAll("joined 0", "joined 1", "available 8");
    expect(script.driver.firstOpen).toBe(0);
    script.tell("done 1");
    expect(script.driver.firstOpen).toBe(0);
    script.tell("done 0");
    expect(script.driver.firstOpen).toBe(4);
    script.tell("left 0");
    expect(script.driver.firstOpen).toBe(4);
  });
});

describe("the end", () => {
  test.each([
    ["failed 0", { kind: "task", error: "bad item" }],
    ["cancel enough", { kind: "cancelled", reason: "enough" }],
  ])("%s fails the job with its cause", (event, cause) => {
    const script = even(10, 1);
    script.tell("joined 0");
    expect(script.tell(event)).toEqual([`fail ${cause.kind}`]);
    expect(script.driver.isOver).toBe(true);
  });

  test("a worker that cannot load the task fails the job with its error", () => {
    const script = even(10, 1);
    const [command] = script.driver.handle({ kind: "unready", worker: 0, error: "no such file" });
    expect(command).toEqual({ kind: "fail", cause: { kind: "task", error: "no such file" } });
  });

  test("events after it change nothing, not even impossible ones", () => {
    const script = even(1, 1);
    script.tellAll("joined 0", "done 0");
    const events = ["done 0", "joined 0", "left 7", "kept 3", "cancel late", "available 99"];
    for (const event of events) expect(script.tell(event)).toEqual([]);
    expect(script.driver.doneItems).toBe(1);
  });
});

describe("impossible events throw with the story so far", () => {
  test.each([
    ["joined 0", "worker 0 joined twice"],
    ["done 1", "worker 1 does not hold chunk -1"],
    ["revoked 0", "worker 0 does not hold chunk -1"],
  ])("%s", (event, what) => {
    const script = even(4, 2);
    script.tell("joined 0");
    expect(() => script.tell(event)).toThrow(
      expect.objectContaining({
        code: "SWATH_INVALID_TRANSITION",
        message: expect.stringMatching(
          new RegExp(`^${what}; the last events were:\n  \\{ kind: 'joined', worker: 0 \\}\n`),
        ),
      }),
    );
  });

  test("the story holds the last twenty events", () => {
    const script = even(100, 1);
    script.tell("joined 0");
    for (let i = 0; i < 40; i++) script.tell("done 0");
    let message = "";
    try {
      script.tell("joined 0");
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split("\n").length).toBe(21);
    expect(message).toMatch(/\{ kind: 'joined', worker: 0 \}$/);
  });
});

/** An executor with no threads: it does what a seeded list of choices says. */
class ChoiceExecutor {
  readonly times: Uint8Array;
  /** Chunks that each worker holds, the one that runs first; undefined while it is away. */
  readonly #workers: (ChunkRun[] | undefined)[];
  readonly #driver: Driver;
  ended: DriverCommand["kind"] | undefined;

  constructor(driver: Driver, workers: number, itemCount: number) {
    this.#driver = driver;
    this.#workers = new Array(workers).fill(undefined);
    this.times = new Uint8Array(itemCount);
  }

  /** Lets `worker` do one thing that it can do. */
  act(worker: number, choice: number): void {
    const held = this.#workers[worker];
    if (held === undefined) {
      this.#workers[worker] = [];
      return this.#tell({ kind: "joined", worker });
    }
    // The third loss of a chunk would end the job.
    if (choice === 0 && (held[0]?.attempt ?? 0) < 3) {
      this.#workers[worker] = undefined;
      const begun = held[0]?.id;
      return this.#tell({ kind: "left", worker, reason: "chance", begun, loading: false });
    }
    const chunk = held.shift();
    if (chunk === undefined) return;
    for (let i = chunk.start; i < chunk.end; i++) this.times[i] = (this.times[i] as number) + 1;
    this.#tell({ kind: "done", worker, chunk: chunk.id, microseconds: choice * 1_000 });
  }

  #tell(event: DriverEvent): void {
    for (const command of this.#driver.handle(event)) this.#obey(command);
  }

  #obey(command: DriverCommand): void {
    if (this.ended !== undefined) throw new Error("a command after the last");
    if (command.kind === "run") this.#workers[command.worker]?.push(command.chunk);
    else if (command.kind === "revoke") this.#answer(command.worker, command.chunk);
    else if (command.kind === "pull") throw new Error("nothing to pull");
    else this.ended = command.kind;
  }

  /** The chunk in front has been begun; one behind it has not. */
  #answer(worker: number, chunk: number): void {
    const held = this.#workers[worker] ?? [];
    const at = held.findIndex(({ id }) => id === chunk);
    if (at > 0) held.splice(at, 1);
    this.#tell({ kind: at > 0 ? "revoked" : "kept", worker, chunk });
  }
}

describe("any interleaving of joined, done, left, revoked and kept", () => {
  const acts = fc.array(fc.tuple(fc.nat(7), fc.nat(9)), { maxLength: 200 });
  const names = Object.keys(SCHEDULES) as ScheduleName[];

  test.each(names)("%s: every item is done exactly once, and the driver finishes", (name) => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.integer({ min: 1, max: 8 }),
        acts,
        (itemCount, workers, chance) => {
          const costs = Array.from({ length: itemCount }, (_, i) => (i % 17 === 0 ? 50 : i % 5));
          const schedule = SCHEDULES[name]({ itemCount, workers, costs });
          const driver = new Driver({ schedule, itemCount, workers, window: UNBOUNDED });
          const executor = new ChoiceExecutor(driver, workers, itemCount);
          for (const [worker, choice] of chance) {
            if (executor.ended === undefined) executor.act(worker % workers, choice);
          }
          const bound = 2 * (itemCount + workers) * workers + workers;
          for (let turn = 0; executor.ended === undefined && turn < bound; turn++) {
            executor.act(turn % workers, 1);
          }
          expect(executor.ended).toBe("finish");
          expect(executor.times.findIndex((times) => times !== 1)).toBe(-1);
        },
      ),
      { numRuns: 150 },
    );
  });
});
