import { describe, expect, test } from "vitest";
import { cloneLoss } from "../../src/codecs/clone-loss.ts";
import { packNumbers } from "../../src/codecs/pack-numbers.ts";

class Point {
  x = 1;
}

describe("what would not arrive as it was sent", () => {
  test.each([
    [new Point(), "value", "is a Point, whose class is lost on the way"],
    [
      { rows: [1, { at: new Point() }] },
      "value.rows[1].at",
      "is a Point, whose class is lost on the way",
    ],
    [Buffer.from("a"), "value", "is a Buffer, whose class is lost on the way"],
    [{ f: () => 1 }, "value.f", "is a function, which cannot be sent"],
    [new Map([["a", new WeakMap()]]), "[...value.values()]", "is a WeakMap, which cannot be sent"],
  ])("%o", (value, path, what) => {
    expect(cloneLoss(value, "value")).toEqual({ path, what });
  });

  test("nothing of plain data", () => {
    const plain = {
      text: "a",
      nothing: [null, undefined, 1n, -0],
      bare: Object.assign(Object.create(null), { a: 1 }),
      bytes: new Uint8Array(3),
      dates: new Set([new Date()]),
      error: new RangeError("no"),
    };
    expect(cloneLoss({ ...plain, self: plain }, "value")).toBeUndefined();
  });
});

describe("numbers are packed", () => {
  const many = (value: number) => Array.from({ length: 20 }, () => value);

  test("as integers, or as doubles, and are the same numbers", () => {
    expect(packNumbers(many(7))).toBeInstanceOf(Int32Array);
    for (const odd of [-0, 0.5, 2 ** 31, Number.NaN, Infinity]) {
      const items = [...many(1), odd, ...many(2)];
      const packed = packNumbers(items);
      expect(packed).toBeInstanceOf(Float64Array);
      expect(Array.from(packed as Float64Array)).toEqual(items);
    }
  });

  test("but not with anything else among them, nor holes, nor a few", () => {
    expect(packNumbers([...many(1), "2", ...many(3)])).toBeUndefined();
    expect(packNumbers([...many(1), undefined, ...many(3)])).toBeUndefined();
    expect(packNumbers(Object.assign(new Array(30), many(1), { 29: 1 }))).toBeUndefined();
    expect(packNumbers([1, 2, 3])).toBeUndefined();
    expect(packNumbers(new Float64Array(20))).toBeUndefined();
  });
});
