import { describe, expect, test } from "vitest";
import { readJpegHeader } from "../../src/jpeg/header.ts";
import { readOrientation } from "../../src/jpeg/orientation.ts";
import { picture } from "../made-images.ts";

describe("the orientation in EXIF", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("%i is read from a JPEG", async (orientation) => {
    const bytes = await picture(60, 40).withMetadata({ orientation }).jpeg().toBuffer();
    // With its profile a picture is left to sharp; without, its orientation counts.
    const plain = await picture(60, 40).withExif({}).jpeg().toBuffer();
    expect(readJpegHeader(plain)?.orientation ?? 1).toBe(1);
    const at = bytes.indexOf("Exif\0\0");
    expect(readOrientation(bytes.subarray(at + 6))).toBe(orientation);
  });

  test("in both byte orders, as one short number and nothing else", () => {
    const little = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0];
    const big = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0];
    expect(readOrientation(Uint8Array.from(little))).toBe(6);
    expect(readOrientation(Uint8Array.from(big))).toBe(6);
    const with_ = (at: number, value: number) => Uint8Array.from(little.with(at, value));
    expect(readOrientation(with_(18, 9))).toBeUndefined();
    expect(readOrientation(with_(18, 0))).toBeUndefined();
    expect(readOrientation(with_(12, 4))).toBeUndefined();
    expect(readOrientation(with_(8, 200))).toBeUndefined();
    expect(readOrientation(with_(10, 0x13))).toBe(1);
    for (let length = 0; length < little.length; length++) {
      expect(readOrientation(Uint8Array.from(little.slice(0, length)))).toBeUndefined();
    }
  });
});
