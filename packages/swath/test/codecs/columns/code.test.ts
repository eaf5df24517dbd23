import fc from "fast-check";
import { expect, test } from "vitest";
import type { Care } from "../../../src/codecs/columns/care.ts";
import { layoutOf } from "../../../src/codecs/columns/layout.ts";
import { packFor } from "../../../src/codecs/columns/pack.ts";
import { packPlainly } from "../../../src/codecs/columns/pack-plain.ts";
import { rowMakerFor } from "../../../src/codecs/columns/rows.ts";
import { makeRow } from "../../../src/codecs/columns/rows-plain.ts";
import { joinShapes, type Misfit, type Shape } from "../../../src/codecs/columns/shape.ts";
import { shapeOf } from "../../../src/codecs/columns/shape-of.ts";
import { Store } from "../../../src/codecs/columns/store.ts";
import { rows } from "../rows-arbitrary.ts";
import { isEqualValue } from "../same-value.ts";

const CARES: readonly Care[] = [
  { once: true, look: "all" },
  { once: true, look: "arrays" },
  { once: false, look: "none" },
];

/** The shape of as many rows as have one. */
function shapeOfSome(all: readonly unknown[]): Shape {
  let shape: Shape = { kind: "nothing" };
  for (const row of all) {
    const own = shapeOf(row);
    const joined: Shape | Misfit = own.kind === "misfit" ? own : joinShapes(shape, own);
    if (joined.kind !== "misfit") shape = joined;
  }
  return shape;
}

test("code that is made for a shape does what walking the shape does", () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(...CARES), (all, care) => {
      const { layout, slots } = layoutOf(shapeOfSome(all));
      const [made, walked] = [new Store(layout, slots), new Store(layout, slots)];
      const attempt = (act: () => number) => {
        try {
          return act();
        } catch (error) {
          return (error as Error).name;
        }
      };
      const until = attempt(() => packFor(layout, slots, care)(made, all, 0, all.length));
      expect(attempt(() => packPlainly(layout, care, walked, all, 0, all.length))).toBe(until);
      if (typeof until !== "number") return;
      made.truncate(until);
      walked.truncate(until);
      const columns = made.seal();
      expect(walked.seal()).toEqual(columns);
      const list: unknown[] = [];
      rowMakerFor(layout).fill(columns, list, 0, 0, until);
      for (let i = 0; i < until; i++) {
        expect(isEqualValue(makeRow(layout, columns, i), list[i])).toBe(true);
        // Who does not look closely takes some that only seem to fit.
        if (shapeOf(all[i]).kind === "misfit") continue;
        expect(isEqualValue(rowMakerFor(layout).row(columns, i), all[i])).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("keys and texts are never run", () => {
  const key = '"]; globalThis.broken = true; //\u2028`${globalThis.broken = true}`\\';
  const row = { [key]: key, __proto: [{ "*/": "'" }] };
  const { layout, slots } = layoutOf(shapeOf(row) as Shape);
  const store = new Store(layout, slots);
  expect(packFor(layout, slots, CARES[0] as Care)(store, [row], 0, 1)).toBe(1);
  store.truncate(1);
  expect(rowMakerFor(layout).row(store.seal(), 0)).toEqual(row);
  expect("broken" in globalThis).toBe(false);
});
