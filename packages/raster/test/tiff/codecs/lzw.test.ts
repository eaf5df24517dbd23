import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unpackLzw } from "../../../src/tiff/codecs/lzw.ts";
import { packLzw } from "./pack-lzw.ts";

const starts = new Uint32Array(4096);
const lengths = new Uint32Array(4096);

function unpack(encoded: Uint8Array, length: number): { bytes: Uint8Array; written: number } {
  const bytes = new Uint8Array(length);
  return { written: unpackLzw(encoded, bytes, starts, lengths), bytes };
}

describe("unpackLzw", () => {
  test("gives back what was packed, for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
        expect(unpack(packLzw(bytes), bytes.length)).toEqual({ bytes, written: bytes.length });
      }),
    );
  });

  test("gives back long repetitive input, through many table resets", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 255 }),
        (pattern, noise) => {
          const bytes = Uint8Array.from({ length: 60_000 }, (_, i) =>
            i % 977 < noise ? (i * i) & 0xff : (pattern[i % pattern.length] ?? 0),
          );
          expect(unpack(packLzw(bytes), bytes.length)).toEqual({ bytes, written: bytes.length });
        },
      ),
      { numRuns: 20 },
    );
  });

  test("cuts off what is too much", () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 3);
    const { bytes: cut, written } = unpack(packLzw(bytes), 500);
    expect(written).toBe(500);
    expect(cut).toEqual(bytes.subarray(0, 500));
  });

  test("stops where the input ends, and says how far it came", () => {
    const packed = packLzw(Uint8Array.from({ length: 1000 }, (_, i) => i % 251));
    expect(unpack(packed.subarray(0, packed.length >> 1), 1000).written).toBeLessThan(1000);
  });

  test("never writes past the end nor hangs, whatever the input", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (encoded) => {
        try {
          expect(unpack(encoded, 2000).written).toBeLessThanOrEqual(2000);
        } catch (error) {
          expect(String(error)).toMatch(/code \d+ is not defined yet/);
        }
      }),
    );
  });
});
