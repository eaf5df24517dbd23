import { afterAll, describe, expect, test } from "vitest";
import { swath } from "../../../swath/test/cli/run-swath.ts";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";
import { grayTags, Scratch, type TinyTag, text, tinyTiff } from "../tiff/tiny-tiff.ts";
import { jsonOf } from "./json.ts";

const tiny = new Scratch();
const scratch = new ScratchFolder();
afterAll(() => {
  tiny[Symbol.dispose]();
  scratch[Symbol.dispose]();
});

const page = (type: number, changes: readonly TinyTag[] = []) =>
  grayTags(4, 3, [[254, 4, [type]], ...changes]);
const write = (...pages: (readonly TinyTag[])[]) => tiny.write(tinyTiff(pages, new Uint8Array(12)));

describe("swath raster info", () => {
  test("shows control characters of the file's texts, but does not send them", async () => {
    const path = write(
      grayTags(4, 3, [[270, 2, text("\x1b]0;owned\x07\x1b[2J\xc2\x9bline\ntwo")]]),
    );
    const { stdout } = await swath(["raster", "info", path]);
    expect(stdout).toContain("=\\x1b]0;owned\\x07\\x1b[2J\\x9bline\ntwo\n");
    // oxlint-disable-next-line no-control-regex -- they are what must be absent
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test("counts masks and further pages apart, and tells what was not read and why", async () => {
    const oneBit: TinyTag = [258, 3, [1]];
    const path = write(page(0), page(4, [oneBit]), page(5), page(0), page(1, [oneBit]));
    const document = jsonOf(await swath(["raster", "info", path, "--json"]));
    expect(document).toMatchObject({ masks: 2, pages: 1, overviews: [], warnings: [] });
    expect(document.unread).toMatchObject([{ subfileType: 1 }]);
    const { stdout } = await swath(["raster", "info", path]);
    expect(stdout).toMatch(/^Masks {9}2$/m);
    expect(stdout).toMatch(/^Pages {9}1 further/m);
    expect(stdout).toMatch(/^Not read {6}.*unsigned integers of 1 bits/m);
  });

  test("prints what was damaged and ignored", async () => {
    const path = write(grayTags(4, 3, [[34735, 4, [1, 1, 0, 0]]]));
    const { stdout } = await swath(["raster", "info", path]);
    expect(stdout).toMatch(/^Warning {7}.*GeoKeyDirectory/m);
    const { warnings } = jsonOf(await swath(["raster", "info", path, "--json"]));
    expect(warnings).toHaveLength(1);
  });

  test("takes -q as the other verbs do", async () => {
    const { code, stdout, stderr } = await swath(["raster", "info", write(page(0)), "-q"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Size          4 x 3 pixels");
  });
});

test("swath raster stats --json spells out infinities", async () => {
  const raster = makeRaster({ width: 2, height: 1, dtype: "float32" }, (_, col) =>
    col === 0 ? -Infinity : 1,
  );
  const path = await writeRaster(scratch.file("inf.tif"), raster);
  const { bands } = jsonOf(await swath(["raster", "stats", path, "--json"]));
  expect(bands[0]).toMatchObject({ min: "-Infinity", max: 1, sum: "-Infinity", valid: 2 });
});
