import type { Pixels } from "../dtype.ts";
import type { Block } from "./block.ts";
import type { TiffImage } from "./image.ts";

/** A rectangle of pixels; may stick out of the image. */
export interface Rectangle {
  readonly row: number;
  readonly col: number;
  readonly width: number;
  readonly height: number;
}

/** A run of blocks, row-major within a plane. */
export interface BlockRange {
  readonly first: number;
  readonly count: number;
}

/** The part of `rect` that lies inside the image; width or height 0 where there is none. */
export function insideOf(image: TiffImage, rect: Rectangle): Rectangle {
  const row = Math.max(0, rect.row);
  const col = Math.max(0, rect.col);
  return {
    row,
    col,
    width: Math.max(0, Math.min(rect.col + rect.width, image.width) - col),
    height: Math.max(0, Math.min(rect.row + rect.height, image.height) - row),
  };
}

/** The blocks that `inside` touches: one range where it spans all columns, else one per row. */
export function blocksOf(image: TiffImage, inside: Rectangle): BlockRange[] {
  if (inside.width === 0 || inside.height === 0) return [];
  const { blockWidth, blockHeight, blocksAcross } = image;
  const left = Math.floor(inside.col / blockWidth);
  const across = Math.floor((inside.col + inside.width - 1) / blockWidth) - left + 1;
  const top = Math.floor(inside.row / blockHeight);
  const down = Math.floor((inside.row + inside.height - 1) / blockHeight) - top + 1;
  if (across === blocksAcross) return [{ first: top * blocksAcross, count: down * blocksAcross }];
  return Array.from({ length: down }, (_, i) => ({
    first: (top + i) * blocksAcross + left,
    count: across,
  }));
}

/** Copy what a block and a rectangle share into `into`, which holds the rectangle's rows. */
export function copyShared(block: Block, sample: number, rect: Rectangle, into: Pixels): void {
  const top = Math.max(block.row, rect.row);
  const bottom = Math.min(block.row + block.height, rect.row + rect.height);
  const left = Math.max(block.col, rect.col);
  const width = Math.min(block.col + block.width, rect.col + rect.width) - left;
  const { pixels, samples, stride } = block;
  for (let row = top; row < bottom; row++) {
    const from = (row - block.row) * stride + (left - block.col) * samples;
    const to = (row - rect.row) * rect.width + (left - rect.col);
    if (samples === 1) into.set(pixels.subarray(from, from + width), to);
    else copyEvery(pixels, from + sample, samples, into, to, width);
  }
}

function copyEvery(
  pixels: Pixels,
  from: number,
  step: number,
  into: Pixels,
  to: number,
  count: number,
): void {
  for (let i = 0, at = from; i < count; i++, at += step) into[to + i] = pixels[at]!;
}
