import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { BYTES_PER_PIXEL, pixelView } from "../../src/dtype.ts";
import { checksumOfRows } from "../../src/gdal-checksum.ts";
import { BlockReader } from "../../src/tiff/block-reader.ts";
import { openTiff } from "../../src/tiff/open.ts";
import { Scratch } from "./tiny-tiff.ts";

/** Debian's rasterio belongs to the system's Python, which need not be the first one. */
const PYTHON = ["/usr/bin/python3", "python3"].find(
  (python) => spawnSync(python, ["-c", "import rasterio"]).status === 0,
);
const SCRIPT = fileURLToPath(new URL("write-layouts.py", import.meta.url));

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

interface Written {
  readonly name: string;
  readonly skipped?: string;
  readonly checksums?: readonly number[];
}

test.skipIf(PYTHON === undefined)(
  `every layout that rasterio writes is read as rasterio reads it${PYTHON === undefined ? " (skipped: rasterio is not installed)" : ""}`,
  { timeout: 120_000 },
  async () => {
    const lines = execFileSync(PYTHON ?? "", [SCRIPT, scratch.path], { encoding: "utf8" });
    const written: Written[] = lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const wrong: string[] = [];
    let read = 0;
    for (const file of written) {
      if (file.skipped !== undefined) continue;
      read++;
      const difference = await compare(join(scratch.path, file.name), file.checksums ?? []);
      if (difference !== undefined) wrong.push(`${file.name}: ${difference}`);
    }
    expect(wrong).toEqual([]);
    expect(read).toBeGreaterThan(300);
  },
);

/** Reads every band whole, and a window that sticks out; undefined where all is right. */
async function compare(base: string, checksums: readonly number[]): Promise<string | undefined> {
  const { image } = openTiff(`${base}.tif`);
  const { width, height, dtype } = image;
  const raw = readFileSync(`${base}.raw`);
  const bandBytes = width * height * BYTES_PER_PIXEL[dtype];
  using reader = await BlockReader.open(image, { pieceBytes: 3000 });
  for (let band = 0; band < image.bands; band++) {
    const expected = raw.subarray(band * bandBytes, (band + 1) * bandBytes);
    const pixels = pixelView(dtype, new ArrayBuffer(bandBytes), 0, width * height);
    await reader.readWindow({ row: 0, col: 0, width, height }, band, pixels);
    if (!expected.equals(new Uint8Array(pixels.buffer))) return `pixels of band ${band} differ`;
    const checksum = checksumOfRows(pixels, 0);
    if (checksum !== checksums[band]) return `checksum ${checksum} is not ${checksums[band]}`;
  }
  return undefined;
}
