import { describe, expect, test } from "vitest";
import { costsOf, makespanBound, shapeNames } from "../../../../bench/cost-shapes.js";
import type { RecordedChunk, RecordedRun } from "../../src/replay/recorded-run.ts";
import { replay, replayError } from "../../src/replay/replay.ts";
import { SCHEDULES, type ScheduleName } from "../../src/schedules/registry.ts";

const US = 1e-6;

/** A recording of items that were handed out one by one, to whichever worker was free. */
function recordingOf(costs: ArrayLike<number>, workers: number, ready = 0): RecordedRun {
  const freeAt = new Array<number>(workers).fill(ready);
  const chunks: RecordedChunk[] = [];
  for (let i = 0; i < costs.length; i++) {
    const begin = Math.min(...freeAt);
    const worker = freeAt.indexOf(begin);
    const done = begin + (costs[i] as number) * US;
    freeAt[worker] = done;
    chunks.push({ worker, start: i, end: i + 1, begin, done });
  }
  return {
    schedule: "dynamic",
    chunk: 1,
    items: costs.length,
    unit: 1,
    wall: Math.max(...freeAt),
    ready: freeAt.map(() => ready),
    isCold: ready > 0,
    chunks,
    driverEncode: 0,
    driverDecode: 0,
  };
}

describe.each(shapeNames)("2,000 items of 1 ms, %s", (shape: string) => {
  const costs: number[] = Array.from(costsOf(shape, { seed: 1, mean: 1_000 }));

  test("the run itself is replayed within 5 %", () => {
    for (const workers of [1, 2, 8]) {
      expect(Math.abs(replayError(recordingOf(costs, workers)))).toBeLessThan(0.05);
    }
  });

  test("two workers are predicted within 2 % from a recording of one", () => {
    const two = recordingOf(costs, 2);
    const predicted = replay(recordingOf(costs, 1), { workers: 2 });
    expect(Math.abs(predicted.wall / two.wall - 1)).toBeLessThan(0.02);
  });

  test("no schedule beats the bound, and balanced is near it", () => {
    const run = recordingOf(costs, 1);
    const bound = makespanBound(costs, 8) * US;
    for (const schedule of Object.keys(SCHEDULES) as ScheduleName[]) {
      expect(replay(run, { workers: 8, schedule }).wall).toBeGreaterThan(bound);
    }
    expect(replay(run, { workers: 8, schedule: "balanced" }).wall).toBeLessThan(1.03 * bound);
  });
});

test("a thousand workers are no faster than the longest item", () => {
  const costs = new Array<number>(5_000).fill(100);
  costs[4_000] = 50_000;
  const { wall, workers } = replay(recordingOf(costs, 2), { workers: 1_024, schedule: "guided" });
  expect(workers).toBe(1_024);
  expect(wall).toBeGreaterThan(50_000 * US);
});

test("the driver's thread bounds a job whose items cost more to send than to run", () => {
  const run = recordingOf(new Array<number>(1_000).fill(10), 1);
  const heavy = { ...run, driverEncode: 1, chunk: 10 };
  const { wall, driverBusy } = replay(heavy, { workers: 8 });
  expect(wall).toBeGreaterThan(1);
  expect(driverBusy).toBeGreaterThan(0.95);
});

test("a driver's thread that is always busy need not be woken for each chunk", () => {
  const run = recordingOf(new Array<number>(2_000).fill(5), 2);
  const seconds = 2_000 * 20 * US;
  const busy = { ...run, wall: seconds, driverBusy: seconds };
  expect(Math.abs(replayError(busy))).toBeLessThan(0.02);
});

test("what the driver's thread did beside making values is gone with them", () => {
  // One worker, 40 chunks of 1 ms; after each the driver makes values for 10 ms, and is away for 5.
  const chunks = Array.from({ length: 40 }, (_, i) => {
    return { worker: 0, start: 1_000 * i, end: 1_000 * (i + 1), begin: 0.016 * i };
  }).map((chunk) => ({ ...chunk, done: chunk.begin + 1e-3 }));
  const bytes = 64_000;
  const run: RecordedRun = {
    ...recordingOf([], 1),
    chunk: 1_000,
    items: 40_000,
    wall: 40 * 0.016,
    chunks,
    driverDecode: 40 * 0.01,
    driverBusy: 40 * 0.015,
    results: { route: "move", copied: 0, moved: bytes, read: 0, packed: bytes },
  };
  expect(Math.abs(replayError(run))).toBeLessThan(0.05);
  expect(replay(run, { results: "columns" }).wall).toBeLessThan(1.1 * 40 * 1e-3);
});

