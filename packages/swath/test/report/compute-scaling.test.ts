import fc from "fast-check";
import { expect, test } from "vitest";
import { computeScalingOf } from "../../src/report/compute-scaling.ts";
import type { ChunkRecord, Recording, Stretch } from "../../src/report/recorder.ts";
import { chunkOf, recordingOf } from "./recordings.ts";

const ITEMS = 10;

/**
 * Two workers, chunk after chunk of ten items that take `cost(index)` ms alone and `1 / scaling`
 * times as long beside each other; worker 0 is alone in the chunks for which `isAlone` says so.
 */
function played(
  scaling: number | ((round: number) => number),
  cost: (index: number) => number,
  isAlone: (round: number) => boolean,
): Recording {
  const chunks: ChunkRecord[] = [];
  const stretches: Stretch[] = [];
  let at = 0;
  let item = 0;
  const run = (worker: number, factor: number) => {
    const ms = factor * cost(item);
    const range = { startItem: item, endItem: item + ITEMS };
    chunks.push(chunkOf({ worker, begin: at, end: at + ms, ...range }));
    item += ITEMS;
    return ms;
  };
  for (let round = 0; round < 60; round++) {
    const from = at;
    const slower = 1 / (typeof scaling === "number" ? scaling : scaling(round));
    if (isAlone(round)) {
      at += run(0, 1);
      stretches.push({ worker: 0, asked: from, from, to: at });
    } else {
      at += Math.max(run(0, slower), run(1, slower));
    }
  }
  return recordingOf({ end: at, chunks, stretches });
}

const everyTenth = (round: number) => round % 10 === 5;

test("is what items took alone over what they took beside others", () => {
  const found = computeScalingOf(
    played(0.7, () => 5, everyTenth),
    2,
  );
  expect(found?.value).toBeCloseTo(0.7, 9);
  expect(found?.low).toBeCloseTo(0.7, 9);
  expect(found?.high).toBeCloseTo(0.7, 9);
  expect(found?.items).toBe(6 * ITEMS);
});

test("compares each chunk with its neighbours: items that cost ever more do not disturb it", () => {
  const found = computeScalingOf(
    played(0.8, (i) => 1 + i / 50, everyTenth),
    2,
  );
  expect(found?.value).toBeCloseTo(0.8, 1);
});

test("the interval holds the value, and is wider where costs scatter", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const noise = (i: number) => 4 + (((i * 7919 + seed) * 104729) % 1_000) / 500;
      const found = computeScalingOf(played(0.6, noise, everyTenth), 2);
      expect(found).toBeDefined();
      const { value, low, high } = found as NonNullable<typeof found>;
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(high - low).toBeGreaterThan(0);
      expect(Math.abs(value - 0.6)).toBeLessThan(0.25);
    }),
  );
});

test("chunks of one stretch count for less than those of several", () => {
  const isAlone = (round: number) => round % 30 >= 10 && round % 30 < 15;
  const recording = played(
    (round) => (round < 30 ? 0.6 : 0.9),
    () => 5,
    isAlone,
  );
  const stretches = [recording.stretches.slice(0, 5), recording.stretches.slice(5)].map(
    (rounds) => ({
      ...(rounds[0] as Stretch),
      to: (rounds[4] as Stretch).to,
    }),
  );
  const found = computeScalingOf({ ...recording, stretches }, 2);
  expect(found?.value).toBeCloseTo(0.72, 2);
  expect(found?.low).toBeCloseTo(0.6, 2);
  expect(found?.high).toBeCloseTo(0.9, 2);
});

test("garbage collection is no part of it", () => {
  const recording = played(0.7, () => 5, everyTenth);
  // Half of the time of a chunk that ran alone was a pause.
  const pauses = recording.stretches.map(({ from }) => ({ begin: from, duration: 2.5 }));
  const gc = new Map([[0, pauses]]);
  expect(computeScalingOf({ ...recording, gc }, 2)?.value).toBeCloseTo(0.35, 9);
});

test("is not made up: few chunks alone, or none, give none", () => {
  expect(
    computeScalingOf(
      played(
        0.7,
        () => 5,
        () => false,
      ),
      2,
    ),
  ).toBeUndefined();
  expect(
    computeScalingOf(
      played(
        0.7,
        () => 5,
        (round) => round === 30,
      ),
      2,
    ),
  ).toBeUndefined();
});

test("of one worker it is 1: it is alone all the time", () => {
  const chunks = [chunkOf({ begin: 0, end: 10, endItem: 7 })];
  expect(computeScalingOf(recordingOf({ chunks }), 1)).toEqual({
    value: 1,
    low: 1,
    high: 1,
    items: 7,
  });
});
