import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Eta } from "../../src/cli/eta.ts";

/** Shares done and milliseconds since the start, neither of which ever goes back. */
const anyHistory = fc
  .array(
    fc.record({
      work: fc.integer({ min: 0, max: 1_000 }),
      pause: fc.integer({ min: 1, max: 20_000 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    const total = Math.max(
      1,
      steps.reduce((sum, { work }) => sum + work, 0),
    );
    let done = 0;
    let elapsed = 0;
    return steps.map(({ work, pause }) => {
      done += work;
      elapsed += pause;
      return { done: done / total, elapsed };
    });
  });

describe("Eta", () => {
  test("is never negative, and says nothing while too little is known", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const eta = new Eta();
        let first: { readonly done: number; readonly elapsed: number } | undefined;
        for (const { done, elapsed } of history) {
          const estimate = eta.update(done, elapsed);
          first ??= done > 0 ? { done, elapsed } : undefined;
          const least = first === undefined ? 1 : 0.02 * (1 - first.done);
          const share = first === undefined ? 0 : done - first.done;
          const worked = first !== undefined && share > 0 && elapsed >= first.elapsed + 300;
          if (share < least || !worked) expect(estimate).toBeUndefined();
          else expect(estimate).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test("is not guessed from the first items of a run that goes on with nearly finished work", () => {
    const eta = new Eta();
    expect(eta.update(0.9, 0)).toBeUndefined();
    expect(eta.update(0.9001, 400)).toBeUndefined();
    expect(eta.update(0.91, 4_000)).toBeCloseTo(36_000);
  });

  test("never jumps: a step goes a fifth of the way from the countdown to the mean rate's", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const eta = new Eta();
        let first: { readonly done: number; readonly elapsed: number } | undefined;
        let before: { readonly estimate: number; readonly elapsed: number } | undefined;
        for (const { done, elapsed } of history) {
          const estimate = eta.update(done, elapsed);
          first ??= done > 0 ? { done, elapsed } : undefined;
          if (estimate === undefined || first === undefined) continue;
          const fresh = ((elapsed - first.elapsed) * (1 - done)) / (done - first.done);
          if (before === undefined) {
            expect(estimate).toBeCloseTo(fresh, 3);
          } else {
            const countdown = before.estimate - (elapsed - before.elapsed);
            const step = estimate - Math.max(0, countdown);
            expect(Math.abs(step)).toBeLessThanOrEqual(0.2 * Math.abs(fresh - countdown) + 1e-6);
          }
          before = { estimate, elapsed };
        }
      }),
    );
  });

  test("counts down exactly where the work is even", () => {
    const eta = new Eta();
    eta.update(0.01, 100);
    for (let elapsed = 500; elapsed <= 10_000; elapsed += 100) {
      expect(eta.update(elapsed / 10_000, elapsed)).toBeCloseTo(10_000 - elapsed, 6);
    }
  });

  test("leaves the start of the workers out of the rate", () => {
    const eta = new Eta();
    for (let elapsed = 0; elapsed <= 5_000; elapsed += 100) eta.update(0, elapsed);
    eta.update(0.1, 5_100);
    expect(eta.update(0.5, 5_500)).toBeCloseTo(500, 6);
  });

  test("follows the mean rate when work turns slower, within a second of redraws", () => {
    const eta = new Eta();
    for (let i = 1; i <= 10; i++) eta.update(i / 20, i * 1_000);
    // Half was done after 10 s; from there on it takes three times as long.
    let elapsed = 10_000;
    let done = 0.5;
    let estimate = 0;
    for (let redraw = 1; redraw <= 10; redraw++) {
      elapsed += 100;
      done += 100 / 60_000;
      estimate = eta.update(done, elapsed)!;
    }
    const mean = (elapsed * (1 - done)) / done;
    expect(Math.abs(estimate - mean)).toBeLessThan(0.1 * mean);
  });
});
