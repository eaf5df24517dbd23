// Rows that are like those before them go into columns from within the loop that makes them. They
// begin to when 512 have been looked at closely.
import fc from "fast-check";
import { map, range } from "swath";
import { describe, expect, test } from "vitest";
import { shapeOf } from "../src/codecs/columns/shape-of.ts";
import { ResultsEncoder } from "../src/codecs/results-encoder.ts";
import { rows } from "./codecs/rows-arbitrary.ts";
import { isEqualValue } from "./codecs/same-value.ts";

const WARM = 520;
const COUNT = 6_000;
const inPlace = { workers: 0, results: "columns" } as const;

/** A row again and again, then all of them. */
function warmed(some: readonly unknown[]): readonly unknown[] {
  const first = some.find((row) => shapeOf(row).kind !== "misfit");
  return first === undefined ? [] : [...new Array(WARM).fill(first), ...some, ...some];
}

/** Offsets of what has no place where all are given to the encoder, batch by batch. */
function refusedOf(all: readonly unknown[]): ReadonlySet<number> {
  const encoder = new ResultsEncoder("columns");
  for (let at = 0; at < all.length; at += 256) {
    const batch = all.slice(at, at + 256);
    encoder.take(batch, batch.length);
  }
  return new Set(encoder.finish().refused.map(({ offset }) => offset));
}

