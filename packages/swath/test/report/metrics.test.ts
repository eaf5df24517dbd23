import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bucketsOf,
  efficiencyOf,
  perWorkerOf,
  ratioOf,
  stragglersOf,
} from "../../src/report/metrics.ts";
import type { ChunkRecord, Lifetime, Recording } from "../../src/report/recorder.ts";
import type { Buckets } from "../../src/report/report.ts";
import { chunkOf, recordingOf } from "./recordings.ts";

const BUCKETS = ["start", "tail", "starve", "transfer", "gc", "useful"] as const;
/** Sums of a few hundred doubles of milliseconds. */
const ROUNDING = 1e-9;

describe("one worker, one second", () => {
  const lifetimes: Lifetime[] = [{ worker: 0, from: 100, to: Infinity }];
  const chunks = [
    chunkOf({ begin: 200, end: 500, decode: 10, read: 40, run: 240, encode: 10 }),
    chunkOf({ begin: 600, end: 800 }),
  ];
  const gc = new Map([
    [
      0,
      [
        { begin: 150, duration: 20 },
        { begin: 300, duration: 50 },
        { begin: 790, duration: 30 },
      ],
    ],
  ]);
  const recording = recordingOf({ lifetimes, chunks, gc });

  test("goes to six buckets", () => {
    const buckets = bucketsOf(recording, 1);
    expect(buckets.start).toBeCloseTo(0.1);
    expect(buckets.tail).toBeCloseTo(0.2);
    expect(buckets.transfer).toBeCloseTo(0.06);
    // 50 ms inside the first chunk and 10 of 30 ms inside the second.
    expect(buckets.gc).toBeCloseTo(0.06);
    expect(buckets.useful).toBeCloseTo(0.24 + 0.2 - 0.06);
    expect(buckets.starve).toBeCloseTo(0.2);
  });

  test("and the same by worker", () => {
    const [figures] = perWorkerOf(recording, 1);
    expect(figures).toMatchObject({ worker: 0, chunks: 2, items: 2, read: 0.04 });
    expect(figures?.idle).toBeCloseTo(0.4);
  });
});

test("a worker that never joined spent everything on starting", () => {
  const buckets = bucketsOf(recordingOf({}), 2);
  expect(buckets).toEqual({ start: 2, tail: 0, starve: 0, transfer: 0, gc: 0, useful: 0 });
});

test("a worker that left and came back was starting while it was away", () => {
  const lifetimes = [
    { worker: 0, from: 0, to: 300 },
    { worker: 0, from: 500, to: Infinity },
  ];
  const chunks = [chunkOf({ begin: 500, end: 1_000 })];
  expect(bucketsOf(recordingOf({ lifetimes, chunks }), 1)).toMatchObject({
    start: 0.2,
    starve: 0.3,
    useful: 0.5,
  });
});

test("stragglers: first and last to end, idle at the end, busiest over mean", () => {
  const lifetimes = [0, 1].map((worker) => ({ worker, from: 0, to: Infinity }));
  const chunks = [
    chunkOf({ worker: 0, begin: 0, end: 200 }),
    chunkOf({ worker: 1, begin: 0, end: 1_000 }),
  ];
  expect(stragglersOf(recordingOf({ lifetimes, chunks }), 2)).toEqual({
    firstDone: 0.2,
    lastDone: 1,
    idle: 0.8,
    imbalance: 1 / 0.6,
  });
});

test("the ratio counts moving data on both sides; nothing moved gives none", () => {
  const lifetimes = [{ worker: 0, from: 0, to: Infinity }];
  const chunks = [chunkOf({ begin: 0, end: 1_000, run: 900, decode: 60, encode: 40 })];
  const recording = recordingOf({ lifetimes, chunks, driverEncode: 50, driverDecode: 150 });
  expect(ratioOf(recording, bucketsOf(recording, 1))).toBeCloseTo(0.9 / 0.3);
  const free = recordingOf({ lifetimes, chunks: [chunkOf({ begin: 0, end: 1_000 })] });
  expect(ratioOf(free, bucketsOf(free, 1))).toBeNull();
});

/** Weights that divide a stretch of time. */
const weights = fc.record({
  gap: fc.nat(50),
  decode: fc.nat(20),
  read: fc.nat(20),
  run: fc.nat(200),
  encode: fc.nat(20),
});

