import fc from "fast-check";
import { expect, test } from "vitest";
import { orderOf } from "../../src/batches/order.ts";

test("every pass holds every file once", () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(fc.nat(300), seeds, fc.nat(50), (count, seed, epoch) => {
      const order = Array.from(orderOf(count, seed, epoch)).toSorted((a, b) => a - b);
      return order.every((file, i) => file === i) && order.length === count;
    }),
  );
});

test("the order of a seed never changes: training can be repeated", () => {
  expect(Array.from(orderOf(8, 1, 0))).toMatchInlineSnapshot(`
    [
      2,
      1,
      6,
      7,
      4,
      3,
      0,
      5,
    ]
  `);
  expect(Array.from(orderOf(8, 1, 1))).toMatchInlineSnapshot(`
    [
      0,
      7,
      5,
      3,
      6,
      4,
      2,
      1,
    ]
  `);
});

test("without a seed files come as they are listed", () => {
  expect(Array.from(orderOf(4, undefined, 3))).toEqual([0, 1, 2, 3]);
});

test("every file comes first about as often", () => {
  const counts = new Uint32Array(5);
  for (let epoch = 0; epoch < 5000; epoch++) {
    const first = orderOf(5, 42, epoch)[0] as number;
    counts[first] = (counts[first] as number) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
