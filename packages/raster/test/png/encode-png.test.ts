import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { crc32 } from "../../src/png/crc32.ts";
import { encodePng } from "../../src/png/encode-png.ts";
import { readTinyPng } from "./tiny-png.ts";

const palette = [0xffffff, 0x00ff00, 0xff8000, 0x123456];

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "swath-png-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe("encodePng", () => {
  it("gives every pixel back, for every kind and size", () => {
    const kinds = { gray: 1, rgb: 3, rgba: 4 } as const;
    fc.assert(
      fc.property(
        fc.constantFrom("gray" as const, "rgb" as const, "rgba" as const),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        (kind, width, height, values) => {
          const length = width * height * kinds[kind];
          const pixels = Uint8Array.from(values.take(length));
          const png = readTinyPng(encodePng({ kind, width, height, pixels }));
          expect(png).toMatchObject({ width, height, chunks: ["IHDR", "IDAT", "IEND"] });
          expect(png.pixels).toEqual(pixels);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("writes a palette, with transparency only where something is transparent", () => {
    const pixels = Uint8Array.of(0, 1, 2, 3, 2, 1);
    const image = { kind: "indexed", width: 3, height: 2, pixels, palette } as const;
    const opaque = readTinyPng(encodePng({ ...image, alpha: new Uint8Array(4).fill(255) }));
    expect(opaque.chunks).toEqual(["IHDR", "PLTE", "IDAT", "IEND"]);
    expect(opaque.palette).toEqual(palette);
    expect(opaque.pixels).toEqual(pixels);
    const alpha = Uint8Array.of(255, 255, 255, 0, 9, 9); // longer than the palette: cut
    const clear = readTinyPng(encodePng({ ...image, alpha }));
    expect(clear.chunks).toEqual(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
    expect(clear.transparency).toEqual([255, 255, 255, 0]);
  });

  it("refuses what does not fit together", () => {
    const pixels = new Uint8Array(4);
    const square = { width: 2, height: 2, pixels };
    expect(() => encodePng({ ...square, kind: "gray", width: 0 })).toThrow("width");
    expect(() => encodePng({ ...square, kind: "rgb" })).toThrow("`pixels.length` to be 12");
    expect(() => encodePng({ ...square, kind: "indexed", palette: [] })).toThrow("palette.length");
    pixels[3] = 4;
    expect(() => encodePng({ ...square, kind: "indexed", palette })).toThrow("indexes below 4");
  });

  const hasGdal = spawnSync("gdalinfo", ["--version"]).status === 0;
  it.skipIf(!hasGdal)("opens in GDAL without a warning (skipped where gdalinfo is absent)", () => {
    const path = join(scratchFolder(), "a.png");
    const pixels = new Uint8Array(300 * 100).map((_, i) => (i >> 5) % 4);
    const alpha = Uint8Array.of(255, 255, 255, 0);
    writeFileSync(
      path,
      encodePng({ kind: "indexed", width: 300, height: 100, pixels, palette, alpha }),
    );
    const run = spawnSync("gdalinfo", ["-json", "-checksum", path], {
      encoding: "utf8",
      env: { ...process.env, GDAL_PAM_ENABLED: "NO" },
    });
    const info = JSON.parse(run.stdout);
    expect(run.stderr).toBe("");
    expect(info.size).toEqual([300, 100]);
    expect(info.bands[0].colorTable.entries).toEqual([
      [255, 255, 255, 255],
      [0, 255, 0, 255],
      [255, 128, 0, 255],
      [0x12, 0x34, 0x56, 0],
    ]);
    const primes = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43];
    const checksum = pixels.reduce((sum, v, i) => (sum + (v % (primes[i % 11] ?? 1))) & 0xffff, 0);
    expect(info.bands[0].checksum).toBe(checksum);
  });
});

describe("crc32", () => {
  it("gives the check value of the catalogue", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});
