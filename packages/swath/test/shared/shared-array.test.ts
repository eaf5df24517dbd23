import { constants } from "node:buffer";
import { freemem } from "node:os";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { isSwathError } from "../../src/errors.ts";
import { DTYPES } from "../../src/shared/dtype.ts";
import { SharedArray } from "../../src/shared/shared-array.ts";

/** What an act throws. */
function errorOf(act: () => unknown): Error & Record<string, unknown> {
  try {
    act();
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("Nothing was thrown");
}

/** 0, 1, 2, … in an array of the shape. */
function counted<const S extends readonly number[]>(shape: S) {
  const array = SharedArray.create("float64", shape);
  array.data.forEach((_, i) => {
    array.data[i] = i;
  });
  return array;
}

describe("an array that is made", () => {
  test.each(DTYPES)("of %s has elements of its kind, all 0, and takes what is written", (dtype) => {
    const array = SharedArray.create(dtype, [2, 3]);
    const big = dtype.endsWith("int64");
    expect(array.at(1, 2)).toBe(big ? 0n : 0);
    array.set(big ? 7n : 7, 1, 2);
    expect(array.at(1, 2)).toBe(big ? 7n : 7);
    expect(array.row(1)).toHaveLength(3);
    expect([array.dtype, array.size, array.length, array.ndim]).toEqual([dtype, 6, 2, 2]);
  });

  test("says what it is", () => {
    const array = SharedArray.create("int16", [4, 5, 6]);
    expect(array.shape).toEqual([4, 5, 6]);
    expect(array.strides).toEqual([30, 6, 1]);
    expect(array.byteLength).toBe(240);
    expect(inspect(array)).toBe("SharedArray int16 [4, 5, 6]");
    expect(SharedArray.name).toBe("SharedArray");
  });

  test("has its elements on a cache line", () => {
    for (const axes of [1, 2, 3, 4, 8, 32]) {
      const array = SharedArray.create("uint8", new Array<number>(axes).fill(1));
      expect(array.byteOffset % 64).toBe(0);
    }
  });

  test("may be empty", () => {
    const array = SharedArray.create("float32", [3, 0]);
    expect([array.size, array.length, array.row(2).length]).toEqual([0, 3, 0]);
    expect(SharedArray.create("float32", 0).toNested()).toEqual([]);
  });

  test("of one length has one axis", () => {
    expect(SharedArray.create("uint8", 5).shape).toEqual([5]);
  });

  test("knows its types", () => {
    const matrix = SharedArray.create("float64", [2, 3]);
    expectTypeOf(matrix.row(0)).toEqualTypeOf<Float64Array<SharedArrayBuffer>>();
    expectTypeOf(SharedArray.create("int64", 5).at(0)).toEqualTypeOf<bigint>();
    const cube = SharedArray.create("uint8", [1, 2, 3]);
    expectTypeOf(cube.row(0)).toEqualTypeOf<SharedArray<"uint8", 2>>();
    expectTypeOf(SharedArray.from([[1, 2]]).row(0)).toEqualTypeOf<
      Float64Array<SharedArrayBuffer>
    >();
    expectTypeOf(SharedArray.from(new Int8Array(2))).toEqualTypeOf<SharedArray<"int8", 1>>();
  });
});

describe("views", () => {
  test("a row of numbers is a typed array on the same memory", () => {
    const array = counted([3, 4]);
    const row = array.row(1);
    expect(row).toBeInstanceOf(Float64Array);
    expect(Array.from(row)).toEqual([4, 5, 6, 7]);
    row[0] = -1;
    expect(array.at(1, 0)).toBe(-1);
  });

  test("a row of more axes is an array of one axis less", () => {
    const row = counted([2, 3, 4]).row(1);
    expect(row.shape).toEqual([3, 4]);
    expect(row.toNested()).toEqual([
      [12, 13, 14, 15],
      [16, 17, 18, 19],
      [20, 21, 22, 23],
    ]);
  });

  test("a slice keeps the gaps between its rows, and can be sliced again", () => {
    const part = counted([4, 5]).slice([1, 3], [2, 5]);
    expect(part.toNested()).toEqual([
      [7, 8, 9],
      [12, 13, 14],
    ]);
    expect(part.slice([1, 2], [1, 2]).toNested()).toEqual([[13]]);
    expect(part.origin).toEqual([1, 2]);
    expect(errorOf(() => part.data)).toMatchObject({ code: "SWATH_ARRAY_VIEW", size: 6 });
  });

  test("subarray counts as that of a typed array", () => {
    const array = counted([5, 1]);
    for (const range of [[], [1], [1, 3], [-2], [0, -1], [3, 1], [9, 12], [-9, 2]] as const) {
      const expected = Array.from(Float64Array.of(0, 1, 2, 3, 4).subarray(...(range as [])));
      expect(Array.from(array.subarray(...(range as [])).data)).toEqual(expected);
    }
  });

  test("iterating gives rows, or elements of one axis", () => {
    expect([...counted([2, 2])].map((row) => [...row])).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect([...counted([3])]).toEqual([0, 1, 2]);
  });

  test("any part of any array reads as the same part of nested arrays", () => {
    const dimension = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(
        fc.array(dimension, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 4, maxLength: 4 }),
        (shape, picks) => {
          const ranges = shape.map((length, axis) => {
            const [a = 0, b = 0] = (picks[axis] ?? []).map((n) => n % (length + 1));
            return [Math.min(a, b), Math.max(a, b)] as [number, number];
          });
          const array = counted(shape);
          const nested = (value: unknown, [range, ...rest]: typeof ranges): unknown =>
            range === undefined
              ? value
              : (value as unknown[]).slice(...range).map((one) => nested(one, rest));
          expect(array.slice(...ranges).toNested()).toEqual(nested(array.toNested(), ranges));
        },
      ),
    );
  });
});

