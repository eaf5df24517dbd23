import { afterAll, describe, expect, test } from "vitest";
import { openTiff } from "../../src/tiff/open.ts";
import { metadataXml } from "../../src/tiff/write/metadata-xml.ts";
import { grayTags, PIXELS_AT, Scratch, type TinyTag, text, tinyTiff } from "./tiny-tiff.ts";

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

const PIXELS = new Uint8Array(12);
const open = (...tags: TinyTag[]) =>
  openTiff(scratch.write(tinyTiff([grayTags(4, 3, tags)], PIXELS)));

describe("headers of every form", () => {
  test.each([
    [true, false],
    [true, true],
    [false, false],
    [false, true],
  ])("little-endian %s, BigTIFF %s", (littleEndian, bigTiff) => {
    const bytes = tinyTiff([grayTags(4, 3)], PIXELS, { littleEndian, bigTiff });
    const { image } = openTiff(scratch.write(bytes));
    expect(image).toMatchObject({ width: 4, height: 3, bands: 1, dtype: "uint8", bigTiff });
    expect(image.byteOrder).toBe(littleEndian ? "little" : "big");
    expect([...image.blockOffsets]).toEqual([16]);
    expect(image.blockOffsets.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("the same tag as SHORT, LONG or LONG8", () => {
    for (const type of [3, 4, 16] as const) {
      expect(open([256, type, [4]], [273, type, [16]]).image.width).toBe(4);
    }
  });
});

describe("georeferencing", () => {
  const scale: TinyTag = [33550, 12, [10, 20, 0]];
  const tie: TinyTag = [33922, 12, [1, 2, 0, 500, 900, 0]];

  test("pixel scale and tiepoint give a north-up transform", () => {
    expect(open(scale, tie).georeference.transform).toEqual([490, 10, 0, 940, 0, -20]);
  });

  test("PixelIsPoint is shifted by half a pixel, as in GDAL", () => {
    const keys: TinyTag = [34735, 3, [1, 1, 0, 1, 1025, 0, 1, 2]];
    const { transform, rasterType } = open(scale, tie, keys).georeference;
    expect(transform).toEqual([485, 10, 0, 950, 0, -20]);
    expect(rasterType).toBe("point");
  });

  test("a ModelTransformation may be rotated", () => {
    const matrix = [1, 2, 0, 3, 4, 5, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1];
    const { transform, tags } = open([34264, 12, matrix]).georeference;
    expect(transform).toEqual([3, 1, 2, 6, 4, 5]);
    expect(tags).toEqual([{ tag: 34264, type: 12, values: matrix }]);
  });

  test("GeoKeys name system and citation", () => {
    const keys = [1, 1, 0, 3, 1025, 0, 1, 1, 3072, 0, 1, 32_633, 3073, 34_737, 8, 4];
    const { epsg, crsName } = open(
      [34735, 3, keys],
      [34737, 2, text("xyz|UTM 33N|rest|")],
    ).georeference;
    expect([epsg, crsName]).toEqual([32_633, "UTM 33N"]);
  });

  test("citations lie at byte positions, whatever their encoding", () => {
    const crsNameOf = (texts: string) => {
      const keys = [1, 1, 0, 1, 3073, 34_737, 8, texts.indexOf("R")];
      return open([34735, 3, keys], [34737, 2, text(texts)]).georeference.crsName;
    };
    expect(crsNameOf("g\xe9od\xe9sique|\0R\xe9seau||")).toBe("R\xe9seau");
    expect(crsNameOf("\xc3\xa9|R\xc3\xa9seau|")).toBe("R\xe9seau");
  });

  test("the tag of texts is kept byte by byte", () => {
    const bytes = text("g\xe9o|a\0b|\0");
    const { tags } = open([34737, 2, bytes]).georeference;
    expect(tags).toEqual([{ tag: 34737, type: 2, values: "g\xe9o|a\0b|\0" }]);
  });

  test("GeoKeys beyond the first 500 are passed over", () => {
    const keys = Array.from({ length: 501 }, () => [1024, 0, 1, 1]);
    const open500 = (at: number) =>
      open([34735, 3, [1, 1, 0, 501, ...keys.with(at, [3072, 0, 1, 32_633]).flat()]]);
    expect(open500(499).georeference.epsg).toBe(32_633);
    expect(open500(500).georeference.epsg).toBeUndefined();
  });

  test("GeoKeys that are cut short or user-defined name none", () => {
    expect(open([34735, 3, [1, 1, 0, 9, 2048]]).georeference.epsg).toBeUndefined();
    const userDefined = [1, 1, 0, 2, 2048, 0, 1, 4326, 3072, 0, 1, 32_767];
    expect(open([34735, 3, userDefined]).georeference.epsg).toBeUndefined();
    expect(open().georeference).toMatchObject({ transform: undefined, tags: [] });
  });
});

describe("metadata", () => {
  test("holds GDAL's items and text tags", () => {
    const xml = `<GDALMetadata>
      <Item name="a &lt; b">x &amp; y&#33;</Item>
      <Item name="SCALE" sample="1" role="scale">0.1</Item>
      <Item name="__proto__">safe</Item></GDALMetadata>`;
    const { metadata } = open([42112, 2, text(xml)], [305, 2, text("swath")]);
    expect(Object.entries(metadata)).toEqual([
      ["TIFFTAG_SOFTWARE", "swath"],
      ["a < b", "x & y!"],
      ["SCALE (band 2)", "0.1"],
      ["__proto__", "safe"],
    ]);
  });

  test("is unescaped as often as GDAL escapes it: values twice, names once", () => {
    const items = [{ name: "a &amp; b", value: "1 & 2 &lt; 3" }];
    const { metadata } = open([42112, 2, text(metadataXml(items))]);
    expect(metadata).toEqual({ "a &amp; b": "1 & 2 &lt; 3" });
  });

  test("a colour table is 0xRRGGBB, of 16-bit or 8-bit entries", () => {
    const ramp = (scale: number) => Array.from({ length: 768 }, (_, i) => (i & 0xff) * scale);
    for (const scale of [1, 257]) {
      const { image } = open([262, 3, [3]], [320, 3, ramp(scale)]);
      expect(image.colorTable?.[0x12]).toBe(0x12_12_12);
      expect(image.colorTable).toHaveLength(256);
    }
  });
});

describe("damage that the pixels are good without becomes a warning", () => {
  const keys: TinyTag = [34735, 3, [1, 1, 0, 1, 3072, 0, 1, 32_633]];

  test("GeoKeys and texts of another type", () => {
    const { georeference, warnings } = open([34735, 4, keys[2]], [34737, 3, [1, 2]]);
    expect(georeference).toMatchObject({ epsg: undefined, tags: [] });
    expect(warnings).toEqual([
      expect.stringMatching(/GeoKeyDirectory \(tag 34735\) has field type 4.*It is ignored$/),
      expect.stringMatching(/GeoAsciiParams \(tag 34737\) has field type 3.*It is ignored$/),
    ]);
  });

  test("tags that lie outside the file; what is left of them is used", () => {
    const scale: TinyTag = [33550, 12, [10, 20, 0]];
    const xml: TinyTag = [42112, 2, text("<GDALMetadata>")];
    const bytes = tinyTiff([grayTags(4, 3, [[305, 2, text("swath")], scale, keys, xml])], PIXELS);
    for (let at = PIXELS_AT + PIXELS.length + 2; bytes.readUInt16LE(at) !== 0; at += 12) {
      if ([33550, 42112].includes(bytes.readUInt16LE(at))) bytes.writeUInt32LE(9_999_999, at + 8);
    }
    const { georeference, metadata, warnings } = openTiff(scratch.write(bytes));
    expect(georeference).toMatchObject({ transform: undefined, epsg: 32_633 });
    expect(metadata).toEqual({ TIFFTAG_SOFTWARE: "swath" });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/ModelPixelScale \(tag 33550\) takes 24 bytes, but the file ends/);
  });

  test("a sound file has none", () => {
    expect(open(keys).warnings).toEqual([]);
  });
});

test("pages are sorted into overviews, masks and others", () => {
  const page = (width: number, height: number, type: number, bits = 8) =>
    grayTags(width, height, [
      [254, 4, [type]],
      [258, 3, [bits]],
    ]);
  const pages = [page(4, 3, 0), page(1, 1, 1), page(2, 2, 1), page(4, 3, 4), page(4, 3, 0)];
  const file = openTiff(scratch.write(tinyTiff([...pages, page(4, 3, 4, 1)], PIXELS)));
  expect(file.overviews.map(({ width }) => width)).toEqual([2, 1]);
  expect(file.others.map(({ subfileType }) => subfileType)).toEqual([4, 0, 4]);
  expect(file.unread).toEqual([]);
});
