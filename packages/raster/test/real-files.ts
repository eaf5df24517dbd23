import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { BYTES_PER_PIXEL, type Pixels, pixelView } from "../src/dtype.ts";
import { BlockReader } from "../src/tiff/block-reader.ts";
import { openTiff } from "../src/tiff/open.ts";
import { DATA } from "./tiff/reference-data.ts";

/** Path of a public file. */
export function realFile(name: string, set = "raster-real"): string {
  return resolve(DATA, set, name);
}

/** Why tests of a set are skipped, for their titles; empty where it is present. */
export function absenceOf(set: string): string {
  return existsSync(resolve(DATA, set)) ? "" : ` (skipped: ../shared/data/${set} is absent)`;
}

/** All pixels of one band, counted from 1. */
export async function readBand(path: string, band = 1): Promise<Pixels> {
  const { image } = openTiff(path);
  const { width, height, dtype } = image;
  const buffer = new ArrayBuffer(width * height * BYTES_PER_PIXEL[dtype]);
  const pixels = pixelView(dtype, buffer, 0, width * height);
  using reader = await BlockReader.open(image);
  await reader.readWindow({ row: 0, col: 0, width, height }, band - 1, pixels);
  return pixels;
}
