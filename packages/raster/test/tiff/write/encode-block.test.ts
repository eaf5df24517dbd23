import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCreationOptions } from "../../../src/tiff/write/creation-options.ts";
import { encodeBlock } from "../../../src/tiff/write/encode-block.ts";
import { encodeLzw } from "../../../src/tiff/write/encode-lzw.ts";
import { encodePackBits } from "../../../src/tiff/write/encode-packbits.ts";
import { planTiffOutput, type TiffOutput } from "../../../src/tiff/write/plan.ts";
import { generator } from "./sample-raster.ts";
import { decodeLzw, decodePackBits } from "./tiny-tiff.ts";

function plan(output: Partial<TiffOutput>, ...creation: string[]) {
  const defaults = { path: "x.tif", width: 64, height: 64, dtype: "int16" as const };
  return planTiffOutput({
    ...defaults,
    ...output,
    creation: parseCreationOptions(["BLOCKXSIZE=64", "BLOCKYSIZE=64", ...creation]),
  });
}

/** Bytes with runs, repeats and noise. */
const bytes = fc
  .array(
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 300 })),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([part, times]) =>
        Array(times)
          .fill([...part])
          .flat(),
      ),
    ),
  );

function noise(length: number): Uint8Array {
  const random = generator(length);
  return new Uint8Array(length).map(() => random() >>> 9);
}

describe("encodeBlock", () => {
  it.each([
    "COMPRESS=NONE",
    "COMPRESS=DEFLATE",
    "PREDICTOR=2",
    "COMPRESS=LZW",
    "COMPRESS=PACKBITS",
  ])("returns memory of its own, and leaves the pixels alone: %s", (creation) => {
    for (const order of ["ENDIANNESS=LITTLE", "ENDIANNESS=BIG"]) {
      const it = plan({}, creation, order);
      // A view in the middle of something larger, at an odd byte.
      const pixels = new Uint8Array(it.blockBytes + 10).subarray(3, -7);
      pixels.set(noise(it.blockBytes));
      const before = pixels.slice();
      const encoded = encodeBlock(it, pixels);
      const again = encodeBlock(it, pixels);
      expect(pixels).toEqual(before);
      expect(encoded).toEqual(again);
      expect(encoded.buffer).not.toBe(again.buffer);
      expect(encoded.buffer).not.toBe(pixels.buffer);
      expect(encoded.byteLength).toBe(encoded.buffer.byteLength);
      const length = encoded.length;
      expect(structuredClone(encoded, { transfer: [encoded.buffer] })).toHaveLength(length);
    }
  });

  it("does not depend on what was encoded before", () => {
    const it = plan({}, "PREDICTOR=2");
    const large = plan({ dtype: "float64" }, "PREDICTOR=3");
    const pixels = noise(it.blockBytes);
    const first = encodeBlock(it, pixels);
    encodeBlock(large, noise(large.blockBytes));
    expect(encodeBlock(it, pixels)).toEqual(first);
  });

  it("leaves out blocks of nothing but nodata, only when asked to", () => {
    for (const dtype of ["int16", "float32"] as const) {
      const nodata = dtype === "int16" ? -32_768 : Number.NaN;
      const sparse = plan({ dtype, nodata }, "SPARSE_OK=TRUE");
      const pixels = dtype === "int16" ? new Int16Array(4096) : new Float32Array(4096);
      const block = new Uint8Array(pixels.buffer);
      expect(encodeBlock(sparse, block)).not.toHaveLength(0);
      pixels.fill(nodata);
      expect(encodeBlock(sparse, block)).toHaveLength(0);
      expect(encodeBlock(plan({ dtype, nodata }), block)).not.toHaveLength(0);
      pixels[4095] = 0;
      expect(encodeBlock(sparse, block)).not.toHaveLength(0);
    }
  });

  it("takes a short last strip, and nothing that is not whole rows", () => {
    const strips = planTiffOutput({
      path: "x.tif",
      width: 10,
      height: 25,
      dtype: "uint8",
      creation: parseCreationOptions(["TILED=NO", "BLOCKYSIZE=10"]),
    });
    expect(inflateSync(encodeBlock(strips, new Uint8Array(50).fill(7)))).toEqual(
      Buffer.alloc(50, 7),
    );
    for (const length of [0, 15, 110]) {
      expect(() => encodeBlock(strips, new Uint8Array(length))).toThrow("100 bytes");
    }
    expect(() => encodeBlock(plan({}), new Uint8Array(64))).toThrow("8192 bytes");
  });
});

describe("encodeLzw", () => {
  it("is undone by the decoder of the specification", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(decodeLzw(encodeLzw(input))).toEqual(input);
      }),
    );
  });

  it("survives noise that fills the table again and again", () => {
    for (const length of [1, 2, 253, 254, 255, 3835, 3836, 3837, 3838, 7672, 7673, 60_000]) {
      expect(decodeLzw(encodeLzw(noise(length))), `${length} bytes`).toEqual(noise(length));
    }
  });

  it("survives every length around the changes of code width", () => {
    const input = noise(4200);
    for (let length = 1; length < 4200; length += 1) {
      const part = input.subarray(0, length);
      if (length > 300 && length % 64 > 6) continue;
      expect(decodeLzw(encodeLzw(part))).toEqual(part);
    }
  });
});

describe("encodePackBits", () => {
  it("is undone by the decoder of the specification, for any row length", () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 700 }), (input, rowBytes) => {
        const whole = new Uint8Array(Math.ceil(input.length / rowBytes) * rowBytes);
        whole.set(input);
        expect(decodePackBits(encodePackBits(whole, rowBytes), whole.length)).toEqual(whole);
      }),
    );
  });

  it("never grows by more than one byte in 128, rounded up by row", () => {
    const alternating = new Uint8Array(1280).map((_, i) => (i % 3 === 0 ? 1 : 0));
    expect(encodePackBits(alternating, 128).length).toBeLessThanOrEqual(1290);
  });
});
