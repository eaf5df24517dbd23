import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DType, type Pixels, pixelView } from "../src/dtype.ts";
import { parseCreationOptions } from "../src/tiff/write/creation-options.ts";
import { planTiffOutput } from "../src/tiff/write/plan.ts";
import { writeBands } from "./tiff/write/sample-raster.ts";

/** A raster in memory. */
export interface MadeRaster {
  readonly width: number;
  readonly height: number;
  readonly dtype: DType;
  readonly nodata?: number;
  /** 0xRRGGBB per pixel value. */
  readonly colorTable?: ArrayLike<number>;
  readonly bands: readonly Pixels[];
}

/** A folder for the files of one test file. */
export class ScratchFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "swath-raster-"));

  file(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A raster of one band whose pixels are `pixelOf(row, col)`. */
export function makeRaster(
  shape: Omit<MadeRaster, "bands">,
  ...pixelOf: readonly ((row: number, col: number) => number)[]
): MadeRaster {
  const { width, height, dtype } = shape;
  const bands = pixelOf.map((pixel) => {
    const pixels = pixelView(dtype, new ArrayBuffer(width * height * 8), 0, width * height);
    for (let i = 0; i < pixels.length; i++) pixels[i] = pixel(Math.floor(i / width), i % width);
    return pixels;
  });
  return { ...shape, bands };
}

/** Writes a raster with the kit's own writer. */
export async function writeRaster(
  path: string,
  { bands, ...shape }: MadeRaster,
  creation: readonly string[] = ["COMPRESS=NONE"],
): Promise<string> {
  const options = parseCreationOptions(creation);
  const plan = planTiffOutput({ ...shape, path, bands: bands.length, creation: options });
  const bytes = bands.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  await writeBands(plan, bytes);
  return path;
}