describe("what the driver's thread did after the last chunk", () => {
  const run = recordingOf(new Array<number>(100).fill(1_000), 2);
  const late = { ...run, wall: run.wall + 0.02 };

  test("is in the replay where it was busy, whatever is changed", () => {
    const busy = { ...late, driverBusy: 0.021 };
    expect(Math.abs(replayError(busy))).toBeLessThan(0.01);
    expect(replay(busy, { workers: 4 }).wall).toBeGreaterThan(0.025 + 0.019);
    expect(replay(busy, { isDriverFree: true }).wall).toBeLessThan(0.052);
    const crowded = { ...busy, cores: 2, crowding: 0.34 };
    expect(Math.abs(replayError(crowded))).toBeLessThan(0.05);
  });

  test("does not make up for chunks of which only a sample is known", () => {
    const sampledFrom = { count: 1_000, seconds: 1, pauses: 0 };
    const sampled = { ...run, items: 1_000, driverBusy: 0.3, wall: 0.5, sampledFrom };
    const late = { ...sampled, wall: 0.6 };
    expect(replay(late).wall).toBeCloseTo(replay(sampled).wall, 2);
  });

  test("is not made up where the wall time alone says so", () => {
    expect(replayError({ ...late, driverBusy: 0.002 })).toBeLessThan(-0.2);
    expect(replayError(late)).toBeLessThan(-0.2);
  });
});

describe("a driver's thread that does less after the last chunk than its share", () => {
  // Two chunks whose results take 20 ms each; of the second only 5 ms were left at the end.
  const halves = {
    ...recordingOf([50_000, 50_000], 2),
    schedule: "static" as const,
    driverDecode: 0.04,
    driverBusy: 0.04,
    wall: 0.055,
  };

  test("does no more in the replay", () => {
    expect(Math.abs(replayError(halves))).toBeLessThan(0.05);
  });

  test("never makes a changed run end before its last chunk, nor in no time", () => {
    const { wall } = replay(halves, { workers: 1 });
    expect(wall).toBeGreaterThan(0.1);
    const free = replay(halves, { compute: 0.001 });
    expect(free.wall).toBeGreaterThan(0);
    expect(free.driverBusy).toBeGreaterThanOrEqual(0);
  });
});

test("one thread instead of eight starts sooner, but not in no time", () => {
  const run = {
    ...recordingOf(new Array<number>(100).fill(1_000), 8, 0.1),
    cores: 2,
    threadStart: 0.045,
    driverBusy: 0.05,
    driverStarting: 0.05,
  };
  const { wall } = replay(run, { workers: 1 });
  // On two cores the eight had a quarter of one each.
  expect(wall).toBeGreaterThan(0.045 + 0.1 / 4);
});

test("starting late is in the prediction", () => {
  const costs = new Array<number>(100).fill(1_000);
  const early = replay(recordingOf(costs, 2)).wall;
  expect(replay(recordingOf(costs, 2, 0.5)).wall).toBeCloseTo(early + 0.5, 3);
});

test("a second thread on the same cores delays the first by no more than its start took", () => {
  const costs = new Array<number>(100).fill(1_000);
  const run = { ...recordingOf(costs, 1, 6e-3), cores: 2 };
  const { wall } = replay(run, { workers: 2 });
  expect(wall).toBeGreaterThan(0.056);
  expect(wall).toBeLessThan(0.062);
});

test("two threads start one after the other where the caller's thread keeps a core busy meanwhile", () => {
  const costs = new Array<number>(100).fill(1_000);
  const run = { ...recordingOf(costs, 1, 0.1), cores: 2, threadStart: 0.06 };
  const idle = replay({ ...run, driverBusy: 0, driverStarting: 0 }, { workers: 2 }).wall;
  const busy = replay({ ...run, driverBusy: 0.1, driverStarting: 0.1 }, { workers: 2 }).wall;
  expect(busy - idle).toBeCloseTo(0.03, 3);
});

test("threads that the job's bring with them want cores of their own, for one worker and for two", () => {
  const costs = new Array<number>(1_000).fill(1_000);
  const run = { ...recordingOf(costs, 1), cores: 2, helpers: 0.5 };
  expect(Math.abs(replayError(run))).toBeLessThan(0.01);
  // Two and their helpers on two cores are as fast as one and a third by themselves.
  expect(replay(run, { workers: 2 }).wall).toBeCloseTo((run.wall * 3) / 4, 1);
  expect(replay({ ...run, helpers: 0 }, { workers: 2 }).wall).toBeCloseTo(run.wall / 2, 1);
});

test("a job without items takes as long as it took", () => {
  const nothing = { ...recordingOf([], 2), wall: 0.01 };
  expect(replay(nothing).chunks).toBe(0);
});

