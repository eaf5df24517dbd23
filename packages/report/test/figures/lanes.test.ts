import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concurrencyOf } from "../../src/figures/concurrency.ts";
import { endOf, lanesOf, PHASES, secondsBy } from "../../src/figures/lanes.ts";
import { readRecord } from "../../src/read-record.ts";
import type { GcPauses, Spans } from "../../src/record.ts";
import { madeRecord } from "../made-record.ts";

const made = madeRecord({ chunks: 500, workers: 3 });
const { spans, gc, wall } = columns();
const lanes = lanesOf(spans, gc);

describe("lanes", () => {
  test("hold every span once, in order of their begin", () => {
    expect(lanes.map(({ worker }) => worker)).toEqual([0, 1, 2]);
    const rows = lanes.flatMap((lane) => Array.from(lane.rows));
    expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from(spans.run.keys()));
    for (const { begin } of lanes) expect(begin).toEqual(begin.toSorted());
  });

  test("tell the seconds of each phase up to any time as adding up the spans does", () => {
    const out = new Float64Array(PHASES.length);
    fc.assert(
      fc.property(fc.nat(2), fc.double({ min: -1, max: 20, noNaN: true }), (index, time) => {
        const lane = lanes[index] as (typeof lanes)[number];
        secondsBy(lane, time, 0, out);
        const expected = added(lane.worker, time);
        for (const [p, seconds] of expected.entries()) expect(out[p]).toBeCloseTo(seconds, 9);
      }),
    );
  });

  test("may be asked for later and later times from where the last answer was", () => {
    const lane = lanes[1] as (typeof lanes)[number];
    const now = new Float64Array(PHASES.length);
    const fresh = new Float64Array(PHASES.length);
    let from = 0;
    for (let time = 0; time < wall; time += wall / 97) {
      from = secondsBy(lane, time, from, now);
      secondsBy(lane, time, 0, fresh);
      expect(now).toEqual(fresh);
    }
  });

  test("end each span before the next begins", () => {
    for (const lane of lanes) {
      for (let i = 1; i < lane.begin.length; i++) {
        expect(endOf(lane, i - 1)).toBeLessThanOrEqual((lane.begin[i] as number) + 1e-9);
      }
    }
  });
});

describe("concurrency", () => {
  test("adds up to the worker-seconds of the spans, whatever the number of stretches", () => {
    for (const bins of [1, 7, 240]) {
      const { run, moving, gc: pauses } = concurrencyOf(lanes, wall, bins);
      const seconds = (column: Float64Array) => (column.reduce((a, b) => a + b) * wall) / bins;
      expect(seconds(run) + seconds(pauses)).toBeCloseTo(total(spans.run), 6);
      expect(seconds(moving)).toBeCloseTo(
        total(spans.decode) + total(spans.read) + total(spans.encode),
        6,
      );
    }
  });

  test("is never more than there are workers", () => {
    const { run, moving, gc: pauses } = concurrencyOf(lanes, wall, 100);
    for (const [i, running] of run.entries()) {
      const all = running + (moving[i] as number) + (pauses[i] as number);
      expect(all).toBeLessThanOrEqual(3 + 1e-9);
    }
  });
});

function columns(): { spans: Spans; gc: GcPauses; wall: number } {
  const reading = readRecord(made);
  if (reading.kind === "refused") throw new Error(reading.at);
  const { record } = reading;
  return { spans: record.spans as Spans, gc: record.gc as GcPauses, wall: record.wall as number };
}

function added(worker: number, time: number): readonly number[] {
  const sums = PHASES.map(() => 0);
  for (let i = 0; i < spans.recorded; i++) {
    if (spans.worker[i] !== worker) continue;
    let at = spans.begin[i] as number;
    for (const [p, phase] of PHASES.entries()) {
      const duration = spans[phase][i] as number;
      sums[p] = (sums[p] as number) + Math.max(0, Math.min(duration, time - at));
      at += duration;
    }
  }
  return sums;
}

function total(column: Float64Array): number {
  return column.reduce((a, b) => a + b, 0);
}
