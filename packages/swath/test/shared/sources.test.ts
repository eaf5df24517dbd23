import { forEach, map, reduce, SharedArray } from "swath";
import { describe, expect, expectTypeOf, test } from "vitest";
import { watchThreads } from "../threads-alive.ts";

watchThreads();

function counted<const S extends readonly number[]>(shape: S) {
  const array = SharedArray.create("int32", shape);
  for (let i = 0; i < array.size; i++) array.data[i] = i;
  return array;
}

describe.each([0, 2])("with %i workers", (workers) => {
  test("an array of two axes is its rows, as typed arrays", async () => {
    const array = counted([4, 3]);
    const job = map(
      array,
      (row) => {
        expectTypeOf(row).toEqualTypeOf<Int32Array<SharedArrayBuffer>>();
        return [row.constructor.name, ...row];
      },
      { workers },
    );
    expect(await job).toEqual([
      ["Int32Array", 0, 1, 2],
      ["Int32Array", 3, 4, 5],
      ["Int32Array", 6, 7, 8],
      ["Int32Array", 9, 10, 11],
    ]);
    const { routes, serialization } = await job.report;
    expect([routes.items, serialization.bytesOut]).toEqual(["share", 0]);
  });

  test("rows can be written to, and are of the caller's memory", async () => {
    const array = counted([3, 2]);
    await forEach(array.rows(), (row, { index }) => void row.fill(index), { workers });
    expect(array.toNested()).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test("of a part with gaps, of three axes", async () => {
    const part = counted([4, 5]).slice([1, 3], [2, 4]);
    expect(await map(part, (row) => [...row], { workers })).toEqual([
      [7, 8],
      [12, 13],
    ]);
    const cube = counted([2, 2, 2]);
    expect(await map(cube, (plane) => plane.toNested(), { workers })).toEqual(cube.toNested());
  });

  test("an array of one axis is its elements", async () => {
    const array = counted([1_000]);
    const doubled = await map(array, (value) => value * 2, { workers });
    expect(doubled).toEqual(Array.from({ length: 1_000 }, (_, i) => 2 * i));
    const part = array.subarray(10, 13);
    expect(await map(part.elements(), (value) => value, { workers })).toEqual([10, 11, 12]);
    expect(await map(counted([2, 2]).elements(), (v) => v, { workers })).toEqual([0, 1, 2, 3]);
  });

  test("tiles cover the array once, and know where they lie", async () => {
    const array = counted([5, 7]);
    const tiles = await map(array.tiles([2, 3]), (t) => [t.origin, t.shape, t.toNested()], {
      workers,
    });
    expect(tiles).toHaveLength(9);
    const seen = new Set<number>();
    for (const [origin, shape, values] of tiles as [number[], number[], number[][]][]) {
      expect(values.length).toBe(shape[0]);
      expect(values[0]?.[0]).toBe(array.at(origin[0] as number, origin[1] as number));
      for (const value of values.flat()) seen.add(value);
    }
    expect(seen.size).toBe(35);
    expect(await map(counted([5]).tiles([2]), (t) => [...t.data], { workers })).toEqual([
      [0, 1],
      [2, 3],
      [4],
    ]);
  });

  test("rows can be folded, streamed, retried, and settled", async () => {
    const array = counted([64, 10]);
    const add = (total: number, row: Int32Array) => row.reduce((a, b) => a + b, total);
    const combine = (a: number, b: number) => a + b;
    expect(await reduce(array, add, { workers, initial: 0, combine })).toBe((639 * 640) / 2);
    const firsts: number[] = [];
    for await (const first of map(array, (row) => row[0] as number, { workers }))
      firsts.push(first);
    expect(firsts).toEqual(Array.from({ length: 64 }, (_, i) => 10 * i));
    const fail = (row: Int32Array) => {
      if (row[0] === 30) throw new Error("not this one");
      return row.length;
    };
    const settled = await map(array, fail, { workers }).settled();
    expect(settled[3]).toMatchObject({ status: "rejected", reason: { itemIndex: 3 } });
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(63);
  });
});

test("tiles are refused that are none", () => {
  const array = counted([5, 7]);
  for (const shape of [[2], [2, 0], [1, 2, 3], [1.5, 2]]) {
    expect(() => array.tiles(shape)).toThrow(/Expected `shape/);
  }
});

test("the rows of one axis are its elements", async () => {
  expect(await map(counted([3]).rows(), (value) => value + 1, { workers: 1 })).toEqual([1, 2, 3]);
  expect(counted([3]).row(2)).toBe(2);
});
