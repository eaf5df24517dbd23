import { loadTask, move } from "swath/worker";
import { BYTES_PER_PIXEL } from "../dtype.ts";
import { createKernel } from "../kernels/create-kernel.ts";
import type { Kernel, PixelBlock } from "../kernels/kernel.ts";
import type { PixelFunction } from "../kernels/pixel-function.ts";
import { type QuickLookPatch, sampleBlock } from "../png/sample-block.ts";
import type { Block } from "../tiff/block.ts";
import type { Rectangle } from "../tiff/window.ts";
import { groupOf, touchedBlocks } from "../tiff/write/block-groups.ts";
import { type BlockPlace, blockPlace } from "../tiff/write/block-place.ts";
import { encodeBlock } from "../tiff/write/encode-block.ts";
import type { TiffOutputPlan } from "../tiff/write/plan.ts";
import type { ClassifyData, ClassifyWork } from "./classify-plan.ts";

/** What came of one item. */
export interface ClassifiedPart {
  /** Pixels per class, up to the last that occurs. */
  readonly classes: readonly number[];
  readonly nodata: number;
  /** Encoded output blocks in file order; none when nothing is written. */
  readonly blocks: readonly Uint8Array[];
  readonly patches: readonly QuickLookPatch[];
  /** Name of the kernel that did it. */
  readonly kernel: string;
}

/** Pixels in the kernel's arena, as the reader hands them out. */
export type FedBlock = Omit<Block, "index" | "pixels" | "sparse">;

/** Puts the pixels of an item into the arena, block by block, and shows each to `visit`. */
export type BlockFeed = (visit: (block: FedBlock) => void) => void | Promise<void>;

/** Classifies items in one worker, with a kernel and an output area of its own. */
export class Classifier {
  readonly data: ClassifyData;
  readonly kernel: Kernel;

  static async open(data: ClassifyData): Promise<Classifier> {
    const fn = data.fn === undefined ? undefined : await loadTask(data.fn);
    return new Classifier(data, createKernel(data.kernel, fn as PixelFunction | undefined));
  }

  private constructor(data: ClassifyData, kernel: Kernel) {
    this.data = data;
    this.kernel = kernel;
  }

  /** Whether it does not matter where an item's pixels lie: they are counted, and no class of
   * theirs is kept, so that {@link reserve} makes no room for any. */
  get onlyCounts(): boolean {
    return this.data.work.kind !== "output" && this.data.look === undefined;
  }

  /**
   * Makes room for the classes of an item; to be called once, before anything is read.
   *
   * @param maxBlockPixels of a block that is fed
   */
  reserve(maxBlockPixels: number): void {
    const { look, work } = this.data;
    if (work.kind === "output") {
      const { across, down, output } = work.groups;
      this.kernel.arena.reserveOutput(across * down * output.blockBytes);
    } else if (look !== undefined) this.kernel.arena.reserveOutput(maxBlockPixels);
  }

  /** Carries out item `index` with the pixels that `feed` gives. */
  carryOut(index: number, feed: BlockFeed): ClassifiedPart | Promise<ClassifiedPart> {
    const { work } = this.data;
    return work.kind === "output" ? this.#write(work, index, feed) : this.#count(feed);
  }

  #count(feed: BlockFeed): ClassifiedPart | Promise<ClassifiedPart> {
    const { look } = this.data;
    const patches: QuickLookPatch[] = [];
    const reading = feed((block) => {
      const pixels = this.#pixelsOf(block);
      if (look === undefined) return this.kernel.run(pixels);
      const { row, col, width, height } = block;
      const byteOffset = this.kernel.arena.outputOffset;
      this.kernel.run(pixels, { byteOffset, stride: width });
      const classes = this.#bytes(byteOffset, width * height);
      const patch = sampleBlock({ x: col, y: row, width, height }, classes, width, look);
      if (patch !== undefined) patches.push(patch);
    });
    const finish = () => this.#finish([], patches);
    return reading === undefined ? finish() : reading.then(finish);
  }

  async #write(
    { groups }: ClassifyWork & { kind: "output" },
    index: number,
    feed: BlockFeed,
  ): Promise<ClassifiedPart> {
    const { output } = groups;
    const { outputOffset } = this.kernel.arena;
    const group = groupOf(groups, index);
    const places = group.blocks.map((block) => blockPlace(output, block));
    const area = this.#bytes(outputOffset, places.length * output.blockBytes);
    area.fill(this.data.kernel.nodataByte ?? 0);
    await feed((block) => {
      for (const at of touchedBlocks(output, group, block)) {
        const { x, y, width, height } = places[at] as BlockPlace;
        const shared = intersect(block, { row: y, col: x, width, height });
        if (shared === undefined) continue;
        const within = (shared.row - y) * output.rowBytes + (shared.col - x);
        const byteOffset = outputOffset + at * output.blockBytes + within;
        this.kernel.run(this.#partOf(block, shared), { byteOffset, stride: output.rowBytes });
      }
    });
    return this.#encode(output, places);
  }

  #encode(output: TiffOutputPlan, places: readonly BlockPlace[]): ClassifiedPart {
    const { look } = this.data;
    const patches: QuickLookPatch[] = [];
    const blocks = places.map((place, at) => {
      const start = this.kernel.arena.outputOffset + at * output.blockBytes;
      const classes = this.#bytes(start, place.storedHeight * output.rowBytes);
      const patch = look && sampleBlock(place, classes, output.rowBytes, look);
      if (patch !== undefined) patches.push(patch);
      return move(encodeBlock(output, classes));
    });
    return this.#finish(blocks, patches);
  }

  #finish(blocks: readonly Uint8Array[], patches: readonly QuickLookPatch[]): ClassifiedPart {
    return { ...this.kernel.takeCounts(), blocks, patches, kernel: this.kernel.name };
  }

  #bytes(byteOffset: number, length: number): Uint8Array {
    return new Uint8Array(this.kernel.arena.buffer, byteOffset, length);
  }

  #pixelsOf(block: FedBlock): PixelBlock {
    const { band, image } = this.data;
    const { row, col, width, height, stride, samples, tileHeight } = block;
    const sample = samples > 1 ? band : 0;
    const byteOffset = block.byteOffset + sample * BYTES_PER_PIXEL[image.dtype];
    return { row, col, width, height, stride, step: samples, tileHeight, byteOffset };
  }

  #partOf(block: FedBlock, part: Rectangle): PixelBlock {
    const whole = this.#pixelsOf(block);
    const skipped = (part.row - block.row) * block.stride + (part.col - block.col) * block.samples;
    const byteOffset = whole.byteOffset + skipped * BYTES_PER_PIXEL[this.data.image.dtype];
    return { ...whole, ...part, byteOffset };
  }
}

function intersect(a: Rectangle, b: Rectangle): Rectangle | undefined {
  const row = Math.max(a.row, b.row);
  const col = Math.max(a.col, b.col);
  const height = Math.min(a.row + a.height, b.row + b.height) - row;
  const width = Math.min(a.col + a.width, b.col + b.width) - col;
  return width > 0 && height > 0 ? { row, col, width, height } : undefined;
}