test("rows of any shape arrive, or are refused, as those that are given batch by batch", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (some) => {
      const all = warmed(some);
      const settled = await map(all, (row) => row, inPlace).settled();
      const refused = refusedOf(all);
      for (const [i, row] of all.entries()) {
        const one = settled[i] as PromiseSettledResult<unknown>;
        // Who does not look closely takes some that only seem to fit.
        if (shapeOf(row).kind === "misfit") continue;
        expect(one.status).toBe(refused.has(i) ? "rejected" : "fulfilled");
        if (one.status === "fulfilled") expect(isEqualValue(one.value, row)).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

test.each([
  ["as it comes", {}, 0],
  ["in chunks of 5", { schedule: "dynamic", chunk: 5 }, 0],
  ["in chunks of 253", { schedule: "dynamic", chunk: 253 }, 0],
  ["where one in 300 fails", {}, 300],
] as const)("one row in 64 is still looked at closely, %s", async (_, options, failing) => {
  const last = 100_000;
  const isOdd = (i: number) => i >= 2_000 && i % 53 === 0;
  const fn = (i: number) => {
    if (failing > 0 && i % failing === 7) throw new RangeError("on purpose");
    return isOdd(i) ? Object.assign([i], { name: i }) : [i];
  };
  const settled = await map(range(last), fn, { ...inPlace, ...options }).settled();
  const odd = settled.filter((_, i) => isOdd(i));
  const share = odd.length / odd.filter(({ status }) => status === "rejected").length;
  expect(share).toBeGreaterThan(30);
  expect(share).toBeLessThan(100);
});

describe("late in a job", () => {
  const tasks: Readonly<Record<string, (i: number) => unknown>> = {
    "whole numbers become others": (i) => ({ v: i < 3_000 ? i : i + 0.5 }),
    "a number is -0": (i) => [i === 3_000 ? -0 : i],
    "values are absent": (i) => ({ v: i > 2_000 && i % 7 === 0 ? null : i, w: [i] }),
    "lists differ in length": (i) => ({ list: new Array(i < 2_000 ? 1 : i % 4).fill({ i }) }),
    "one text becomes a few, then many": (i) => (i < 1_000 ? "a" : `${i < 3_000 ? i % 9 : i}`),
    "a literal of which all is known holds others": (i) => ({
      at: [[i, i === 2_000 ? 0.5 : 1], i === 3_000 ? [] : [-0, i]],
      name: i < 4_000 ? "a" : `b${i % 3}`,
      is: i % 2 === 0,
    }),
    "some are promises": (i) => (i % 500 === 0 ? Promise.resolve({ i }) : { i }),
  };

  test.each(Object.entries(tasks))("%s", async (_, fn) => {
    const expected = await Promise.all(Array.from({ length: COUNT }, (_, i) => fn(i)));
    for (const workers of [0, 1]) {
      const options = { workers, schedule: "static", results: "columns" } as const;
      const columns = await map(range(COUNT), fn, options);
      expect(columns.length).toBe(COUNT);
      for (const [i, row] of [...columns].entries()) {
        expect(isEqualValue(row, expected[i])).toBe(true);
      }
    }
  });

  test("a further key is no key that may be lost", async () => {
    const fn = (i: number) => (i === 3_000 ? { v: i, w: i } : { v: i });
    for (const workers of [0, 1]) {
      const options = { workers, schedule: "static", results: "columns" } as const;
      await expect(map(range(COUNT), fn, options)).rejects.toMatchObject({
        itemIndex: 3_000,
        message: expect.stringContaining("`value` is an object with the keys `v`, `w`. In the"),
      });
    }
  });

  test("a function that returns literals may come to its end without one, or nest one in another", async () => {
    const ends = (i: number): unknown => {
      if (i !== 3_000) return { v: [i, i] };
      return;
    };
    const nests = (i: number) => ({ v: i === 3_000 ? [i] : [i, i] });
    for (const fn of [ends, nests]) {
      const settled = await map(range(COUNT), fn, inPlace).settled();
      const columns = await map(range(3_000), fn, inPlace);
      expect(columns.at(-1)).toEqual({ v: [2_999, 2_999] });
      for (const [i, one] of settled.entries()) {
        if (one.status === "fulfilled") expect(one.value).toEqual(fn(i));
        else expect([i, fn]).toEqual([3_000, ends]);
      }
      expect(settled[COUNT - 1]?.status).toBe("fulfilled");
    }
  });

  test("a literal that is a promise stands for what that gives", async () => {
    const fn = (i: number) => ({
      a: {},
      b: i,
      then: i % 50 === 49 ? (give: (row: unknown) => void) => give({ b: i, then: 5 }) : 5,
    });
    const expected = Array.from({ length: COUNT }, (_, i) => {
      return i % 50 === 49 ? { b: i, then: 5 } : { a: {}, b: i, then: 5 };
    });
    for (const workers of [0, 1])
      expect(await map(range(COUNT), fn, { workers })).toEqual(expected);
  });

  test("a key is no part of the code, whatever it says", async () => {
    const fn = (i: number) => ({
      "break rows;": i % 2 ? i : undefined,
      "misfit(row)": "break rows;",
    });
    for (const results of ["values", "columns"] as const) {
      const columns = await map(range(COUNT), fn, { workers: 1, results });
      expect([...columns]).toEqual(Array.from({ length: COUNT }, (_, i) => fn(i)));
    }
  });

  // Ways are chosen by what they took: a moment in which another program had the core may decide.
  test("a few odd rows among many do not make all others go another way", {
    retry: 2,
  }, async () => {
    const fn = (i: number) => ({ at: [i, i, i], v: i % 2_000 === 1_999 ? "odd" : i });
    const job = map(range(100_000), fn, { workers: 1, schedule: "static" });
    await job;
    const { clone, json, columns } = (await job.report).serialization.bytesInBy;
    expect(columns).toBeGreaterThan(10 * (clone + json));
  });

  test("rows that do not fit, and some that failed, stand among values that were never made", async () => {
    const fn = (i: number): unknown => {
      if (i % 1_000 === 999) throw new RangeError("on purpose");
      return { at: [i, i], v: i % 700 === 699 ? `odd ${i}` : i };
    };
    const settled = await map(range(COUNT), fn, { workers: 2 }).settled();
    for (const [i, one] of settled.entries()) {
      if (i % 1_000 === 999) expect(one.status).toBe("rejected");
      else expect(one).toEqual({ status: "fulfilled", value: fn(i) });
    }
  });

  test("what fails is tried again, and fails by itself; a property that throws is no failure of the task", async () => {
    let calls = 0;
    const fn = (i: number) => {
      if (i === 2_500 && calls++ === 0) throw new RangeError("once");
      if (i === 3_000) throw new RangeError("always");
      return i === 3_500 ? unreadable() : { v: i };
    };
    const settled = await map(range(COUNT), fn, { ...inPlace, retries: 1 }).settled();
    const failed = settled.flatMap((one, i) => (one.status === "rejected" ? [i] : []));
    expect(failed).toEqual([3_000, 3_500]);
    expect(settled[3_500]).toMatchObject({ reason: { cause: { code: "SWATH_NOT_SENDABLE" } } });
    expect(settled[COUNT - 1]).toEqual({ status: "fulfilled", value: { v: COUNT - 1 } });
  });
});

function unreadable(): { readonly v: number } {
  return {
    get v(): number {
      throw new RangeError("unreadable");
    },
  };
}
