import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { autoSchedule } from "../../src/schedules/auto.ts";
import type { Chunk, Schedule } from "../../src/schedules/schedule.ts";
import { inTurn, lengths } from "./conformance.ts";

/** One worker that takes up to `count` chunks, each item costing `usPerItem`. */
function sizes(schedule: Schedule, count: number, usPerItem: number): readonly number[] {
  const taken: number[] = [];
  for (let chunk = schedule.next(0, Infinity); chunk !== undefined; ) {
    const size = chunk.end - chunk.start;
    schedule.observe?.(chunk, 0, size * usPerItem);
    chunk = taken.push(size) < count ? schedule.next(0, Infinity) : undefined;
  }
  return taken;
}

describe("chunk sizes", () => {
  test("begin with one item and grow at most fourfold, whatever the costs", () => {
    const costs = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(costs, (microseconds) => {
        const schedule = autoSchedule({ itemCount: Infinity, workers: 4 });
        let largest = 0;
        for (const cost of microseconds) {
          const chunk = schedule.next(0, Infinity) as Chunk;
          const size = chunk.end - chunk.start;
          expect(size).toBeLessThanOrEqual(Math.max(1, 4 * largest));
          largest = Math.max(largest, size);
          schedule.observe?.(chunk, 0, cost);
        }
      }),
    );
  });

  test("reach 50 ms of work and no more", () => {
    const schedule = autoSchedule({ itemCount: Infinity, workers: 2 });
    const reached = sizes(schedule, 10, 100);
    expect(reached.slice(0, 5)).toEqual([1, 4, 16, 64, 256]);
    for (const size of reached.slice(5)) {
      expect(size).toBeGreaterThanOrEqual(500);
      expect(size).toBeLessThan(520);
    }
  });

  test("never fall below 0.1 ms of work but for the last chunk", () => {
    const schedule = autoSchedule({ itemCount: 4_000, workers: 8 });
    const steady = sizes(schedule, Infinity, 5).slice(4, -1);
    expect(Math.min(...steady)).toBeGreaterThanOrEqual(20);
    expect(Math.min(...steady)).toBeLessThanOrEqual(26);
  });

  test("end at 0.5 % of what the job took each worker, up to 1 ms, after a long job", () => {
    const below = (least: number, itemCount: number) =>
      sizes(autoSchedule({ itemCount, workers: 2 }), Infinity, 10)
        .slice(5)
        .filter((size) => size < least);
    // Of 120 ms 0.3 ms for each, of 2 s 1 ms; then a few that share what is left.
    expect(below(28, 12_000).length).toBeLessThanOrEqual(4);
    expect(below(90, 200_000).length).toBeLessThanOrEqual(6);
  });

  test("are no more than half above a fair share, for what is left may be dearer", () => {
    const schedule = autoSchedule({ itemCount: 1_002_000, workers: 8 });
    for (let left = 1_000_000; left > 0; ) {
      const chunk = schedule.next(0, 1_000_000) as Chunk;
      schedule.observe?.(chunk, 0, chunk.end - chunk.start);
      left = 1_000_000 - chunk.end;
    }
    const { start, end } = schedule.next(0, Infinity) as Chunk;
    expect(end - start).toBe(Math.ceil((1.5 * 2_000) / 16));
  });

  test("follow guided self-scheduling between those bounds", () => {
    const schedule = autoSchedule({ itemCount: 10_000, workers: 2 });
    const [, , , , , , ...steady] = sizes(schedule, 12, 1);
    const remaining = 10_000 - (1 + 4 + 16 + 64 + 256 + 1_024);
    expect(steady[0]).toBe(Math.ceil(remaining / 4));
  });

  test("an item longer than 50 ms goes alone", () => {
    expect(sizes(autoSchedule({ itemCount: Infinity, workers: 2 }), 4, 80_000)).toEqual([
      1, 1, 1, 1,
    ]);
  });

  test("`chunk` is the smallest size", () => {
    const schedule = autoSchedule({ itemCount: 1_000, workers: 2, chunk: 30 });
    expect(Math.min(...lengths(inTurn(schedule, 1_000, 2)).slice(0, -1))).toBe(30);
  });

  test("a worker's first chunk does not count: it ran before the JIT had compiled anything", () => {
    const schedule = autoSchedule({ itemCount: Infinity, workers: 2 });
    const [first, second] = [
      schedule.next(0, Infinity) as Chunk,
      schedule.next(1, Infinity) as Chunk,
    ];
    schedule.observe?.(first, 0, 900);
    schedule.observe?.(second, 1, 900);
    expect(lengths([schedule.next(0, Infinity) as Chunk])).toEqual([4]);
  });

  test("unless it was so long that the JIT had no part in it", () => {
    const schedule = autoSchedule({ itemCount: Infinity, workers: 2 });
    schedule.observe?.(schedule.next(0, Infinity) as Chunk, 0, 1e9);
    expect(lengths([schedule.next(0, Infinity) as Chunk])).toEqual([1]);
  });
});

describe("where workers give back what they have no time for", () => {
  const request = { itemCount: 10_000, workers: 2, givesBack: true };

  test("chunks of unknown cost are large, and have a budget", () => {
    expect(autoSchedule(request).next(0, Infinity)).toEqual({ start: 0, end: 625, budget: 300 });
  });

  test("a few items are divided among the workers at once", () => {
    const schedule = autoSchedule({ ...request, itemCount: 10 });
    expect(lengths([0, 1].map((worker) => schedule.next(worker, Infinity) as Chunk))).toEqual([
      5, 5,
    ]);
  });

  test("once costs are known, what was given back is cut like all that remains", () => {
    const schedule = autoSchedule(request);
    const first = schedule.next(0, Infinity) as Chunk;
    const second = schedule.next(1, Infinity) as Chunk;
    for (const [worker, { start }] of [first, second].entries()) {
      schedule.observe?.({ start, end: start + 4 }, worker, 4_000);
    }
    const rest = { start: 4, end: first.end };
    const again = schedule.again?.(rest, 0, 9_000) as Chunk;
    expect(again.start).toBe(4);
    expect(again.budget).toBeUndefined();
    // 50 ms of items of 1 ms.
    expect(lengths([again])).toEqual([50]);
  });
});

describe("what waits behind another chunk", () => {
  test("covers the way to the driver and back, 100 µs", () => {
    const schedule = autoSchedule({ itemCount: 10_000, workers: 2 });
    sizes(schedule, 8, 1);
    const running = schedule.next(0, Infinity) as Chunk;
    // The other worker will have taken as much by the time at which this one starts.
    expect(lengths([running])).toEqual([Math.ceil((10_000 - running.start) / 4)]);
    const large = { start: 0, end: 9_000 };
    const [size] = lengths([schedule.next(0, Infinity, large) as Chunk]) as [number];
    expect(size).toBeGreaterThanOrEqual(100);
    expect(size).toBeLessThan(110);
  });
});

test("known costs make it the balanced schedule", () => {
  const schedule = autoSchedule({ itemCount: 3, workers: 1, costs: [1, 9, 4] });
  expect(schedule.inOrder).toBe(false);
  expect(inTurn(schedule, 3, 1).map(({ start }) => start)).toEqual([1, 2, 0]);
});
