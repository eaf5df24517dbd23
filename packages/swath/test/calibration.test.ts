import { describe, expect, test } from "vitest";
import { Calibration, type Standing } from "../src/calibration.ts";

/** A worker has done a chunk of ten indices in 20 ms, of a job of 10,000 that takes 10 s. */
function standing(at: number, worker: number, parts: Partial<Standing> = {}): Standing {
  return {
    at,
    done: at,
    total: 10_000,
    worker,
    indices: 10,
    ms: 20,
    alone: undefined,
    othersRest: false,
    ...parts,
  };
}

/** A calibration that has seen enough chunks of both workers. */
function warm(total = 10_000): Calibration {
  const calibration = new Calibration(0, 2);
  for (let at = 10; at <= 40; at += 10) {
    for (const worker of [0, 1]) {
      expect(calibration.after(standing(at, worker, { total }))).toBeUndefined();
    }
  }
  return calibration;
}

describe("one worker is to run alone", () => {
  test("after the first part of the job, with chunks of some 4 ms", () => {
    const calibration = warm();
    expect(calibration.after(standing(900, 0))).toBeUndefined();
    expect(calibration.after(standing(1_600, 0))).toEqual({ kind: "alone", worker: 0, size: 2 });
  });

  test("until it has done enough chunks while the others rest; the stretch is noted", () => {
    const calibration = warm();
    calibration.after(standing(1_600, 0));
    const alone = { alone: 0, ms: 4, indices: 2 };
    expect(calibration.after(standing(1_610, 1, alone))).toBeUndefined();
    // From here on nobody else has anything.
    expect(calibration.after(standing(1_620, 1, { ...alone, othersRest: true }))).toBeUndefined();
    const told: unknown[] = [];
    for (let at = 1_624; at <= 1_640; at += 4) {
      told.push(calibration.after(standing(at, 0, { ...alone, othersRest: true })));
    }
    expect(told.slice(0, -1)).toEqual([undefined, undefined, undefined, undefined]);
    expect(told.at(-1)).toEqual({ kind: "together" });
    expect(calibration.close(9_999)).toEqual([{ worker: 0, asked: 1_600, from: 1_620, to: 1_640 }]);
  });

  test("ends where the driver has ended it, and is known to have disturbed the others", () => {
    const calibration = warm();
    calibration.after(standing(1_600, 0));
    expect(calibration.after(standing(1_700, 1))).toBeUndefined();
    const [stretch] = calibration.close(9_999);
    expect(stretch).toMatchObject({ asked: 1_600, to: 1_700 });
    expect(stretch?.from).toBeNaN();
  });

  /** When it told that worker 0 is to be alone in a job of so many ms, each time for `lasts` ms. */
  function begun(total: number, lasts: number): number[] {
    const calibration = warm(total);
    const told: number[] = [];
    for (let at = 45; at < total; at += 5) {
      const isAlone = at - (told.at(-1) ?? -Infinity) < lasts;
      const alone = isAlone ? 0 : undefined;
      if (calibration.after(standing(at, 0, { total, alone }))?.kind === "alone") told.push(at);
    }
    return told;
  }

  test("24 times at most, evenly", () => {
    const times = begun(10_000, 50);
    expect(times).toHaveLength(24);
    expect(times[0]).toBe(1_000);
    expect(times.at(-1)).toBe(9_000);
    const gaps = times.slice(1).map((at, i) => at - (times[i] as number));
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(5);
  });

  test("less often in a shorter job, all over it, and for a fifth of it at most", () => {
    const times = begun(1_500, 60);
    expect(times.length).toBeGreaterThan(2);
    expect(times.length * 60).toBeLessThanOrEqual(0.2 * 1_500);
    expect(times[0]).toBeLessThan(500);
    expect(times.at(-1)).toBeGreaterThan(1_000);
  });

  test("never where that would take too large a part of the job", () => {
    const calibration = warm(100);
    for (let at = 45; at < 100; at += 5) {
      expect(calibration.after(standing(at, at % 2, { total: 100 }))).toBeUndefined();
    }
  });

  test("never with one worker, which is alone anyway", () => {
    const calibration = new Calibration(0, 1);
    for (let at = 0; at < 10_000; at += 20) {
      expect(calibration.after(standing(at, 0))).toBeUndefined();
    }
  });

  test("where nobody knows how many items come, after a while, and after twice as long", () => {
    const calibration = warm(Infinity);
    expect(calibration.after(standing(150, 0, { total: Infinity }))).toBeUndefined();
    expect(calibration.after(standing(300, 0, { total: Infinity }))?.kind).toBe("alone");
  });
});
