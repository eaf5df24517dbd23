import { BYTES_PER_PIXEL } from "../../dtype.ts";
import type { TiffImage } from "../image.ts";
import type { Rectangle } from "../window.ts";
import type { TiffOutputPlan } from "./plan.ts";

/** The blocks of an output divided into groups, one for each item of a loop: plain data. */
export interface BlockGroups {
  readonly output: TiffOutputPlan;
  readonly count: number;
  /** Blocks of a group, side by side and on top of each other. */
  readonly across: number;
  readonly down: number;
}

/**
 * Divides the output's blocks so that a group's blocks follow each other in the file and as few
 * input blocks as possible are read for two groups: part of a row of blocks where the input is
 * tiled no higher than the output, else whole rows that cover whole input blocks.
 *
 * @param bytes wanted of a group, in pixels of the input
 */
export function groupBlocks(input: TiffImage, output: TiffOutputPlan, bytes: number): BlockGroups {
  const { blockWidth, blockHeight, blocksAcross, blocksDown } = output;
  const blockBytes = blockWidth * blockHeight * BYTES_PER_PIXEL[input.dtype];
  const wanted = Math.max(1, Math.floor(bytes / blockBytes));
  const covering = Math.max(1, Math.ceil(input.blockHeight / blockHeight));
  if (input.layout === "tiles" && output.layout === "tiles" && covering === 1) {
    const aligned = Math.max(1, Math.ceil(input.blockWidth / blockWidth));
    const across = Math.min(blocksAcross, Math.ceil(wanted / aligned) * aligned);
    return { output, count: blocksDown * Math.ceil(blocksAcross / across), across, down: 1 };
  }
  const down = covering * Math.max(1, Math.floor(wanted / (blocksAcross * covering)));
  return { output, count: Math.ceil(blocksDown / down), across: blocksAcross, down };
}

/** One group of blocks. */
export interface BlockGroup {
  /** In file order: row after row of the group. */
  readonly blocks: readonly number[];
  /** Its first block's column and row among the blocks, and its size in blocks. */
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  /** The part of the image that it covers, in pixels. */
  readonly rect: Rectangle;
}

/**
 * Places within a group of the blocks that share pixels with `part`.
 *
 * @param part in pixels of the image; must touch the group
 */
export function* touchedBlocks(
  { blockWidth, blockHeight }: TiffOutputPlan,
  { left, top, columns, rows }: BlockGroup,
  part: Rectangle,
): Generator<number> {
  const firstRow = Math.max(0, Math.floor(part.row / blockHeight) - top);
  const lastRow = Math.min(rows - 1, Math.floor((part.row + part.height - 1) / blockHeight) - top);
  const firstColumn = Math.max(0, Math.floor(part.col / blockWidth) - left);
  const right = part.col + part.width - 1;
  const lastColumn = Math.min(columns - 1, Math.floor(right / blockWidth) - left);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) yield row * columns + column;
  }
}

/** Group `index`. */
export function groupOf({ output, across, down }: BlockGroups, index: number): BlockGroup {
  const perRow = Math.ceil(output.blocksAcross / across);
  const left = (index % perRow) * across;
  const top = Math.floor(index / perRow) * down;
  const right = Math.min(output.blocksAcross, left + across);
  const bottom = Math.min(output.blocksDown, top + down);
  const blocks: number[] = [];
  for (let row = top; row < bottom; row++) {
    for (let col = left; col < right; col++) blocks.push(row * output.blocksAcross + col);
  }
  const row = top * output.blockHeight;
  const col = left * output.blockWidth;
  const height = Math.min(output.height, bottom * output.blockHeight) - row;
  const width = Math.min(output.width, right * output.blockWidth) - col;
  const rect = { row, col, width, height };
  return { blocks, left, top, columns: right - left, rows: bottom - top, rect };
}
