import type { TaskReference } from "swath/worker";
import { BYTES_PER_PIXEL } from "../dtype.ts";
import type { KernelSpec } from "../kernels/create-kernel.ts";
import type { QuickLookGeometry } from "../png/sample-block.ts";
import { costOfBlocks } from "../tiff/block-costs.ts";
import type { TiffImage } from "../tiff/image.ts";
import { blocksOf, type Rectangle } from "../tiff/window.ts";
import { type BlockGroups, groupBlocks, groupOf } from "../tiff/write/block-groups.ts";
import type { TiffOutputPlan } from "../tiff/write/plan.ts";
import { cutWindows, type WindowGrid, windowRect } from "../windows/cut.ts";

/** Decoded bytes that a worker classifies between two words with the driver. */
const RUN_BYTES = 8 * 1024 * 1024;

/** What a worker needs to classify: plain data. */
export interface ClassifyData {
  readonly image: TiffImage;
  /** Counted from 0. */
  readonly band: number;
  readonly kernel: KernelSpec;
  /** Where the user's function is found; undefined for rules without one. */
  readonly fn: TaskReference | undefined;
  readonly look: QuickLookGeometry | undefined;
  readonly work: ClassifyWork;
}

/** How the raster is divided into items. */
export type ClassifyWork =
  /** Runs of `blocks` neighbouring input blocks, of `of` in all; nothing is written. */
  | {
      readonly kind: "blocks";
      readonly items: number;
      readonly blocks: number;
      readonly of: number;
    }
  /** Windows whose pixels are sent; nothing is written. */
  | { readonly kind: "windows"; readonly items: number; readonly grid: WindowGrid }
  /** Groups of output blocks. */
  | { readonly kind: "output"; readonly items: number; readonly groups: BlockGroups };

/** Divides a raster for counting by workers that read it themselves. */
export function countBlocks(image: TiffImage): ClassifyWork {
  const { blockWidth, blockHeight, blocksAcross, blocksDown, dtype, bands, interleave } = image;
  const samples = interleave === "pixel" ? bands : 1;
  const blockBytes = blockWidth * blockHeight * samples * BYTES_PER_PIXEL[dtype];
  const blocks = Math.max(1, Math.floor(RUN_BYTES / blockBytes));
  const of = blocksAcross * blocksDown;
  return { kind: "blocks", items: Math.ceil(of / blocks), blocks, of };
}

/** Divides a raster for counting by workers that are sent its pixels. */
export function countWindows(image: TiffImage): ClassifyWork {
  const grid = cutWindows(image, { bytes: RUN_BYTES });
  return { kind: "windows", items: grid.across * grid.down, grid };
}

/** Divides the blocks of the output. */
export function writeBlocks(image: TiffImage, output: TiffOutputPlan): ClassifyWork {
  const groups = groupBlocks(image, output, RUN_BYTES);
  return { kind: "output", items: groups.count, groups };
}

/** What item `item` costs, relative to others: the bytes of the file that it needs. */
export function costOfItem({ image, band, work }: ClassifyData, item: number): number {
  const plane = image.interleave === "band" ? band : 0;
  if (work.kind !== "blocks") {
    return costOfBlocks(image, plane, blocksOf(image, sentRect(work, item)));
  }
  const first = item * work.blocks;
  const count = Math.min(work.blocks, work.of - first);
  return costOfBlocks(image, plane, [{ first, count }]);
}

/** The part of the raster whose pixels are sent for item `index`. */
export function sentRect(
  work: Exclude<ClassifyWork, { kind: "blocks" }>,
  index: number,
): Rectangle {
  return work.kind === "windows" ? windowRect(work.grid, index) : groupOf(work.groups, index).rect;
}
