import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Columns } from "../../../src/codecs/columns/columns.ts";
import { decodeResults } from "../../../src/codecs/results-decoder.ts";
import { ResultsEncoder } from "../../../src/codecs/results-encoder.ts";
import { collectColumns } from "../../../src/collect-columns.ts";
import { plainRows } from "../rows-arbitrary.ts";
import { isEqualValue } from "../same-value.ts";

/** Columns of the rows, which come in chunks of so many from so many workers. */
async function columnsOf<R>(rows: readonly R[], chunk = 1_000, workers = 1): Promise<Columns<R>> {
  const encoders = Array.from({ length: workers }, () => new ResultsEncoder("columns"));
  async function* parts() {
    for (let start = 0, n = 0; start < rows.length; start += chunk, n++) {
      const encoder = encoders[n % workers] as ResultsEncoder;
      const some = rows.slice(start, start + chunk);
      encoder.take(some, some.length);
      const { message, refused } = encoder.finish();
      if (refused.length > 0) throw new Error("refused");
      yield { start, end: start + some.length, values: decodeResults(message), failed: [] };
    }
  }
  return collectColumns<R>(parts());
}

const box = (x: number, y: number) => ({
  type: "Polygon" as const,
  coordinates: [
    [
      [x, y - 1],
      [x, y],
      [x - 1, y],
      [x - 1, y - 1],
      [x, y - 1],
    ],
  ],
});