test("who ran alone at the end, and faster for it, is replayed beside others", () => {
  // Items of 1 ms and, in the other half, of 3 ms; beside another worker 1.2 times that.
  const slowed = 1.2;
  const chunks: RecordedChunk[] = [];
  const freeAt = [0, 0];
  for (let i = 0; i < 200; i++) {
    const worker = i < 100 ? 0 : 1;
    const begin = freeAt[worker] as number;
    const isAlone = begin >= 0.1 * slowed;
    const done = begin + (worker === 0 ? 1e-3 : 3e-3) * (isAlone ? 1 : slowed);
    freeAt[worker] = done;
    chunks.push({ worker, start: i, end: i + 1, begin, done });
  }
  const wall = Math.max(...freeAt);
  const own = { schedule: "static", chunk: 1, wall, chunks, computeScaling: 1 / slowed } as const;
  const run: RecordedRun = { ...recordingOf(new Array<number>(200).fill(0), 2), ...own };
  const together = ((0.1 + 0.3) / 2) * slowed;
  const { wall: predicted } = replay(run, { schedule: "dynamic" });
  expect(Math.abs(predicted / together - 1)).toBeLessThan(0.02);
});

test("who waits is not slower beside others", () => {
  const run = recordingOf(new Array<number>(2_000).fill(100), 1);
  const { wall } = replay({ ...run, need: 0, crowding: 0.5 }, { workers: 2 });
  expect(Math.abs(wall / (run.wall / 2) - 1)).toBeLessThan(0.05);
});

test.each([
  [2, 2, 0.2],
  [8, 2, 0.2],
  [16, 4, 0.1],
  [2, 2, 1],
])(
  "%i workers on %i cores that work for %d of the time are replayed to a twentieth from half of their chunks",
  (workers, cores, duty) => {
    // The caller's thread takes its time to send each.
    const each = 1e-3;
    const turn = each / duty;
    const all: RecordedChunk[] = Array.from({ length: 4_000 }, (_, i) => {
      const begin = (Math.floor(i / workers) + (i % workers) / workers) * turn;
      return { worker: i % workers, start: i, end: i + 1, begin, done: begin + each };
    });
    const wall = Math.max(...all.map(({ done }) => done));
    const seconds = all.length * each;
    const run: RecordedRun = {
      ...recordingOf(new Array<number>(all.length).fill(0), workers),
      cores,
      crowding: 0.1,
      wall,
      chunks: all,
      driverEncode: 0.9 * wall,
      driverBusy: 0.9 * wall,
      input: { route: "copy", copied: 1e9, moved: 0, read: 0, packed: 0 },
    };
    const chunks = all.filter((_, i) => ((i * 2_654_435_761) >>> 0) % 1_000 < 500);
    const sampledFrom = { count: all.length, seconds, pauses: workers * wall - seconds };
    expect(Math.abs(replayError(run))).toBeLessThan(0.05);
    expect(Math.abs(replayError({ ...run, chunks, sampledFrom }))).toBeLessThan(0.05);
  },
);

describe("a worker whose first items take longer", () => {
  /** Chunks of 1 ms with these numbers of items, then 20 chunks of 1,000 items of 10 µs. */
  const runAfter = (first: readonly number[]): RecordedRun => {
    const chunks: RecordedChunk[] = [];
    const add = (size: number, seconds: number) => {
      const { end: start, done: begin } = chunks.at(-1) ?? { end: 0, done: 0 };
      chunks.push({ worker: 0, start, end: start + size, begin, done: begin + seconds });
    };
    for (const size of first) add(size, 1e-3);
    for (let i = 0; i < 20; i++) add(1_000, 10e-3);
    const { end: items, done: wall } = chunks.at(-1) as RecordedChunk;
    const run = { schedule: "steal" as const, chunk: undefined, cores: 2 };
    return { ...recordingOf([], 1), ...run, items, wall, chunks };
  };
  const times = (count: number, size: number) => new Array<number>(count).fill(size);

  test("warms up where they take less and less, and so does a second worker", () => {
    const run = runAfter([...times(10, 1), ...times(35, 5)]);
    expect(Math.abs(replayError(run))).toBeLessThan(0.01);
    // Half of 245 ms would be 122; a second worker compiles once more, each beside the other.
    const { wall } = replay(run, { workers: 2 });
    expect(wall).toBeGreaterThan(0.15);
    expect(wall).toBeLessThan(0.19);
  });

  test("has dearer items first where they all cost the same, or for long", () => {
    expect(replay(runAfter(times(45, 10)), { workers: 2 }).wall).toBeLessThan(0.14);
    expect(replay(runAfter(times(400, 10)), { workers: 2 }).wall).toBeLessThan(0.33);
  });
});
