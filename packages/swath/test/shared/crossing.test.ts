import { createPool, map, range, reduce, SharedArray } from "swath";
import { describe, expect, test } from "vitest";
import { watchThreads } from "../threads-alive.ts";

watchThreads();

function counted(rows: number, columns: number) {
  const array = SharedArray.create("float64", [rows, columns]);
  for (let i = 0; i < array.size; i++) array.data[i] = i;
  return array;
}

describe("an array arrives in a worker as itself, on the same memory", () => {
  test("captured by a function", async () => {
    const array = counted(4, 3);
    const touch = (i: number) => {
      array.set(-1, i, 0);
      return array.row(i)[1];
    };
    expect(await map(range(4), touch, { workers: 2 })).toEqual([1, 4, 7, 10]);
    expect(array.slice(undefined, [0, 1]).toNested()).toEqual([[-1], [-1], [-1], [-1]]);
  });

  test("captured deep inside of data, as a part, twice", async () => {
    const array = counted(4, 4);
    const data = { list: [array.slice([1, 3], [1, 3])], map: new Map([["whole", array]]), array };
    const look = () => [
      data.list[0]?.toNested(),
      data.map.get("whole") === data.array,
      data.list[0]?.buffer === data.array.buffer,
    ];
    const [looked] = await map(range(1), look, { workers: 1 });
    expect(looked).toEqual([
      [
        [5, 6],
        [9, 10],
      ],
      true,
      true,
    ]);
  });

  test("captured by `init`", async () => {
    const array = counted(2, 2);
    const init = () => array.row(1);
    const read = (i: number, { state }: { state: Float64Array }) => state[i];
    expect(await map(range(2), read, { workers: 1, init })).toEqual([2, 3]);
  });

  test("in `with`, at any depth", async () => {
    const array = counted(2, 2);
    const read = (i: number, context: { with: { deep: [typeof array] } }) =>
      context.with.deep[0].at(i, i);
    expect(await map(range(2), read, { workers: 2, with: { deep: [array] } })).toEqual([0, 3]);
    const whole = (i: number, context: { with: typeof array }) => context.with.at(i, 0);
    expect(await map(range(2), whole, { workers: 2, with: array })).toEqual([0, 2]);
  });

  test("as an item, or inside of one", async () => {
    const array = counted(2, 2);
    const items = [{ array }, { array: array.slice([1, 2]) }];
    const shapes = await map(items, (item) => [item.array.shape, item.array.at(0, 0)], {
      workers: 2,
    });
    expect(shapes).toEqual([
      [[2, 2], 0],
      [[1, 2], 2],
    ]);
    function* some() {
      yield array;
    }
    expect(await map(some(), (one) => one.at(1, 1), { workers: 1 })).toEqual([3]);
  });

  test("in a result, in maps and sets, and the part that it was", async () => {
    const array = counted(3, 3);
    const give = (i: number) => ({
      part: array.slice([i, i + 1]),
      map: new Map([[i, array]]),
      set: new Set([array]),
      moved: new Float64Array(2).fill(i),
    });
    const [, second] = await map(range(2), give, { workers: 2 });
    expect(second?.part).toBeInstanceOf(SharedArray);
    expect(second?.part.toNested()).toEqual([[3, 4, 5]]);
    second?.part.set(99, 0, 0);
    expect(array.at(1, 0)).toBe(99);
    expect(second?.map.get(1)?.buffer).toBe([...(second?.set ?? [])][0]?.buffer);
    expect(Array.from(second?.moved ?? [])).toEqual([1, 1]);
  });

  test("that a worker has made", async () => {
    const make = (i: number) => SharedArray.create("int8", 3).fill(i);
    const made = await map(range(3), make, { workers: 2 });
    expect(made.map((array) => array.toNested())).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 2],
    ]);
  });

  test("on warm workers, job after job", async () => {
    await using pool = createPool({ workers: 2 });
    const array = counted(2, 2);
    for (let round = 1; round <= 3; round++) {
      const add = (i: number) => array.set(array.at(i, 0) + 1, i, 0);
      await pool.forEach(range(2), add);
      expect(array.at(1, 0)).toBe(2 + round);
    }
  });

  test("with `workers: 0` as the very object", async () => {
    const array = counted(1, 1);
    const same = (item: { array: unknown }, context: { with: unknown }) =>
      item.array === array && context.with === array;
    expect(await map([{ array }], same, { workers: 0, with: array })).toEqual([true]);
  });
});

describe("what cannot be sent", () => {
  test("beside an array is still refused, and named", async () => {
    const array = counted(1, 1);
    const items = [{ array }, { array, close: () => {} }];
    await expect(map(items, (item) => item.array.length, { workers: 1 })).rejects.toMatchObject({
      code: "SWATH_NOT_SENDABLE",
      itemIndex: 1,
    });
    const give = () => ({ array, symbol: Symbol("mine") });
    await expect(map(range(1), give, { workers: 1 })).rejects.toThrow("`value.symbol` is a symbol");
    expect(() => map(range(1), (i) => i, { workers: 1, with: { array, f: () => {} } })).toThrow(
      "Cannot send `with`",
    );
  });

  test("an array in an instance of a class is refused, not lost", async () => {
    class Holder {
      readonly array = counted(1, 1);
    }
    const failed = map([new Holder()], (holder) => holder.array, { workers: 1 });
    await expect(failed).rejects.toThrow("SharedArray");
  });

  test("an array as what each fold starts from is refused", () => {
    const initial = counted(1, 1);
    const start = () => reduce(range(3), (total) => total, { initial, combine: (a) => a });
    expect(start).toThrow("Expected `initial` to be a value that can be copied");
  });
});

test("nothing of an array travels, and a broadcast value crosses once for each worker", async () => {
  const array = SharedArray.create("float64", [4, 250_000]);
  let reads = 0;
  const broadcast = {
    array,
    get counted() {
      reads++;
      return 1;
    },
  };
  const read = (i: number, context: { with: typeof broadcast }) =>
    array.at(i % 4, 0) + context.with.array.at(i % 4, 1) + context.with.counted;
  const job = map(range(400), read, { workers: 2, chunk: 1, with: broadcast });
  expect((await job).every((value) => value === 1)).toBe(true);
  const { serialization, chunks } = await job.report;
  expect(serialization.bytesOut).toBe(0);
  expect(chunks.count).toBeGreaterThan(10);
  // Checked once, refused by structured clone for the array in it, and sent: never per chunk.
  expect(reads).toBeLessThanOrEqual(2 * (2 + 1));
});
