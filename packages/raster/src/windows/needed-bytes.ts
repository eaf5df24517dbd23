import type { TiffImage } from "../tiff/image.ts";
import { blocksOf, insideOf } from "../tiff/window.ts";
import { cutWindows, type WindowGrid, windowRect } from "./cut.ts";

/**
 * Bytes in the file that windows of an area read if they are cut as well as can be: without
 * neighbours each block once, with neighbours as the default cut has them.
 *
 * @param band counted from 0
 * @param halo rows and columns of neighbours around each window
 */
export function neededBytes(
  image: TiffImage,
  band: number,
  area: WindowGrid["area"],
  halo: number,
): number {
  if (halo === 0) return bytesOf(image, band, area);
  const grid = cutWindows(image, { rect: area });
  let bytes = 0;
  for (let index = 0; index < grid.across * grid.down; index++) {
    const { row, col, width, height } = windowRect(grid, index);
    const outer = {
      row: row - halo,
      col: col - halo,
      width: width + 2 * halo,
      height: height + 2 * halo,
    };
    bytes += bytesOf(image, band, outer);
  }
  return bytes;
}

function bytesOf(image: TiffImage, band: number, area: WindowGrid["area"]): number {
  const { interleave, blocksAcross, blocksDown, blockByteCounts } = image;
  const plane = interleave === "band" ? band * blocksAcross * blocksDown : 0;
  let bytes = 0;
  for (const { first, count } of blocksOf(image, insideOf(image, area))) {
    for (let block = first; block < first + count; block++) {
      bytes += blockByteCounts[plane + block] ?? 0;
    }
  }
  return bytes;
}
