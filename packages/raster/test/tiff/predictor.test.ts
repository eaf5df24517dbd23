import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { undoFloatingPoint, undoHorizontal } from "../../src/tiff/predictor.ts";

const shape = fc.record({
  pixels: fc.integer({ min: 1, max: 37 }),
  rows: fc.integer({ min: 1, max: 4 }),
  step: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer(),
});

/** Seeded bytes at an offset that is aligned to 8 only. */
function randomBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(length + 8), 8, length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Predictor 2 as the specification puts it, on big integers. */
function doHorizontal(bytes: Uint8Array, each: number, rowSamples: number, step: number): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const get = (i: number): bigint =>
    BigInt(
      `0x${Buffer.from(view.subarray(i * each, i * each + each))
        .reverse()
        .toString("hex")}`,
    );
  for (let row = 0; row < bytes.length / each; row += rowSamples) {
    for (let i = row + rowSamples - 1; i >= row + step; i--) {
      const difference = BigInt.asUintN(each * 8, get(i) - get(i - step));
      const hex = difference.toString(16).padStart(each * 2, "0");
      view.set(Buffer.from(hex, "hex").reverse(), i * each);
    }
  }
}

/** Predictor 3: bytes sorted by significance, then differences of bytes. */
function doFloatingPoint(bytes: Uint8Array, each: number, rowSamples: number, step: number): void {
  const rowBytes = rowSamples * each;
  for (let start = 0; start < bytes.length; start += rowBytes) {
    const row = bytes.slice(start, start + rowBytes);
    for (let i = 0; i < rowSamples; i++) {
      for (let b = 0; b < each; b++) {
        bytes[start + b * rowSamples + i] = row[i * each + (each - 1 - b)] ?? 0;
      }
    }
    for (let i = rowBytes - 1; i >= step; i--) {
      bytes[start + i] = (bytes[start + i] ?? 0) - (bytes[start + i - step] ?? 0);
    }
  }
}

describe("predictors give back what was predicted", () => {
  test.each([1, 2, 4, 8] as const)("predictor 2, %i bytes a sample", (each) => {
    fc.assert(
      fc.property(shape, ({ pixels, rows, step, seed }) => {
        const original = randomBytes(pixels * step * rows * each, seed);
        const bytes = randomBytes(original.length, seed);
        doHorizontal(bytes, each, pixels * step, step);
        undoHorizontal(bytes, each, pixels * step, step);
        expect(bytes).toEqual(original);
      }),
    );
  });

  test.each([4, 8] as const)("predictor 3, %i bytes a sample", (each) => {
    fc.assert(
      fc.property(shape, ({ pixels, rows, step, seed }) => {
        const rowSamples = pixels * step;
        const original = randomBytes(rowSamples * rows * each, seed);
        const bytes = randomBytes(original.length, seed);
        doFloatingPoint(bytes, each, rowSamples, step);
        undoFloatingPoint(bytes, each, rowSamples, step, new Uint8Array(rowSamples * each));
        expect(bytes).toEqual(original);
      }),
    );
  });
});
