import { describe, expect, test } from "vitest";
import { forecast, mayPay, pays, type Situation } from "../src/routes/handover.ts";
import { Pace } from "../src/routes/pace.ts";
import { weigh, weighEach } from "../src/routes/weigh.ts";

const NOTHING = { bytes: 0, encode: 0, decode: 0 };
const FREE = { input: NOTHING, result: NOTHING, broadcast: NOTHING };

function situation(more: Partial<Situation>): Situation {
  return { workers: 2, isWarm: false, search: 0, remaining: 100, done: 10, cost: 10, ...more };
}

/** Whether threads pay for `remaining` indices of `cost` ms, of which nothing need be sent. */
function pay(more: Partial<Situation>, freight = FREE): boolean {
  const now = situation(more);
  return mayPay(now) && pays(forecast(now, freight));
}

describe("threads are predicted to pay", () => {
  test("where much is left, whatever an item costs", () => {
    expect(pay({ remaining: 1e6, cost: 0.001 })).toBe(true);
    expect(pay({ remaining: 10, cost: 100 })).toBe(true);
    expect(pay({ remaining: 1e6, cost: 0.00002 })).toBe(false);
    expect(pay({ remaining: 3, cost: 10 })).toBe(false);
  });

  test("sooner if they are warm, later if functions must be looked for, never if there is one", () => {
    expect(pay({ remaining: 8, cost: 10 })).toBe(false);
    expect(pay({ remaining: 8, cost: 10, isWarm: true })).toBe(true);
    expect(pay({ remaining: 15, cost: 10 })).toBe(true);
    expect(pay({ remaining: 15, cost: 10, search: 30 })).toBe(false);
    expect(pay({ remaining: 1e6, workers: 1 })).toBe(false);
  });

  test("not where sending takes longer than the work", () => {
    const input = { bytes: 1e6, encode: 0.05, decode: 0.35 };
    expect(pay({ remaining: 1e4, cost: 0.1 }, { ...FREE, input })).toBe(false);
    expect(pay({ remaining: 1e4, cost: 1 }, { ...FREE, input })).toBe(true);
    const result = { bytes: 1e6, encode: 0.05, decode: 0.35 };
    expect(pay({ remaining: 1e4, cost: 0.3 }, { ...FREE, result })).toBe(false);
    const broadcast = { bytes: 1e9, encode: 50, decode: 350 };
    expect(pay({ remaining: 80, cost: 10 }, { ...FREE, broadcast })).toBe(false);
  });

  test("where nobody knows how much is left, when as much has been done", () => {
    expect(pay({ remaining: Infinity, done: 2, cost: 10 })).toBe(false);
    expect(pay({ remaining: Infinity, done: 20, cost: 10 })).toBe(true);
  });
});

describe("slices of the caller's thread", () => {
  test("begin with one index, grow, and come to last about 10 ms", () => {
    const pace = new Pace();
    const sizes: number[] = [];
    for (let i = 0; i < 6; i++) {
      sizes.push(pace.size);
      pace.add(pace.size, pace.size * 0.001);
    }
    expect(sizes).toEqual([1, 16, 256, 4_096, 10_000, 10_000]);
    expect(pace.cost).toBeCloseTo(0.001);
  });

  test("are single items where these take long", () => {
    const pace = new Pace();
    pace.add(1, 70);
    expect(pace.size).toBe(1);
    expect(pace.isSteady).toBe(true);
    const hiccup = new Pace();
    hiccup.add(1, 20);
    expect(hiccup.isSteady).toBe(false);
    hiccup.add(hiccup.size, 20);
    expect(hiccup.isSteady).toBe(true);
  });

  test("are not judged by one that the processor was kept from", () => {
    const pace = new Pace();
    for (const ms of [4, 4, 4, 90]) pace.add(4, ms);
    expect(pace.cost).toBe(1);
  });

  test("many short ones tell a cost together", () => {
    const pace = new Pace();
    for (let i = 0; i < 3_000; i++) pace.add(1, 0.002);
    expect(pace.cost).toBeCloseTo(0.002);
    expect(pace.spent).toBeCloseTo(6);
  });

  test("are not relied upon while the function becomes faster", () => {
    const pace = new Pace();
    for (const cost of [4, 2, 1]) {
      pace.add(4, cost * 4);
      expect(pace.isSteady).toBe(false);
    }
    pace.add(4, 4.1);
    expect(pace.isSteady).toBe(true);
  });
});

describe("what a value weighs", () => {
  test("typed arrays their bytes, shared memory nothing, text its letters", () => {
    expect(weigh(new Float64Array(1_000)).bytes).toBe(8_000);
    expect(weigh(new Float64Array(new SharedArrayBuffer(8_000))).bytes).toBe(0);
    expect(weigh("abcd").bytes).toBe(4);
  });

  test("lists and objects the sum of their parts, of which a few are looked at", () => {
    const items = Array.from({ length: 10_000 }, () => ({ id: 1, page: new Uint8Array(1_000) }));
    const each = weighEach(items);
    expect(each.bytes).toBeGreaterThan(1_000);
    expect(each.bytes).toBeLessThan(1_100);
    expect(weigh(new Map([["a", "x".repeat(500)]])).bytes).toBeGreaterThan(500);
    expect(weighEach([])).toEqual(NOTHING);
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    expect(weigh(cyclic).bytes).toBeLessThan(10_000);
  });
});
