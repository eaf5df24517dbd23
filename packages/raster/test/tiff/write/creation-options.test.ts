import { describe, expect, it } from "vitest";
import {
  CREATION_OPTIONS,
  parseCreationOptions,
} from "../../../src/tiff/write/creation-options.ts";
import { CAN_WRITE_ZSTD } from "../../../src/tiff/write/zstd.ts";

function messageFor(...pairs: string[]): string {
  try {
    parseCreationOptions(pairs);
  } catch (error) {
    expect(error).toMatchObject({ code: "SWATH_INVALID_OPTION" });
    return (error as Error).message;
  }
  throw new Error(`${pairs.join(" ")} was taken`);
}

describe("parseCreationOptions", () => {
  it("gives tiles with deflate at level 1 for nothing", () => {
    expect(parseCreationOptions()).toEqual({
      compression: "deflate",
      level: 1,
      predictor: 1,
      tiled: true,
      blockXSize: undefined,
      blockYSize: undefined,
      bigTiff: "if-safer",
      byteOrder: "little",
      interleave: "pixel",
      sparse: false,
    });
  });

  it("takes keys and words in any case", () => {
    const options = parseCreationOptions(["compress=Lzw", "Tiled=false", "BIGTIFF=if_needed"]);
    expect(options).toMatchObject({ compression: "lzw", tiled: false, bigTiff: "if-needed" });
  });

  it("has no level for a compression without levels", () => {
    expect(parseCreationOptions(["COMPRESS=LZW"]).level).toBe(0);
    expect(parseCreationOptions(["ZLEVEL=9"]).level).toBe(9);
  });

  it("names all keys when it refuses one", () => {
    const message = messageFor("COMPRESSION=LZW");
    for (const key of Object.keys(CREATION_OPTIONS)) expect(message).toContain(key);
  });

  it.each([
    ["COMPRESS=JPEG", "NONE, DEFLATE, ZSTD, LZW or PACKBITS"],
    ["COMPRESS=", "NONE, DEFLATE, ZSTD, LZW or PACKBITS"],
    ["COMPRESS=constructor", "NONE, DEFLATE, ZSTD, LZW or PACKBITS"],
    ["toString=1", "one of COMPRESS"],
    ["PREDICTOR=4", "1, 2 or 3"],
    ["TILED=MAYBE", "YES or NO"],
    ["BLOCKXSIZE=-16", "from 1 up"],
    ["BLOCKXSIZE=1e3", "from 1 up"],
    ["BLOCKXSIZE=99999999999", "from 1 up"],
    ["BLOCKXSIZE=100", "Try 112, or TILED=NO"],
    ["ZLEVEL=0", "from 1 to 9"],
    ["ZLEVEL=10", "from 1 to 9"],
    ["BIGTIFF=SOMETIMES", "YES, NO, IF_NEEDED or IF_SAFER"],
    ["TILED", "KEY=VALUE"],
    ["=NO", "KEY=VALUE"],
    ["NUM_THREADS=ALL_CPUS", "`workers`"],
  ])("refuses %s and says what is known", (pair, part) => {
    expect(messageFor(pair)).toContain(part);
  });

  it("refuses what could have no effect", () => {
    expect(messageFor("COMPRESS=LZW", "ZLEVEL=6")).toContain("with COMPRESS=DEFLATE only");
    expect(messageFor("ZSTD_LEVEL=6")).toContain("with COMPRESS=ZSTD only");
    expect(messageFor("COMPRESS=NONE", "PREDICTOR=2")).toContain("unless COMPRESS is");
    expect(messageFor("TILED=NO", "tiled=YES")).toContain("given once");
  });

  it.skipIf(CAN_WRITE_ZSTD)("refuses ZSTD before any work, where Node cannot compress it", () => {
    expect(messageFor("COMPRESS=ZSTD")).toMatch(/22\.15.*Use COMPRESS=DEFLATE or a newer Node/);
  });

  it.skipIf(!CAN_WRITE_ZSTD)("takes ZSTD with its own levels, where Node can compress it", () => {
    const options = parseCreationOptions(["COMPRESS=ZSTD", "ZSTD_LEVEL=22"]);
    expect(options).toMatchObject({ compression: "zstd", level: 22 });
  });
});
