import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unpackBits } from "../../../src/tiff/codecs/packbits.ts";

/** A plain encoder: runs of equal bytes, and literals one by one. */
function packBits(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    let end = i + 1;
    while (end < bytes.length && end - i < 128 && bytes[end] === bytes[i]) end++;
    out.push(end - i === 1 ? 0 : 257 - (end - i), bytes[i] ?? 0);
    i = end;
  }
  return Uint8Array.from(out);
}

function unpack(encoded: Uint8Array, length: number): { bytes: Uint8Array; written: number } {
  const bytes = new Uint8Array(length);
  return { written: unpackBits(encoded, bytes), bytes };
}

describe("unpackBits", () => {
  test("reads the example of the TIFF specification", () => {
    const encoded = Uint8Array.from(
      [-2, 0xaa, 2, 0x80, 0, 0x2a, -3, 0xaa, 3, 0x80, 0, 0x2a, 0x22, -9, 0xaa].map((v) => v & 255),
    );
    expect(Buffer.from(unpack(encoded, 24).bytes).toString("hex")).toBe(
      "aaaaaa80002aaaaaaaaa80002a22aaaaaaaaaaaaaaaaaaaa",
    );
  });

  test("gives back what was packed", () => {
    const runs = fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 400 })));
    fc.assert(
      fc.property(runs, (pairs) => {
        const bytes = Uint8Array.from(pairs.flatMap(([v, n]) => Array<number>(n).fill(v)));
        expect(unpack(packBits(bytes), bytes.length)).toEqual({ bytes, written: bytes.length });
      }),
    );
  });

  test("never writes past the end, whatever the input", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(200), (encoded, length) => {
        expect(unpack(encoded, length).written).toBeLessThanOrEqual(length);
      }),
    );
  });
});
