import { join } from "node:path";
import type { Raster } from "../raster.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import { parseCreationOptions } from "../tiff/write/creation-options.ts";
import { encodeBlock } from "../tiff/write/encode-block.ts";
import { planTiffOutput } from "../tiff/write/plan.ts";
import { TiffWriter } from "../tiff/write/tiff-writer.ts";
import { readPiece } from "./piece-entry.ts";
import type { Piece } from "./pieces.ts";

/** Rows of a block of the files: some 600 kB at the width of the published raster. */
const BLOCK_ROWS = 8;

/**
 * Writes each strip into a file of its own, uncompressed, as somebody would who cuts a raster up
 * before several programs work on it.
 *
 * @param folder that exists; files of an earlier call in it are replaced
 * @returns the paths, strip by strip
 * @throws RasterWriteError where there is no room for as many bytes again as the strips have
 */
export async function writeStripFiles(
  { width, dtype, nodata, georeference, file }: Raster,
  strips: readonly Piece[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const creation = parseCreationOptions(["COMPRESS=NONE", "TILED=NO", `BLOCKYSIZE=${BLOCK_ROWS}`]);
  using reader = await BlockReader.open(file.image);
  const paths: string[] = [];
  for (const { strip, row, rows } of strips) {
    const path = join(folder, `strip-${strip}.tif`);
    const shape = { path, width, height: rows, dtype, nodata };
    const plan = planTiffOutput({ ...shape, creation, georeference });
    using writer = TiffWriter.open(plan, { durable: false });
    for (let block = 0; block * BLOCK_ROWS < rows; block++) {
      signal.throwIfAborted();
      const top = block * BLOCK_ROWS;
      const part = { strip, row: row + top, rows: Math.min(BLOCK_ROWS, rows - top) };
      const { pixels } = await readPiece(reader, part);
      const { buffer, byteOffset, byteLength } = pixels;
      writer.append(block, encodeBlock(plan, new Uint8Array(buffer, byteOffset, byteLength)));
      // A write is synchronous: signals get their turn in between.
      if (block % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await writer.close();
    paths.push(path);
  }
  return paths;
}
