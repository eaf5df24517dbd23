import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BYTES_PER_PIXEL, type DType } from "../../../src/dtype.ts";
import type { GeoTag } from "../../../src/tiff/image.ts";
import { openTiff } from "../../../src/tiff/open.ts";
import { parseCreationOptions } from "../../../src/tiff/write/creation-options.ts";
import { planTiffOutput, type TiffOutput } from "../../../src/tiff/write/plan.ts";
import { CAN_WRITE_ZSTD } from "../../../src/tiff/write/zstd.ts";
import {
  askRasterio,
  GDALINFO_ABSENT,
  gdalinfo,
  HAS_GDALINFO,
  PYTHON_WITH_RASTERIO,
  RASTERIO_ABSENT,
} from "./gdal.ts";
import { sampleBands, writeBands } from "./sample-raster.ts";
import { readTinyTags, readTinyTiff } from "./tiny-tiff.ts";

const folder = mkdtempSync(join(tmpdir(), "swath-tiff-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Case {
  readonly dtype: DType;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly creation: readonly string[];
}

const DTYPES = Object.keys(BYTES_PER_PIXEL) as readonly DType[];
const COMPRESSIONS = ["NONE", "DEFLATE", "LZW", "PACKBITS", ...(CAN_WRITE_ZSTD ? ["ZSTD"] : [])];
const ZSTD_ABSENT = CAN_WRITE_ZSTD ? "" : " (ZSTD skipped: this Node cannot compress it)";

const CASES: readonly Case[] = [
  ...DTYPES.flatMap((dtype) =>
    COMPRESSIONS.map((name) => one(dtype, 257, 255, [`COMPRESS=${name}`])),
  ),
  ...DTYPES.flatMap((dtype) =>
    predictorsOf(dtype).flatMap((options) => withPredictor(dtype, options)),
  ),
  ...DTYPES.map((dtype) => one(dtype, 1, 1, ["BIGTIFF=YES"])),
  one("uint8", 1, 1, []),
  one("uint8", 1, 1, ["TILED=NO"]),
  one("int16", 16, 100_000, []),
  one("int16", 16, 100_000, ["TILED=NO"]),
  one("int16", 16, 100_000, ["TILED=NO", "BLOCKYSIZE=1", "COMPRESS=LZW", "BIGTIFF=YES"]),
  one("uint8", 100_000, 3, ["TILED=NO", "COMPRESS=NONE"]),
  one("float32", 300, 200, ["BLOCKXSIZE=16", "BLOCKYSIZE=512", "ZLEVEL=9"]),
  one("uint16", 257, 255, ["TILED=NO", "BLOCKYSIZE=100", "COMPRESS=NONE", "ENDIANNESS=BIG"]),
  ...["PIXEL", "BAND"].flatMap((interleave) =>
    ["COMPRESS=NONE", "PREDICTOR=2", "PREDICTOR=3"].flatMap((option) =>
      ["TILED=YES", "TILED=NO"].map((tiled) => ({
        dtype: (option === "PREDICTOR=3" ? "float32" : "uint16") as DType,
        width: 70,
        height: 45,
        bands: 3,
        creation: [`INTERLEAVE=${interleave}`, option, tiled],
      })),
    ),
  ),
];

function one(dtype: DType, width: number, height: number, creation: readonly string[]): Case {
  return { dtype, width, height, bands: 1, creation };
}

function predictorsOf(dtype: DType): readonly string[] {
  if (dtype === "float64") return ["PREDICTOR=3"];
  return dtype === "float32" ? ["PREDICTOR=2", "PREDICTOR=3"] : ["PREDICTOR=2"];
}

function withPredictor(dtype: DType, predictor: string): readonly Case[] {
  return ["ENDIANNESS=LITTLE", "ENDIANNESS=BIG"].flatMap((order) =>
    COMPRESSIONS.filter((name) => name !== "NONE" && name !== "PACKBITS").map((name) =>
      one(dtype, 100, 90, [`COMPRESS=${name}`, predictor, order, "BLOCKXSIZE=64", "BLOCKYSIZE=32"]),
    ),
  );
}

function titleOf({ dtype, width, height, bands, creation }: Case): string {
  return `${dtype} ${width} x ${height} x ${bands} ${creation.join(" ")}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe(`every layout, type and compression${ZSTD_ABSENT}`, () => {
  const files = CASES.map((layout, index) => ({
    layout,
    path: join(folder, `${index}.tif`),
    hashes: [] as readonly string[],
  }));

  beforeAll(async () => {
    for (const file of files) {
      const { dtype, width, height, bands, creation } = file.layout;
      const plan = planTiffOutput({
        ...file.layout,
        path: file.path,
        creation: parseCreationOptions(creation),
      });
      const pixels = sampleBands(dtype, width, height, bands);
      await writeBands(plan, pixels);
      file.hashes = pixels.map(sha256);
    }
  });

  it("gives its pixels back to a strict reader of another make", () => {
    for (const { layout, path, hashes } of files) {
      const tiff = readTinyTiff(path);
      expect(tiff.bands.map(sha256), titleOf(layout)).toEqual(hashes);
      expect(tiff.bigTiff).toBe(layout.creation.includes("BIGTIFF=YES"));
      expect(tiff.littleEndian).toBe(!layout.creation.includes("ENDIANNESS=BIG"));
    }
  });

  it("lays blocks one after the other, without gap, to the end of the file", () => {
    for (const { layout, path } of files) {
      const { blockOffsets, blockByteCounts, byteLength } = readTinyTiff(path);
      const ends = blockOffsets.map((offset, i) => offset + (blockByteCounts[i] as number));
      expect(blockOffsets.slice(1), titleOf(layout)).toEqual(ends.slice(0, -1));
      expect(ends.at(-1)).toBe(byteLength);
    }
  });

  it.skipIf(!PYTHON_WITH_RASTERIO)(
    `opens in GDAL with the same pixels, type and layout${RASTERIO_ABSENT}`,
    () => {
      const answers = askRasterio(files.map(({ path }) => path));
      files.forEach(({ layout, path, hashes }, index) => {
        const answer = answers[index];
        const plan = planTiffOutput({
          ...layout,
          path,
          creation: parseCreationOptions(layout.creation),
        });
        const title = titleOf(layout);
        expect(answer?.sha256, title).toEqual(hashes);
        expect(answer, title).toMatchObject({
          width: layout.width,
          height: layout.height,
          count: layout.bands,
          dtype: layout.dtype,
          nodata: null,
          crs: null,
          compression: plan.compression === "none" ? null : plan.compression.toUpperCase(),
          // GDAL shows a single uncompressed strip as several ("strip chopping").
          block: plan.blockCount === 1 ? expect.anything() : [plan.blockHeight, plan.blockWidth],
        });
      });
    },
  );
});

const GEO_TAGS: readonly GeoTag[] = [
  { tag: 33_550, type: 12, values: [30, 30, 0] },
  { tag: 33_922, type: 12, values: [0, 0, 0, 440_720, 3_751_320, 0] },
  {
    tag: 34_735,
    type: 3,
    values: [1, 1, 0, 4, 1024, 0, 1, 1, 1025, 0, 1, 1, 1026, 34_737, 22, 0, 3072, 0, 1, 26_711],
  },
  { tag: 34_737, type: 2, values: "NAD27 / UTM zone 11 N|" },
];

/** A class raster with everything that a map needs. */
function classMap(path: string): TiffOutput {
  return {
    path,
    width: 300,
    height: 200,
    dtype: "uint8",
    nodata: 255,
    georeference: { tags: GEO_TAGS },
    colorTable: [0xffffff, 0x00ff00, 0xff8000, 0x123456],
    metadata: [
      { name: "TITLE", value: 'risk < 3 & "none" ☂' },
      { name: "DESCRIPTION", value: "fire risk", band: 0, role: "description" },
    ],
  };
}

describe("what belongs to the pixels", () => {
  const path = join(folder, "map.tif");
  const pixels = new Uint8Array(300 * 200).map((_, i) => (i % 300 < 20 ? 255 : (i >> 5) % 4));

  beforeAll(() => writeBands(planTiffOutput(classMap(path)), [pixels]));

  it("is in the tags, each as it should be", () => {
    const { entries } = readTinyTiff(path);
    for (const { tag, type, values } of GEO_TAGS) {
      const entry = entries.get(tag);
      expect(entry?.type).toBe(type);
      expect(type === 2 ? entry?.text : entry?.values).toEqual(values);
    }
    expect(entries.get(42_113)?.text).toBe("255");
    expect(entries.get(262)?.values).toEqual([3]);
    expect(entries.get(320)?.values).toHaveLength(768);
    expect(entries.get(320)?.values.slice(0, 5)).toEqual([65_535, 0, 65_535, 0x12 * 257, 0]);
    expect(entries.get(42_112)?.text).toContain(
      "risk &amp;lt; 3 &amp;amp; &amp;quot;none&amp;quot; ☂",
    );
  });

  it("keeps georeferencing texts byte by byte: the GeoKeys point into them", async () => {
    const copy = join(folder, "latin.tif");
    const texts: GeoTag = { tag: 34_737, type: 2, values: "R\xe9seau g\xe9od\xe9sique|\0a|\0" };
    const georeference = { tags: [...GEO_TAGS.slice(0, 3), texts] };
    await writeBands(planTiffOutput({ ...classMap(copy), georeference }), [pixels]);
    expect(openTiff(copy).georeference.tags.at(-1)).toEqual(texts);
  });

  it.skipIf(!HAS_GDALINFO)(`is understood by gdalinfo, without a warning${GDALINFO_ABSENT}`, () => {
    const { info, warnings } = gdalinfo(path);
    const band = info.bands[0];
    expect(warnings).toBe("");
    expect(info.size).toEqual([300, 200]);
    expect(info.geoTransform).toEqual([440_720, 30, 0, 3_751_320, 0, -30]);
    expect(info.coordinateSystem?.wkt).toContain('ID["EPSG",26711]');
    expect(info.metadata[""]).toMatchObject({
      TITLE: 'risk < 3 & "none" ☂',
      AREA_OR_POINT: "Area",
    });
    expect(info.metadata["IMAGE_STRUCTURE"]).toMatchObject({ COMPRESSION: "DEFLATE" });
    expect(band).toMatchObject({
      type: "Byte",
      block: [256, 256],
      noDataValue: 255,
      colorInterpretation: "Palette",
      checksum: gdalChecksum(pixels),
    });
    expect(band?.colorTable?.entries.slice(0, 4).map((entry) => entry.slice(0, 3))).toEqual([
      [255, 255, 255],
      [0, 255, 0],
      [255, 128, 0],
      [0x12, 0x34, 0x56],
    ]);
  });

  it.skipIf(!PYTHON_WITH_RASTERIO)(`is understood by rasterio${RASTERIO_ABSENT}`, async () => {
    const nodata: readonly (readonly [DType, number, number | string])[] = [
      ["int16", -32_768, -32_768],
      ["float32", Number.NaN, "nan"],
      ["float32", -3.4e38, Math.fround(-3.4e38)],
      ["float64", 0.1, 0.1],
      ["uint32", 4_294_967_295, 4_294_967_295],
    ];
    const paths = nodata.map((_, i) => join(folder, `nodata-${i}.tif`));
    for (const [i, [dtype, value]] of nodata.entries()) {
      const output = { path: paths[i] as string, width: 5, height: 4, dtype, nodata: value };
      await writeBands(planTiffOutput(output), sampleBands(dtype, 5, 4));
    }
    const [map, ...answers] = askRasterio([path, ...paths]);
    expect(map?.descriptions).toEqual(["fire risk"]);
    expect(map?.colormap?.["2"]).toEqual([255, 128, 0, 255]);
    expect(map?.colormap?.["255"]).toEqual([0, 0, 0, 0]); // nodata is transparent
    expect(answers.map((answer) => answer.nodata)).toEqual(
      nodata.map(([, , expected]) => expected),
    );
  });

  it("leaves georeferencing out where none was given", async () => {
    const bare = join(folder, "bare.tif");
    await writeBands(
      planTiffOutput({ path: bare, width: 3, height: 2, dtype: "uint8" }),
      sampleBands("uint8", 3, 2),
    );
    expect([...readTinyTiff(bare).entries.keys()].filter((tag) => tag > 339)).toEqual([]);
  });
});

/** GDAL's checksum of a band of bytes. */
function gdalChecksum(pixels: Uint8Array): number {
  const primes = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43];
  return pixels.reduce((sum, value, i) => (sum + (value % (primes[i % 11] as number))) & 0xffff, 0);
}

const repository = resolve(import.meta.dirname, "../../../../..");
const data = process.env["SWATH_TEST_DATA"] ?? resolve(repository, "../shared/data");
const real = join(data, "raster-real");
const REAL_ABSENT = existsSync(real) ? "" : " (skipped: ../shared/data/raster-real is absent)";

describe(`georeferencing of real files${REAL_ABSENT}${RASTERIO_ABSENT}`, () => {
  it.skipIf(REAL_ABSENT !== "" || !PYTHON_WITH_RASTERIO)(
    "is copied so that GDAL sees the same place and coordinate system",
    async () => {
      const sources = readdirSync(real)
        .filter((name) => /\.tiff?$/.test(name))
        .map((name) => join(real, name));
      const copies: string[] = [];
      for (const [i, source] of sources.entries()) {
        const path = join(folder, `copy-${i}.tif`);
        const { width, height, tags } = geoTagsOf(source);
        const creation = parseCreationOptions(i % 2 === 0 ? [] : ["BIGTIFF=YES", "ENDIANNESS=BIG"]);
        const output = { path, width, height, dtype: "uint8" as const, creation };
        const plan = planTiffOutput({ ...output, georeference: { tags } });
        await writeBands(plan, [new Uint8Array(width * height)]);
        copies.push(path);
      }
      const expected = askRasterio(sources);
      askRasterio(copies).forEach((answer, i) => {
        expect(answer.transform, sources[i]).toEqual(expected[i]?.transform);
        expect(answer.crs, sources[i]).toEqual(expected[i]?.crs);
        expect(answer.tags["AREA_OR_POINT"], sources[i]).toEqual(
          expected[i]?.tags["AREA_OR_POINT"],
        );
      });
    },
    120_000,
  );
});

function geoTagsOf(path: string) {
  const entries = readTinyTags(path);
  const tags = [33_550, 33_922, 34_264, 34_735, 34_736, 34_737].flatMap((tag): GeoTag[] => {
    const entry = entries.get(tag);
    if (entry === undefined) return [];
    const type = entry.type as GeoTag["type"];
    return [{ tag, type, values: type === 2 ? entry.text : entry.values }];
  });
  // Large rasters are cut: only the place of their corner matters.
  const cut = (tag: number) => Math.min(500, entries.get(tag)?.values[0] ?? 1);
  return { width: cut(256), height: cut(257), tags };
}
