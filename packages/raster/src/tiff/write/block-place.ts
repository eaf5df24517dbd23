import { assertInteger } from "swath/worker";
import type { TiffOutputPlan } from "./plan.ts";

/** Where a block's pixels lie in the image. */
export interface BlockPlace {
  /** First band; 0 for `pixel` interleave, where a block holds all bands. */
  readonly band: number;
  /** Column and row of the first pixel. */
  readonly x: number;
  readonly y: number;
  /** Columns and rows within the image; what a tile holds beyond them is padding. */
  readonly width: number;
  readonly height: number;
  /** Rows that are stored: all of a tile's, those within the image of a strip. */
  readonly storedHeight: number;
}

/** Where block `index` lies; blocks are numbered row by row, plane after plane. */
export function blockPlace(plan: TiffOutputPlan, index: number): BlockPlace {
  assertInteger("blockIndex", index, { min: 0, max: plan.blockCount - 1 });
  const perPlane = plan.blocksAcross * plan.blocksDown;
  const inPlane = index % perPlane;
  const x = (inPlane % plan.blocksAcross) * plan.blockWidth;
  const y = Math.floor(inPlane / plan.blocksAcross) * plan.blockHeight;
  const height = Math.min(plan.blockHeight, plan.height - y);
  return {
    band: Math.floor(index / perPlane),
    x,
    y,
    width: Math.min(plan.blockWidth, plan.width - x),
    height,
    storedHeight: plan.layout === "tiles" ? plan.blockHeight : height,
  };
}

/** Bytes of block `index` before compression. */
export function blockByteLength(plan: TiffOutputPlan, index: number): number {
  return blockPlace(plan, index).storedHeight * plan.rowBytes;
}

/**
 * Position of block `index` in a file *without compression*, in bytes from its start: blocks
 * follow each other without gaps, so every worker may write its own.
 */
export function blockPosition(plan: TiffOutputPlan, index: number): number {
  const { band, y } = blockPlace(plan, index);
  if (plan.layout === "tiles") return plan.dataStart + index * plan.blockBytes;
  return plan.dataStart + (band * plan.height + y) * plan.rowBytes;
}

/** Size of the whole file *without compression*, in bytes. */
export function plainFileSize(plan: TiffOutputPlan): number {
  const last = plan.blockCount - 1;
  return blockPosition(plan, last) + blockByteLength(plan, last);
}
