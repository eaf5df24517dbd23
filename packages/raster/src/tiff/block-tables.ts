import { BYTES_PER_PIXEL } from "../dtype.ts";
import { RasterFileError } from "../errors.ts";
import type { TagEntry } from "./directory.ts";
import type { TiffImage } from "./image.ts";
import type { TagReader } from "./tag-reader.ts";
import { TAG, tagName } from "./tags.ts";

/** The part of an image that says how it is cut into blocks. */
export type BlockLayout = Pick<
  TiffImage,
  | "width"
  | "height"
  | "bands"
  | "dtype"
  | "interleave"
  | "layout"
  | "blockWidth"
  | "blockHeight"
  | "blocksAcross"
  | "blocksDown"
  | "compression"
>;

/** Where the blocks lie. */
export type BlockTables = Pick<TiffImage, "blockOffsets" | "blockByteCounts">;

/** Bytes of a whole block once decoded, padding included. */
export function blockBytes(layout: BlockLayout): number {
  const samples = layout.interleave === "pixel" ? layout.bands : 1;
  return layout.blockWidth * layout.blockHeight * samples * BYTES_PER_PIXEL[layout.dtype];
}

/** Rows that block row `down` holds in the file: tiles are padded, the last strip is short. */
export function storedRows(layout: BlockLayout, down: number): number {
  if (layout.layout === "tiles") return layout.blockHeight;
  return Math.min(layout.blockHeight, layout.height - down * layout.blockHeight);
}

/**
 * Offsets and byte counts of all blocks.
 *
 * Missing byte counts are computed where that is safe: for uncompressed blocks.
 *
 * @throws RasterFileError where a table is missing, short or outside the file
 */
export function readBlockTables(tags: TagReader, layout: BlockLayout): BlockTables {
  const planes = layout.interleave === "band" ? layout.bands : 1;
  const blocks = layout.blocksAcross * layout.blocksDown * planes;
  const offsets = tags.entry(TAG.TileOffsets) ?? tags.entry(TAG.StripOffsets);
  if (offsets === undefined) {
    const tag = layout.layout === "tiles" ? TAG.TileOffsets : TAG.StripOffsets;
    throw new RasterFileError(
      { path: tags.file.path, offset: tags.directory.offset },
      `${tagName(tag)} is missing, so its pixels cannot be found`,
    );
  }
  const counts = tags.entry(TAG.TileByteCounts) ?? tags.entry(TAG.StripByteCounts);
  assertCount(tags, offsets, blocks);
  if (counts !== undefined && counts.count >= blocks) {
    return {
      blockOffsets: readTable(tags, offsets, blocks),
      blockByteCounts: readTable(tags, counts, blocks),
    };
  }
  if (layout.compression !== 1) {
    const held = counts === undefined ? "are missing" : `hold ${counts.count} values`;
    throw new RasterFileError(
      { path: tags.file.path, offset: tags.directory.offset },
      `the byte counts of its ${blocks} compressed blocks ${held}`,
    );
  }
  const blockOffsets = readTable(tags, offsets, blocks);
  return { blockOffsets, blockByteCounts: computedCounts(layout, blockOffsets) };
}

function readTable(tags: TagReader, entry: TagEntry, blocks: number): Float64Array {
  return tags.table(entry.count === blocks ? entry : { ...entry, count: blocks });
}

function assertCount(tags: TagReader, entry: TagEntry, blocks: number): void {
  if (entry.count >= blocks) return;
  tags.fail(entry, `holds ${entry.count} values, but the image has ${blocks} blocks`);
}

/** What uncompressed blocks must take; 0 (sparse) where there is no offset either. */
function computedCounts(layout: BlockLayout, offsets: Float64Array): Float64Array {
  const counts = new Float64Array(new SharedArrayBuffer(offsets.length * 8));
  const rowBytes = blockBytes(layout) / layout.blockHeight;
  const perPlane = layout.blocksAcross * layout.blocksDown;
  for (let i = 0; i < offsets.length; i++) {
    const down = Math.floor((i % perPlane) / layout.blocksAcross);
    counts[i] = offsets[i] === 0 ? 0 : storedRows(layout, down) * rowBytes;
  }
  return counts;
}
