import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { sourceDigest } from "../../../../scripts/build-jpeg-decoder.mjs";
import { SOURCE_DIGEST } from "../../src/jpeg/decoder-wasm.ts";
import { readJpegHeader } from "../../src/jpeg/header.ts";
import { JpegDecoder } from "../../src/jpeg/jpeg-decoder.ts";
import { jpeg, picture } from "../made-images.ts";
import { HALF_WIDTH_CHROMA, WITH_RESTARTS } from "./fixtures.ts";

const decoder = JpegDecoder.create() as JpegDecoder;

function load(bytes: Uint8Array) {
  const input = decoder.input(bytes.length);
  input.set(bytes);
  return readJpegHeader(input);
}

/** RGB, or undefined where sharp has to see to the file. */
function decode(bytes: Uint8Array): Uint8Array | undefined {
  const header = load(bytes);
  if (header === undefined || header.width * header.height > 1e6) return undefined;
  const target = new Uint8Array(5 + 3 * header.width * header.height);
  return decoder.decode(header, bytes.length, target, 5) ? target.subarray(5) : undefined;
}

async function bySharp(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes).toColourspace("srgb").raw().toBuffer();
}

test("the WebAssembly was made of the sources beside it", () => {
  expect(SOURCE_DIGEST).toBe(sourceDigest());
});

describe("every pixel is that of sharp", () => {
  const sizes = [
    [16, 1],
    [17, 33],
    [61, 41],
    [64, 64],
    [200, 171],
    [431, 97],
  ] as const;
  const samplings = ["4:2:0", "4:4:4"] as const;
  test.each(sizes.flatMap(([w, h]) => samplings.map((s) => [w, h, s] as const)))(
    "%i x %i, %s",
    async (width, height, chromaSubsampling) => {
      for (const quality of [12, 75, 100]) {
        const bytes = await jpeg(width, height, quality, { quality, chromaSubsampling });
        expect(Buffer.compare(decode(bytes) as Uint8Array, await bySharp(bytes))).toBe(0);
      }
    },
  );

  test.each([
    ["chroma at half the width", HALF_WIDTH_CHROMA],
    ["restart markers", WITH_RESTARTS],
  ])("%s", async (_, bytes) => {
    expect(Buffer.compare(decode(bytes) as Uint8Array, await bySharp(bytes))).toBe(0);
  });

  test("gray", async () => {
    const bytes = await picture(99, 70).grayscale().jpeg().toBuffer();
    expect(Buffer.compare(decode(bytes) as Uint8Array, await bySharp(bytes))).toBe(0);
  });

  test("standard codes, and optimised ones of another file after them", async () => {
    for (const optimiseCoding of [false, true, false]) {
      const bytes = await jpeg(120, 90, 3, { optimiseCoding });
      expect(Buffer.compare(decode(bytes) as Uint8Array, await bySharp(bytes))).toBe(0);
    }
  });
});

describe("at one eighth", () => {
  test.each([
    [1200, 900, "4:2:0"],
    [1203, 997, "4:2:0"],
    [1203, 997, "4:4:4"],
  ] as const)(
    "a thumbnail of %i x %i, %s, has the pixels of sharp's shrink-on-load",
    async (width, height, chromaSubsampling) => {
      const bytes = await jpeg(width, height, 1, { chromaSubsampling });
      const header = load(bytes);
      const eighth = decoder.decodeEighth(header as never, bytes.length);
      expect(eighth).toMatchObject({ width: width >> 3, height: height >> 3 });
      const { data, ...size } = eighth as NonNullable<typeof eighth>;
      const ours = sharp(Buffer.from(data), { raw: { ...size, channels: 3 } });
      const box = [96, 96, { fit: "inside" }] as const;
      const expected = await sharp(bytes)
        .resize(...box)
        .raw()
        .toBuffer();
      expect(
        Buffer.compare(
          await ours
            .resize(...box)
            .raw()
            .toBuffer(),
          expected,
        ),
      ).toBe(0);
    },
  );
});

describe("what is left to sharp", () => {
  test("progressive, CMYK, with a profile, narrower than 16 pixels, no JPEG", async () => {
    const others = [
      await jpeg(60, 40, 0, { progressive: true }),
      await picture(60, 40).toColourspace("cmyk").jpeg().toBuffer(),
      await picture(60, 40).withIccProfile("p3").jpeg().toBuffer(),
      await jpeg(15, 40),
      await picture(60, 40).png().toBuffer(),
      Buffer.from("hello"),
      Buffer.alloc(0),
    ];
    for (const bytes of others) expect(load(bytes)).toBeUndefined();
  });

  test("a file that is cut off anywhere", async () => {
    const bytes = await jpeg(70, 50);
    for (let length = 0; length < bytes.length; length++) {
      expect(decode(bytes.subarray(0, length))).toBeUndefined();
    }
  });

  test("a damaged file neither throws nor hurts the next", async () => {
    const good = await jpeg(90, 70, 5);
    const expected = await bySharp(good);
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        decode(bytes);
        const header = load(bytes);
        if (header !== undefined && header.width * header.height < 1e6) {
          decoder.decodeEighth(header, bytes.length);
        }
        return Buffer.compare(decode(good) as Uint8Array, expected) === 0;
      }),
      { numRuns: 400 },
    );
  });
});
