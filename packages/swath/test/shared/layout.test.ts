import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSwathError } from "../../src/errors.ts";
import { faultOf, readBuffer } from "../../src/shared/layout.ts";
import { SharedArray } from "../../src/shared/shared-array.ts";

/** The buffer of a small array, changed. */
function changed(change: (head: DataView) => void): SharedArrayBuffer {
  const { buffer } = SharedArray.create("int32", [3, 4]);
  change(new DataView(buffer));
  return buffer;
}

describe("attaching to a buffer", () => {
  test("gives the same array on the same memory", () => {
    const array = SharedArray.create("float32", [2, 3]);
    const other = SharedArray.attach(array.buffer);
    expect([other.dtype, other.shape, other.strides]).toEqual(["float32", [2, 3], [3, 1]]);
    array.set(5, 1, 2);
    expect(other.at(1, 2)).toBe(5);
  });

  test("the layout is as its page says, byte by byte", () => {
    const { buffer } = SharedArray.create("float64", [3, 4]);
    const head = new DataView(buffer);
    expect(Buffer.from(new Uint8Array(buffer, 0, 8)).toString()).toBe("SWATHARR");
    expect([8, 12, 16].map((at) => head.getUint32(at, true))).toEqual([1, 12, 2]);
    const numbers = [24, 32, 40, 48, 56].map((at) => Number(head.getBigUint64(at, true)));
    expect(numbers).toEqual([64, 3, 4, 4, 1]);
    expect(buffer.byteLength).toBe(64 + 96);
  });

  test.each([
    ["no head", new SharedArrayBuffer(512), "does not begin with"],
    ["nothing", new SharedArrayBuffer(0), "too short"],
    ["another version", changed((head) => head.setUint32(8, 2, true)), "version 2"],
    ["an unknown dtype", changed((head) => head.setUint32(12, 99, true)), "dtype 99"],
    ["no axes", changed((head) => head.setUint32(16, 0, true)), "0 axes"],
    ["too many axes", changed((head) => head.setUint32(16, 33, true)), "33 axes"],
    ["a head that does not fit", changed((head) => head.setUint32(16, 32, true)), "too short"],
    ["more rows than it has", changed((head) => head.setBigUint64(32, 4n, true)), "byte 128"],
    ["a huge length", changed((head) => head.setBigUint64(32, 2n ** 63n, true)), "no lengths"],
    ["data outside", changed((head) => head.setBigUint64(24, 4096n, true)), "outside"],
    ["data that is not aligned", changed((head) => head.setBigUint64(24, 65n, true)), "aligned"],
    ["gaps in the last axis", changed((head) => head.setBigUint64(56, 2n, true)), "contiguous"],
  ])("with %s is refused", (_, buffer, text) => {
    expect(() => SharedArray.attach(buffer)).toThrow(text);
    expect(() => SharedArray.attach(buffer)).toThrow(/Cannot attach to a buffer of \d+ bytes/);
  });

  test("with any bytes is an array within them, or refused", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 12 }),
        fc.integer({ min: 0, max: 160 }),
        (changes, length) => {
          const whole = changed((head) => {
            for (const [at, byte] of changes) head.setUint8(at, byte);
          });
          const buffer = new SharedArrayBuffer(length);
          new Uint8Array(buffer).set(new Uint8Array(whole).subarray(0, length));
          try {
            expect(faultOf(readBuffer(buffer))).toBeUndefined();
          } catch (error) {
            expect(isSwathError(error, "SWATH_ARRAY_DAMAGED")).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("refuses what was not expected", () => {
    const { buffer } = SharedArray.create("int8", [2, 3]);
    expect(SharedArray.attach(buffer, { dtype: "int8", shape: [-1, 3] }).length).toBe(2);
    for (const expected of [{ dtype: "uint8" }, { shape: [2, 4] }, { shape: [6] }]) {
      expect(() => SharedArray.attach(buffer, expected as never)).toThrow(/got int8 \[2, 3\]/);
    }
  });
});
