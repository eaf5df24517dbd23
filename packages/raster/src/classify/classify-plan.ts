import type { TaskReference } from "swath/worker";
import { BYTES_PER_PIXEL } from "../dtype.ts";
import type { KernelSpec } from "../kernels/create-kernel.ts";
import type { QuickLookGeometry } from "../png/quick-look.ts";
import type { TiffImage } from "../tiff/image.ts";
import { type BlockGroups, groupBlocks } from "../tiff/write/block-groups.ts";
import type { TiffOutputPlan } from "../tiff/write/plan.ts";

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
  /** Runs of `blocks` neighbouring input blocks; nothing is written. */
  | { readonly kind: "count"; readonly items: number; readonly blocks: number }
  /** Groups of output blocks. */
  | { readonly kind: "write"; readonly items: number; readonly groups: BlockGroups };

/** Divides the blocks of a plane for counting. */
export function countWork(image: TiffImage): ClassifyWork {
  const { blockWidth, blockHeight, blocksAcross, blocksDown, dtype, bands, interleave } = image;
  const samples = interleave === "pixel" ? bands : 1;
  const blockBytes = blockWidth * blockHeight * samples * BYTES_PER_PIXEL[dtype];
  const blocks = Math.max(1, Math.floor(RUN_BYTES / blockBytes));
  return { kind: "count", items: Math.ceil((blocksAcross * blocksDown) / blocks), blocks };
}

/** Divides the blocks of the output. */
export function writeWork(image: TiffImage, output: TiffOutputPlan): ClassifyWork {
  const groups = groupBlocks(image, output, RUN_BYTES);
  return { kind: "write", items: groups.count, groups };
}
