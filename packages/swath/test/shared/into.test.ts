import { createPool, forEach, map, range, SharedArray } from "swath";
import { describe, expect, expectTypeOf, test } from "vitest";
import { watchThreads } from "../threads-alive.ts";

watchThreads();

const square = (i: number) => i * i;

describe.each([0, 2])("with %i workers, results are written into", (workers) => {
  test("elements, and the job gives the array itself", async () => {
    const out = SharedArray.create("float64", 100);
    const job = map(range(100), square, { into: out, workers });
    expectTypeOf<Awaited<typeof job>>().toEqualTypeOf<typeof out>();
    expect(await job).toBe(out);
    expect(out.toNested()).toEqual(Array.from({ length: 100 }, (_, i) => i * i));
    expect((await job.report).serialization.bytesIn).toBe(0);
  });

  test("a typed array in shared memory", async () => {
    const out = new Uint8Array(new SharedArrayBuffer(5));
    expect(await map(range(5), square, { into: out, workers })).toBe(out);
    expect(Array.from(out)).toEqual([0, 1, 4, 9, 16]);
  });

  test("bigints", async () => {
    const out = SharedArray.create("int64", 3);
    await map(range(3), (i) => BigInt(i) * 10n, { into: out, workers });
    expect(out.toNested()).toEqual([0n, 10n, 20n]);
  });

  test("rows, from typed arrays, arrays and arrays in shared memory", async () => {
    const out = SharedArray.create("float32", [4, 3]);
    const rows = SharedArray.from([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
      [9, 10, 11],
    ]);
    const give = (row: Float64Array, { index }: { index: number }) =>
      [row, Array.from(row), row.map((x) => x), SharedArray.from(row)][index] as number[];
    await map(rows, give, { into: out, workers });
    expect(out.toNested()).toEqual(rows.toNested());
  });

  test("long rows, from a buffer that is used again", async () => {
    const out = SharedArray.create("float64", [6, 100]);
    const fill = (i: number, { state }: { state: Float64Array }) => state.fill(i);
    await map(range(6), fill, { into: out, workers, init: () => new Float64Array(100) });
    expect(out.toNested()).toEqual(
      Array.from({ length: 6 }, (_, i) => new Array<number>(100).fill(i)),
    );
  });

  test("rows of several axes, flat or nested, and parts with gaps", async () => {
    const out = SharedArray.create("uint8", [2, 2, 3]);
    const give = (i: number) =>
      i === 0
        ? Uint8Array.of(1, 2, 3, 4, 5, 6)
        : [
            [7, 8, 9],
            [10, 11, 12],
          ];
    await map(range(2), give, { into: out, workers });
    expect(Array.from(out.data)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    await map(range(2), () => [0, 0], { into: out.row(0).slice(undefined, [1, 3]), workers });
    expect(Array.from(out.data)).toEqual([1, 0, 0, 4, 0, 0, 7, 8, 9, 10, 11, 12]);
  });

  test("what the task has written there itself", async () => {
    const out = SharedArray.create("float64", [3, 5]);
    await map(range(3), (i) => out.row(i).fill(i), { into: out, workers });
    expect(out.row(2)[4]).toBe(2);
  });

  test("what comes later", async () => {
    const out = SharedArray.create("float64", 50);
    const later = async (i: number) => {
      if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      return i;
    };
    await map(range(50), later, { into: out, workers });
    expect(out.toNested()).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test("and can be streamed, as views, in order or not, and settled", async () => {
    const out = SharedArray.create("float64", [10, 2]);
    const pair = (i: number) => [i, -i];
    const seen: number[] = [];
    for await (const row of map(range(10), pair, { into: out, workers })) {
      expectTypeOf(row).toEqualTypeOf<Float64Array<SharedArrayBuffer>>();
      expect(row.buffer).toBe(out.buffer);
      seen.push(row[0] as number);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const indices = new Set<number>();
    for await (const { index, value } of map(range(10), pair, { into: out, workers }).unordered()) {
      expect(value[1]).toBe(-index);
      indices.add(index);
    }
    expect(indices.size).toBe(10);
    const fail = (i: number) => (i === 4 ? [1] : [i, 1]);
    const settled = await map(range(10), fail, { into: out, workers }).settled();
    expect(settled.map(({ status }) => status).indexOf("rejected")).toBe(4);
    expect(out.toNested()[4]).toEqual([4, -4]);
    expect(settled[5]).toMatchObject({ value: Float64Array.of(5, 1) });
  });

  test("and elements of a stream are numbers", async () => {
    const out = SharedArray.create("uint8", 3);
    const values: number[] = [];
    for await (const value of map(range(3), square, { into: out, workers })) values.push(value);
    expect(values).toEqual([0, 1, 4]);
  });

  test.each([
    ["a row that is too short", () => [1, 2], "expected float64 [3], got an array of 2"],
    ["a typed array too long", () => new Float64Array(4), "got float64 [4]"],
    ["nothing", () => undefined as never, "got `undefined`"],
    ["a number for a row", () => 5, "got `5` (number)"],
    ["bigints", () => new BigInt64Array(3), "got int64 [3]"],
    ["texts", () => ["a", "b", "c"] as never, '[0]: expected float64 [], got `"a"` (string)'],
  ])("not %s: that item fails, and says so", async (_, give, text) => {
    const out = SharedArray.create("float64", [3, 3]);
    const failing = (i: number) => (i === 1 ? give() : [i, i, i]);
    const error: unknown = await map(range(3), failing, {
      into: out,
      workers,
      onError: "collect",
    }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: "SWATH_TASKS_FAILED",
      errors: [{ code: "SWATH_TASK_FAILED", itemIndex: 1 }],
    });
    const { errors } = error as { errors: { message: string; cause: { code: string } }[] };
    expect(errors[0]?.message).toContain("Cannot write the result of item 1 into `into`");
    expect(errors[0]?.message).toContain(text);
    expect(errors[0]?.cause.code).toBe("SWATH_ARRAY_MISMATCH");
    expect(out.toNested()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [2, 2, 2],
    ]);
  });

  test("not a text for a number", async () => {
    const out = SharedArray.create("float64", 2);
    const job = map(range(2), () => "1" as never, { into: out, workers });
    await expect(job).rejects.toThrow('expected float64 [], got `"1"` (string)');
  });
});

test("items of every kind of source have their place", async () => {
  const out = SharedArray.create("float64", 200);
  const items = Array.from({ length: 200 }, (_, i) => i);
  for (const source of [items, Float32Array.from(items), SharedArray.from(items), range(200)]) {
    out.fill(-1);
    await map(source, (x: number) => x + 1, { into: out, workers: 3, chunk: 7 });
    expect(out.toNested()).toEqual(items.map((i) => i + 1));
  }
});

test("on a pool", async () => {
  await using pool = createPool({ workers: 2 });
  const out = SharedArray.create("float64", 10);
  for (let round = 0; round < 3; round++) {
    expect(await pool.map(range(10), (i) => i + round, { into: out })).toBe(out);
    expect(out.at(9)).toBe(9 + round);
  }
});

test("a worker that is lost leaves nothing unwritten", async () => {
  const out = SharedArray.create("int32", 400);
  const crashed = SharedArray.create("int32", 1);
  const crash = (i: number) => {
    if (i === 137 && Atomics.add(crashed.data, 0, 1) === 0) process.exit(1);
    return i + 1;
  };
  await map(range(400), crash, { into: out, workers: 2 });
  expect(crashed.at(0)).toBe(2);
  expect(out.toNested()).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
});

describe("what cannot take results is refused before anything starts", () => {
  const refuse = (into: unknown, source: unknown = range(3), options: object = {}) => {
    try {
      void map(source as never, square, { into, ...options } as never);
    } catch (error) {
      return error as Error & { readonly code: string };
    }
    throw new Error("Not refused");
  };

  test("another length than that of the source", () => {
    const error = refuse(SharedArray.create("int8", [4, 2]));
    expect(error.code).toBe("SWATH_ARRAY_MISMATCH");
    expect(error.message).toBe(
      "`into` needs one place for each of the 3 items: expected int8 [3, 2], got int8 [4, 2]",
    );
  });

  test.each([[new Float64Array(3)], [[1, 2, 3]], [5], [{}], [null]])("%o", (into) => {
    expect(refuse(into).message).toContain(
      "a SharedArray, or a typed array on a SharedArrayBuffer",
    );
  });

  test("an iterable, whose length nobody knows", () => {
    const error = refuse(SharedArray.create("int8", 3), new Set([1, 2, 3]));
    expect(error.message).toContain("not known before its end");
  });

  test("a journal, which would not have the results", () => {
    const into = SharedArray.create("int8", 3);
    const error = refuse(into, range(3), { journal: "never.jsonl" });
    expect(error.message).toMatch(/Expected `journal` to be absent: .*`into`/);
  });

  test("`forEach` and `reduce`, which have none", () => {
    const into = SharedArray.create("int8", 3);
    expect(() => forEach(range(3), square, { into } as never)).toThrow("`options.into`");
  });
});