/** What one worker did: it starts, runs chunks one after the other, may be lost and come back. */
const histories = fc.record({
  start: fc.nat(100),
  chunks: fc.array(weights, { maxLength: 30 }),
  lostAfter: fc.option(fc.nat(30), { nil: undefined }),
  rest: fc.nat(100),
  pauses: fc.array(fc.record({ gap: fc.nat(300), duration: fc.nat(40) }), { maxLength: 10 }),
});

const recordings = fc
  .array(histories, { minLength: 1, maxLength: 6 })
  .map((workers) => ({ workers: workers.length, recording: played(workers) }));

type History = typeof histories extends fc.Arbitrary<infer H> ? H : never;

/** The recording of workers that did as their histories say. */
function played(histories: readonly History[]): Recording {
  const begin = 5_000;
  const chunks: ChunkRecord[] = [];
  const lifetimes: Lifetime[] = [];
  const gc = new Map<number, { begin: number; duration: number }[]>();
  let end = begin;
  histories.forEach((history, worker) => {
    let at = begin + history.start;
    let life: Lifetime = { worker, from: at, to: Infinity };
    lifetimes.push(life);
    history.chunks.forEach(({ gap, decode, read, run, encode }, i) => {
      const from = at + gap;
      at = from + decode + read + run + encode;
      chunks.push(chunkOf({ worker, begin: from, end: at, decode, read, run, encode }));
      if (i !== history.lostAfter) return;
      life.to = at;
      at += 17;
      life = { worker, from: at, to: Infinity };
      lifetimes.push(life);
    });
    gc.set(worker, pausesFrom(begin, history));
    end = Math.max(end, at + history.rest);
  });
  chunks.sort((a, b) => a.end - b.end);
  return recordingOf({ begin, end, chunks, lifetimes, gc });
}

function pausesFrom(begin: number, { pauses }: History): { begin: number; duration: number }[] {
  let at = begin;
  return pauses.map(({ gap, duration }) => {
    const pause = { begin: at + gap, duration };
    at = pause.begin + duration;
    return pause;
  });
}

function total(buckets: Buckets): number {
  return BUCKETS.reduce((sum, bucket) => sum + buckets[bucket], 0);
}

describe("any recording", () => {
  test("the buckets sum to workers · wall", () => {
    fc.assert(
      fc.property(recordings, ({ workers, recording }) => {
        const wall = (recording.end - recording.begin) / 1_000;
        expect(Math.abs(total(bucketsOf(recording, workers)) - workers * wall)).toBeLessThan(
          ROUNDING,
        );
      }),
    );
  });

  test("no bucket is negative", () => {
    fc.assert(
      fc.property(recordings, ({ workers, recording }) => {
        const buckets = bucketsOf(recording, workers);
        for (const bucket of BUCKETS) expect(buckets[bucket]).toBeGreaterThan(-ROUNDING);
      }),
    );
  });

  test("the factors multiply to the parallel efficiency, which is useful / (workers · wall)", () => {
    fc.assert(
      fc.property(recordings, ({ workers, recording }) => {
        const buckets = bucketsOf(recording, workers);
        const { parallel, start, balance, dispatch, transfer, gc } = efficiencyOf(buckets);
        const wall = (recording.end - recording.begin) / 1_000;
        fc.pre(wall > 0 && buckets.useful > 0);
        expect(start * balance * dispatch * transfer * gc).toBeCloseTo(parallel, 9);
        expect(parallel).toBeCloseTo(buckets.useful / (workers * wall), 9);
      }),
    );
  });

  test("the workers' figures sum to the buckets", () => {
    fc.assert(
      fc.property(recordings, ({ workers, recording }) => {
        const buckets = bucketsOf(recording, workers);
        const figures = perWorkerOf(recording, workers);
        const sum = (key: "useful" | "transfer" | "gc" | "idle") =>
          figures.reduce((all, worker) => all + worker[key], 0);
        expect(sum("useful")).toBeCloseTo(buckets.useful, 9);
        expect(sum("transfer")).toBeCloseTo(buckets.transfer, 9);
        expect(sum("gc")).toBeCloseTo(buckets.gc, 9);
        expect(sum("idle")).toBeCloseTo(buckets.starve + buckets.tail, 9);
      }),
    );
  });
});