describe("writing", () => {
  test("numbers become what they become in a typed array", () => {
    const array = SharedArray.create("uint8", [2, 2]);
    array.set([300, -1], 0);
    array.set(Float64Array.of(1.9, Number.NaN), 1);
    expect(array.toNested()).toEqual([
      [44, 255],
      [1, 0],
    ]);
  });

  test("of rows, of all, of nested arrays, of arrays, into parts with gaps", () => {
    const array = SharedArray.create("int32", [3, 2, 2]);
    array.set(
      [
        [1, 2],
        [3, 4],
      ],
      0,
    );
    array.set(Int8Array.of(5, 6, 7, 8), 1);
    array.set(array.row(0), 2);
    array.slice(undefined, [1, 2], [1, 2]).set([[[10]], [[20]], [[30]]]);
    expect(Array.from(array.data)).toEqual([1, 2, 3, 10, 5, 6, 7, 20, 1, 2, 3, 30]);
    array.slice(undefined, [0, 1]).set(Int32Array.of(9, 9, 8, 8, 7, 7));
    expect(Array.from(array.data)).toEqual([9, 9, 3, 10, 8, 8, 7, 20, 7, 7, 3, 30]);
    array.slice([0, 2], [0, 1]).fill(0);
    expect(Array.from(array.data)).toEqual([0, 0, 3, 10, 0, 0, 7, 20, 7, 7, 3, 30]);
  });

  test.each([
    ["a row that is too short", () => counted([2, 3]).set([1, 2], 0), "float64 [3]"],
    ["another shape", () => counted([2, 3]).set(counted([3, 2])), "float64 [2, 3]"],
    ["bigints into numbers", () => counted([2, 3]).set(new BigInt64Array(3), 0), "float64 [3]"],
    ["a text", () => counted([2, 3]).set("1" as never, 0, 0), "float64 []"],
    ["nothing", () => counted([2, 3]).set(undefined as never, 0), "float64 [3]"],
    ["a text in a row", () => counted([2, 2]).set([1, "2"] as never, 0), "float64 []"],
    ["a number as a bigint", () => SharedArray.create("int64", 1).set(1, 0), "int64 []"],
    ["a bigint as a number", () => counted([1]).fill(1n as never), "float64 []"],
  ])("%s does not fit", (_, act, expected) => {
    const error = errorOf(act);
    expect(error.code).toBe("SWATH_ARRAY_MISMATCH");
    expect(error.message).toContain(`expected ${expected}, got `);
  });

  test.each([
    ["at", () => counted([2, 3]).at(0, 3), { index: 3, axis: 1, length: 3 }],
    ["at a fraction", () => counted([2, 3]).at(0.5, 0), { index: 0.5, axis: 0, length: 2 }],
    ["set", () => counted([2, 3]).set(1, -1, 0), { index: -1, axis: 0, length: 2 }],
    ["set a row", () => counted([2, 3]).set([1, 2, 3], 2), { index: 2, axis: 0, length: 2 }],
    ["row", () => counted([2, 3]).row(2), { index: 2, axis: 0, length: 2 }],
    ["slice", () => counted([2, 3]).slice([0, 1], [2, 4]), { index: 4, axis: 1, length: 3 }],
  ])("%s out of range says which index, axis and length", (_, act, fields) => {
    expect(errorOf(act)).toMatchObject({ code: "SWATH_ARRAY_RANGE", ...fields });
  });
});

test.each([
  [() => counted([3, 3]).slice([2, 1]), "End 1 is out of range", "from 2 to 3"],
  [() => counted([3, 3]).slice([0, 5]), "End 5 is out of range", "from 0 to 3"],
  [() => counted([3, 3]).slice([4, 5]), "Start 4 is out of range", "from 0 to 3"],
  [() => counted([3, 3]).at("1" as never, 0), 'Index "1" is out of range', "from 0 to 2"],
  [
    () => counted([0, 3]).row(0),
    "Index 0 is out of range",
    "from 0 to -1, of which there are none",
  ],
])("what is out of range is told with what may be: %s", (act, what, may) => {
  const { message } = errorOf(act);
  expect(message).toContain(what);
  expect(message).toContain(`expected an integer ${may}`);
});

