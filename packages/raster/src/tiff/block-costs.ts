import type { TiffImage } from "./image.ts";
import type { BlockRange } from "./window.ts";

/**
 * What some blocks of a plane cost to read and decode, in bytes of the file: known from the
 * header alone. A sparse block costs next to nothing.
 *
 * @param plane counted from 0; 0 for `pixel` interleave
 */
export function costOfBlocks(
  image: TiffImage,
  plane: number,
  ranges: readonly BlockRange[],
): number {
  const { blocksAcross, blocksDown, blockByteCounts } = image;
  let cost = 0;
  for (const { first, count } of ranges) {
    const start = plane * blocksAcross * blocksDown + first;
    for (let i = start; i < start + count; i++) cost += 1 + (blockByteCounts[i] ?? 0);
  }
  return cost;
}
