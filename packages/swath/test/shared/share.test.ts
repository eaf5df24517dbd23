import { describe, expect, test } from "vitest";
import { share } from "../../src/shared/share.ts";
import { SharedArray } from "../../src/shared/shared-array.ts";

describe("share", () => {
  test.each([
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ])("a %o gives one of its kind in shared memory", (Kind) => {
    const shared = share(Kind.of(1, 2, 3).subarray(1));
    expect(shared).toBeInstanceOf(Kind);
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(Array.from(shared)).toEqual([2, 3]);
    expect(share(shared)).toBe(shared);
  });

  test("bigints, bytes, a view, a buffer", () => {
    expect(share(BigInt64Array.of(5n))[0]).toBe(5n);
    const bytes = share(Buffer.from("hello"));
    expect([Buffer.isBuffer(bytes), bytes.toString()]).toEqual([true, "hello"]);
    const view = share(new DataView(Uint8Array.of(0, 1, 2).buffer, 1));
    expect([view.byteLength, view.getUint8(0)]).toEqual([2, 1]);
    const buffer = share(Uint8Array.of(9).buffer);
    expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(new Uint8Array(buffer)[0]).toBe(9);
    expect(share(buffer)).toBe(buffer);
  });

  test("arrays of numbers become a SharedArray, which stays what it is", () => {
    const array = share([
      [1, 2],
      [3, 4],
    ]);
    expect(array).toBeInstanceOf(SharedArray);
    expect(array.at(1, 0)).toBe(3);
    expect(share(array)).toBe(array);
  });

  test.each([[{ a: 1 }], ["text"], [new Map()], [undefined], [5]])("not %o", (value) => {
    expect(() => share(value as never)).toThrow(/Expected `value` to be a typed array, .* got/);
  });

  test("not memory that has been moved away", () => {
    const moved = new Uint8Array(4);
    structuredClone(moved, { transfer: [moved.buffer] });
    expect(() => share(moved)).toThrow("detached");
    expect(() => share(moved.buffer)).toThrow("detached");
  });
});