describe("an array of a copy", () => {
  test("of nested arrays, typed arrays, arrays", () => {
    const nested = [
      [1, 2.5],
      [3, 4],
    ];
    expect(SharedArray.from(nested).toNested()).toEqual(nested);
    expect(SharedArray.from([1n, 2n]).dtype).toBe("int64");
    expect(SharedArray.from(Uint16Array.of(1, 2)).dtype).toBe("uint16");
    expect(SharedArray.from(Buffer.from("ab")).dtype).toBe("uint8");
    const copy = SharedArray.from(counted([2, 3]).slice(undefined, [1, 3]), { dtype: "uint8" });
    expect(copy.toNested()).toEqual([
      [1, 2],
      [4, 5],
    ]);
    expect(copy.dtype).toBe("uint8");
  });

  test("of another shape with as many elements", () => {
    const array = SharedArray.from(Int8Array.of(1, 2, 3, 4), { shape: [2, 2] });
    expect(array.toNested()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(SharedArray.attach(array.buffer).shape).toEqual([2, 2]);
    expect(() => SharedArray.from([1, 2, 3], { shape: [2, 2] })).toThrow("3 elements");
  });

  test("not of what is no array of numbers, is uneven, or has been moved away", () => {
    const moved = new Float64Array(4);
    structuredClone(moved, { transfer: [moved.buffer] });
    expect(errorOf(() => SharedArray.from(moved)).message).toContain("detached");
    expect(errorOf(() => SharedArray.from([[1, 2], [3]])).message).toContain("values[1]");
    expect(errorOf(() => SharedArray.from([1, "2"] as never)).message).toContain("values[1]");
    expect(() => counted([2]).set(moved)).toThrow("float64 [0], detached");
    for (const bad of ["12", { length: 2 }, undefined, 5]) {
      expect(errorOf(() => SharedArray.from(bad as never)).code).toBe("SWATH_INVALID_OPTION");
    }
  });
});

describe("what cannot be made", () => {
  test.each([
    ["dtype", () => SharedArray.create("double" as never, [2])],
    ["shape", () => SharedArray.create("int8", [] as never)],
    ["shape[1]", () => SharedArray.create("int8", [2, -1])],
    ["shape", () => SharedArray.create("int8", [2 ** 30, 2 ** 30])],
    ["name", () => SharedArray.create("int8", [2], { name: "" })],
    ["options.Name", () => SharedArray.create("int8", [2], { Name: "a" } as never)],
    ["index", () => counted([2, 2]).at(1)],
    ["from", () => SharedArray.attach(new ArrayBuffer(64) as never)],
  ])("%s is refused by its name", (option, act) => {
    expect(errorOf(act)).toMatchObject({ code: "SWATH_INVALID_OPTION", option });
  });

  test("an array larger than the memory is refused, with both figures", () => {
    const error = errorOf(() => SharedArray.create("float64", [2 ** 20, 2 ** 20]));
    expect(isSwathError(error, "SWATH_ARRAY_TOO_LARGE")).toBe(true);
    expect(error["bytes"]).toBeGreaterThan(2 ** 43);
    expect(error["memory"]).toBeLessThan(2 ** 43);
    expect(error.message).toMatch(/float64 \[1048576, 1048576\]: it needs 8192\.0 GiB/);
  });
});

test("structured clone refuses an array aloud, and says what to do", () => {
  expect(() => structuredClone({ deep: [counted([2])] })).toThrow(
    /SharedArray .*send its `buffer` and use SharedArray\.attach/,
  );
});

test("a value is a SharedArray by its brand, whichever copy of the package made it", async () => {
  const other = (await import("swath")).SharedArray;
  expect(other).not.toBe(SharedArray);
  expect(other.create("int8", 1) instanceof SharedArray).toBe(true);
  expect({} instanceof SharedArray).toBe(false);
  expect(SharedArray.from(other.from([1, 2])).toNested()).toEqual([1, 2]);
});

describe.skipIf(freemem() < 6 * 2 ** 30)("more than 4 GiB", () => {
  const rows = 5;
  const columns = 2 ** 30;

  test("rows, elements and parts are there, whatever one view may hold", () => {
    const array = SharedArray.create("uint8", [rows, columns]);
    array.set(7, 4, columns - 1);
    expect(array.at(4, columns - 1)).toBe(7);
    expect(array.row(4)[columns - 1]).toBe(7);
    expect(
      array
        .subarray(3)
        .slice(undefined, [columns - 2, columns])
        .toNested(),
    ).toEqual([
      [0, 0],
      [0, 7],
    ]);
    if (array.size <= constants.MAX_LENGTH) expect(array.data).toHaveLength(rows * columns);
    else expect(errorOf(() => array.data).message).toMatch(/at most 4294967296\. .*`row\(i\)`/);
  });
});