describe("rows", () => {
  test("are those that went in, in whatever way one asks", async () => {
    await fc.assert(
      fc.asyncProperty(
        plainRows,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 3 }),
        async (rows, chunk, workers) => {
          let columns: Columns<unknown>;
          try {
            columns = await columnsOf(rows, chunk, workers);
          } catch {
            return;
          }
          expect(columns.length).toBe(rows.length);
          const ways = [
            [...columns],
            columns.slice(),
            columns.map((row) => row),
            Array.from({ length: rows.length }, (_, i) => columns.at(i)),
            Array.from({ length: rows.length }, (_, i) => columns[i]),
            Array.prototype.map.call(columns, (row: unknown) => row),
          ];
          for (const way of ways) expect(isEqualValue(way, rows)).toBe(true);
          expect(JSON.stringify(columns)).toBe(JSON.stringify(rows));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("are made anew each time: to change one changes nothing else", async () => {
    const columns = await columnsOf([box(1, 1), box(2, 1)]);
    const first = columns.at(0);
    first?.coordinates[0]?.[0]?.push(99);
    expect(columns.at(0)).toEqual(box(1, 1));
    expect(columns.at(0)).not.toBe(columns.at(0));
  });

  test("at, slice and indices count as those of an array", async () => {
    const rows = Array.from({ length: 25 }, (_, i) => ({ i }));
    const columns = await columnsOf(rows, 4, 2);
    for (const i of [-26, -25, -1, 0, 3, 4, 24, 25, 1.7, Number.NaN]) {
      expect(columns.at(i)).toEqual(rows.at(i));
    }
    for (const [from, to] of [
      [0, 25],
      [-3, undefined],
      [5, -5],
      [9, 3],
      [-99, 99],
      [3, 3],
    ]) {
      expect(columns.slice(from, to)).toEqual(rows.slice(from, to));
    }
    expect(columns[25]).toBeUndefined();
    expect((columns as unknown as Record<string, unknown>)["-1"]).toBeUndefined();
    expect(await Promise.resolve(columns)).toBe(columns);
    expect(() => {
      (columns as unknown as { i: number }[])[0] = { i: 1 };
    }).toThrow(TypeError);
  });

  test("none make no columns but an empty list", async () => {
    const columns = await columnsOf<number>([]);
    expect([columns.length, [...columns], columns.at(0)]).toEqual([0, [], undefined]);
    expect(columns.column().values).toHaveLength(0);
  });
});

describe("a column", () => {
  test("of numbers is one typed array: of 32-bit integers where all are", async () => {
    const whole = await columnsOf([1, 2, 3, 4, 5], 2, 2);
    expect(whole.column().values).toEqual(Int32Array.of(1, 2, 3, 4, 5));
    const mixed = await columnsOf([1, 2, 3, 4.5, -0], 2, 2);
    expect(mixed.column().values).toEqual(Float64Array.of(1, 2, 3, 4.5, -0));
  });

  test("of coordinates has the numbers, and where each list begins", async () => {
    const columns = await columnsOf([box(1, 1), box(2, 1), box(3, 1)], 2);
    const { values, offsets, sizes, valid } = columns.column("coordinates");
    expect(values).toEqual(
      Int32Array.from([box(1, 1), box(2, 1), box(3, 1)].flatMap((b) => b.coordinates.flat(2))),
    );
    expect(sizes).toEqual([1, 5, 2]);
    expect(offsets.map((o) => [...o].slice(0, 4))).toEqual([
      [0, 1, 2, 3],
      [0, 5, 10, 15],
      [0, 2, 4, 6],
    ]);
    expect(valid).toBeUndefined();
    expect(columns.column("coordinates")).toBe(columns.column("coordinates"));
  });

  test("lies at the path of its keys, through lists as well", async () => {
    const rows = [
      {
        id: 7,
        "a.b": "x",
        sold: [
          { price: 1.5, to: { name: "Ö" } },
          { price: 2, to: { name: "Y" } },
        ],
      },
      { id: 8, "a.b": "x", sold: [] },
      { id: 9, "a.b": "z", sold: [{ price: 3, to: { name: "Ö" } }] },
    ];
    const columns = await columnsOf(rows, 1, 2);
    expect(columns.column("id").values).toEqual(Int32Array.of(7, 8, 9));
    expect(columns.column("a.b").values).toEqual(["x", "x", "z"]);
    const prices = columns.column("sold.price");
    expect(prices.values).toEqual(Float64Array.of(1.5, 2, 3));
    expect(prices.offsets).toEqual([Int32Array.of(0, 2, 2, 3)]);
    expect(columns.column("sold.to.name").values).toEqual(["Ö", "Y", "Ö"]);
    expect(() => columns.column("sold")).toThrow(
      'Expected `path` to be one of "id", "a.b", "sold.price", "sold.to.name", got `"sold"` (string)',
    );
  });

  test("with values that are absent says which are there", async () => {
    const rows = [
      { n: 1, s: "a", b: true },
      { n: null, s: null, b: null },
      { n: 3, s: "c", b: false },
    ];
    const columns = await columnsOf(rows, 1);
    expect(columns.column("n")).toMatchObject({
      values: Float64Array.of(1, Number.NaN, 3),
      valid: Uint8Array.of(1, 0, 1),
    });
    expect(columns.column("s")).toMatchObject({
      values: ["a", "", "c"],
      valid: Uint8Array.of(1, 0, 1),
    });
    expect(columns.column("b")).toMatchObject({
      values: Uint8Array.of(1, 0, 0),
      valid: Uint8Array.of(1, 0, 1),
    });
    const lists = await columnsOf([{ at: { p: [1, 2] } }, { at: null }, { at: { p: [3, 4] } }], 2);
    const { values, offsets, sizes } = lists.column("at.p");
    expect(values).toEqual(Int32Array.of(1, 2, 3, 4));
    expect(offsets).toEqual([Int32Array.of(0, 2, 2, 4)]);
    expect(sizes).toEqual([undefined]);
  });

  test("can be had in the pieces in which it came", async () => {
    const rows = Array.from({ length: 9 }, (_, i) => ({
      name: `${i}`,
      at: i < 4 ? [i, 0.5] : [i],
    }));
    const columns = await columnsOf(rows, 4, 2);
    const { parts, values } = columns.column("at");
    expect(parts.map((part) => [...part.values])).toEqual([
      [0, 0.5, 1, 0.5, 2, 0.5, 3, 0.5],
      [4, 5, 6, 7],
      [8],
    ]);
    expect(parts.map(({ sizes }) => sizes)).toEqual([[2], [1], [undefined]]);
    expect(values).toEqual(Float64Array.from(rows.flatMap(({ at }) => at)));
    expect(columns.column("name").parts[1]?.values).toEqual(["4", "5", "6", "7"]);
    const one = (await columnsOf([1, 2])).column();
    expect(one.values).toBe(one.parts[0]?.values);
  });

  test("holds what one finds by going through all rows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(fc.array(fc.double({ noNaN: true }), { maxLength: 4 }), { maxLength: 4 }),
          { maxLength: 30 },
        ),
        fc.integer({ min: 1, max: 9 }),
        async (rows, chunk) => {
          const { values, offsets } = (await columnsOf(rows, chunk, 2)).column();
          const [outer = [], inner = []] = offsets.map((o) => Array.from(o));
          if (offsets.length < 2) {
            expect(rows.flat(2)).toEqual([]);
            return;
          }
          const back = rows.map((_, i) =>
            Array.from({ length: (outer[i + 1] as number) - (outer[i] as number) }, (__, j) => {
              const list = (outer[i] as number) + j;
              return Array.from((values as Float64Array).slice(inner[list], inner[list + 1]));
            }),
          );
          expect(isEqualValue(back, rows)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("results of another shape than those before name the item", async () => {
  const rows = [{ a: [1] }, { a: [2] }, { a: ["x"] }, { a: ["y"] }];
  await expect(columnsOf<unknown>(rows, 2, 2)).rejects.toMatchObject({
    code: "SWATH_NOT_SENDABLE",
    itemIndex: 2,
    message: expect.stringContaining(
      "item 2 into columns: `value.a[0]` is a string. In the results before it was a number",
    ),
  });
});
