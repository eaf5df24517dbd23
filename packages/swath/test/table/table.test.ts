import { map, reduce, SharedArray, share, table } from "swath";
import { describe, expect, expectTypeOf, test } from "vitest";
import { watchThreads } from "../threads-alive.ts";

watchThreads();

const lon = Float64Array.of(13.4, 2.35, -0.13);
const lat = Float64Array.of(52.5, 48.86, 51.5);
const name = ["Berlin", "Paris", "London"];

describe.each([0, 2])("with %i workers", (workers) => {
  test("a row has the values of all columns, wherever they lie", async () => {
    const points = SharedArray.from([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const source = table({ lon, lat: share(lat), name, points, id: SharedArray.from([7, 8, 9]) });
    const job = map(
      source,
      (row) => {
        expectTypeOf(row.lon).toEqualTypeOf<number>();
        expectTypeOf(row.name).toEqualTypeOf<string>();
        expectTypeOf(row.points).toEqualTypeOf<Float64Array<SharedArrayBuffer>>();
        return { ...row, points: [...row.points] };
      },
      { workers },
    );
    expect(await job).toEqual([
      { lon: 13.4, lat: 52.5, name: "Berlin", points: [1, 2], id: 7 },
      { lon: 2.35, lat: 48.86, name: "Paris", points: [3, 4], id: 8 },
      { lon: -0.13, lat: 51.5, name: "London", points: [5, 6], id: 9 },
    ]);
    expect((await job.report).routes.items).toBe("copy");
  });

  test("columns in shared memory do not travel", async () => {
    const job = map(table({ lon: share(lon), lat: share(lat) }), (row) => row.lon + row.lat, {
      workers,
    });
    expect(await job).toEqual([13.4 + 52.5, 2.35 + 48.86, -0.13 + 51.5]);
    const { routes, serialization } = await job.report;
    expect([routes.items, serialization.bytesOut]).toEqual(["share", 0]);
  });

  test("of the others each chunk has its part, and rows may be kept and given back", async () => {
    const count = 1_000;
    const a = Float64Array.from({ length: count }, (_, i) => i);
    const b = Array.from({ length: count }, (_, i) => `row ${i}`);
    const rows = await map(table({ a, b }), (row) => row, { workers, chunk: 13 });
    expect(rows).toEqual(Array.from({ length: count }, (_, i) => ({ a: i, b: `row ${i}` })));
    const sum = reduce(table({ a, b }), (total, row) => total + row.a, {
      workers,
      initial: 0,
      combine: (x, y) => x + y,
    });
    expect(await sum).toBe((count * (count - 1)) / 2);
  });

  test("names that are no words, or that mean something to objects", async () => {
    const columns = JSON.parse('{"__proto__":[1],"a b":[2],"\\"\\n`${x}":[3],"constructor":[4]}');
    const [keys] = await map(table(columns as Record<string, number[]>), Object.entries, {
      workers,
    });
    expect(keys).toEqual([
      ["__proto__", 1],
      ["a b", 2],
      ['"\n`${x}', 3],
      ["constructor", 4],
    ]);
  });

  test("results into an array: the parallel apply", async () => {
    const out = SharedArray.create("float64", [3, 2]);
    await map(table({ lon, lat }), (row) => [row.lon * 2, row.lat * 2], { into: out, workers });
    expect(out.toNested()[1]).toEqual([4.7, 97.72]);
  });

  test("an item that fails is shown with its values", async () => {
    const fail = ({ name: own }: { name: string }) => {
      if (own === "Paris") throw new Error("closed");
    };
    await expect(map(table({ lon, name }), fail, { workers })).rejects.toThrow(
      /item 1 \{ lon: 2\.35, name: 'Paris' \}/,
    );
  });
});

describe("what is no table", () => {
  test.each([
    [{}, "one column or more"],
    [
      { a: [1], b: [1, 2] },
      "`columns.b` to be as long as `columns.a`, which has 1 values, got `2`",
    ],
    [{ a: 5 }, "`columns.a`"],
    [undefined, "`columns`"],
  ])("%o is refused", (columns, text) => {
    expect(() => table(columns as never)).toThrow(text);
  });

  test("a cell that cannot be sent fails its row", async () => {
    const cells = table({ f: [1, () => {}] as unknown[] });
    await expect(map(cells, () => 1, { workers: 1 })).rejects.toMatchObject({
      code: "SWATH_NOT_SENDABLE",
    });
  });
});
