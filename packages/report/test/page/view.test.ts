import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tickText } from "../../src/page/tick-text.ts";
import { pan, ticksOf, type View, wholeOf, zoom } from "../../src/page/timeline/view.ts";

const wall = 12;
const move = fc.oneof(
  fc.double({ min: -5, max: 5, noNaN: true }).map((by) => (v: View) => pan(v, wall, by)),
  fc
    .tuple(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(
      ([factor, anchor]) =>
        (v: View) =>
          zoom(v, wall, factor, anchor),
    ),
);

describe("the view of a timeline", () => {
  test("stays within the run, however it is panned and zoomed", () => {
    fc.assert(
      fc.property(fc.array(move), (moves) => {
        const view = moves.reduce((v, apply) => apply(v), wholeOf(wall));
        expect(view.from).toBeGreaterThanOrEqual(0);
        expect(view.to).toBeLessThanOrEqual(wall + 1e-9);
        expect(view.to - view.from).toBeGreaterThan(1e-6);
      }),
    );
  });

  test("keeps what is under the pointer in its place when zoomed", () => {
    const view = zoom({ from: 2, to: 6 }, wall, 0.5, 0.25);
    expect(view).toEqual({ from: 2.5, to: 4.5 });
  });

  test("has round ticks that lie within it, told apart by their text", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 11, noNaN: true }),
        fc.double({ min: 1e-5, max: 1, noNaN: true }),
        (from, length) => {
          const ticks = ticksOf({ from, to: from + length }, 8);
          expect(ticks.length).toBeLessThanOrEqual(10);
          const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
          const texts = ticks.map((tick) => tickText(tick, step));
          expect(new Set(texts).size).toBe(ticks.length);
        },
      ),
    );
  });
});
