import { loadTask, move, type OpenSource, task } from "swath/worker";
import { BYTES_PER_PIXEL } from "../dtype.ts";
import { createKernel } from "../kernels/create-kernel.ts";
import type { Kernel, PixelBlock } from "../kernels/kernel.ts";
import type { PixelFunction } from "../kernels/pixel-function.ts";
import { type QuickLookPatch, sampleBlock } from "../png/quick-look.ts";
import type { Block } from "../tiff/block.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import { blocksOf, type Rectangle } from "../tiff/window.ts";
import { groupOf } from "../tiff/write/block-groups.ts";
import { blockPlace } from "../tiff/write/block-place.ts";
import { encodeBlock } from "../tiff/write/encode-block.ts";
import type { TiffOutputPlan } from "../tiff/write/plan.ts";
import type { ClassifyData, ClassifyWork } from "./classify-plan.ts";

/** What came of one item. */
export interface ClassifiedPart {
  /** Pixels per class. */
  readonly classes: Float64Array;
  readonly nodata: number;
  /** Encoded output blocks in file order; none when nothing is written. */
  readonly blocks: readonly Uint8Array[];
  readonly patches: readonly QuickLookPatch[];
  /** Name of the kernel that did it. */
  readonly kernel: string;
}

/** One item, to be carried out. */
export interface ClassifyRun {
  run(): ClassifiedPart | Promise<ClassifiedPart>;
}

/** Carries out one item. */
export const classifyRun = task(import.meta, function classifyRun(item: ClassifyRun) {
  return item.run();
});

/** Opens the raster in a worker, with a kernel in whose memory its blocks are read. */
export const openClassifier = task(
  import.meta,
  async function openClassifier(data: ClassifyData): Promise<OpenSource<ClassifyRun>> {
    const fn = data.fn === undefined ? undefined : await loadTask(data.fn);
    const kernel = createKernel(data.kernel, fn as PixelFunction | undefined);
    const reader = await BlockReader.open(data.image, { arena: kernel.arena });
    return new Classifier(data, kernel, reader);
  },
);

class Classifier implements OpenSource<ClassifyRun> {
  readonly #data: ClassifyData;
  readonly #kernel: Kernel;
  readonly #reader: BlockReader;

  constructor(data: ClassifyData, kernel: Kernel, reader: BlockReader) {
    this.#data = data;
    this.#kernel = kernel;
    this.#reader = reader;
    kernel.arena.reserveOutput(this.#outputBytes());
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  get readMs(): number {
    return (this.#reader.readMicros + this.#reader.decodeMicros) / 1e3;
  }

  item(index: number): ClassifyRun {
    const { work } = this.#data;
    return {
      run: () => (work.kind === "count" ? this.#count(work, index) : this.#write(work, index)),
    };
  }

  close(): void {
    this.#reader[Symbol.dispose]();
  }

  #outputBytes(): number {
    const { image, look, work } = this.#data;
    if (work.kind === "write")
      return work.groups.across * work.groups.down * work.groups.output.blockBytes;
    return look === undefined ? 0 : this.#reader.maxBlockBytes / BYTES_PER_PIXEL[image.dtype];
  }

  #count(
    work: ClassifyWork & { kind: "count" },
    index: number,
  ): ClassifiedPart | Promise<ClassifiedPart> {
    const { band, look } = this.#data;
    const patches: QuickLookPatch[] = [];
    const first = index * work.blocks;
    const count = Math.min(work.blocks, this.#reader.blocks - first);
    const visit = (block: Block): void => {
      const pixels = this.#pixelsOf(block);
      if (look === undefined) return this.#kernel.run(pixels);
      const byteOffset = this.#kernel.arena.outputOffset;
      this.#kernel.run(pixels, { byteOffset, stride: block.width });
      const classes = this.#bytes(byteOffset, block.width * block.height);
      const patch = sampleBlock(
        { ...block, x: block.col, y: block.row },
        classes,
        block.width,
        look,
      );
      if (patch !== undefined) patches.push(patch);
    };
    const reading = this.#reader.forEachBlock(first, count, band, visit);
    const finish = () => this.#finish([], patches);
    return reading === undefined ? finish() : reading.then(finish);
  }

  async #write(work: ClassifyWork & { kind: "write" }, index: number): Promise<ClassifiedPart> {
    const { band, image, kernel } = this.#data;
    const group = groupOf(work.groups, index);
    const { outputOffset } = this.#kernel.arena;
    const blockBytes = work.groups.output.blockBytes;
    this.#bytes(outputOffset, group.blocks.length * blockBytes).fill(kernel.nodataByte ?? 0);
    const visit = (block: Block): void => {
      for (const [at, outBlock] of group.blocks.entries()) {
        const { x, y, width, height } = blockPlace(work.groups.output, outBlock);
        const shared = intersect(block, { row: y, col: x, width, height });
        if (shared === undefined) continue;
        const within = (shared.row - y) * work.groups.output.rowBytes + (shared.col - x);
        const byteOffset = outputOffset + at * blockBytes + within;
        this.#kernel.run(this.#partOf(block, shared), {
          byteOffset,
          stride: work.groups.output.rowBytes,
        });
      }
    };
    for (const { first, count } of blocksOf(image, group.rect)) {
      await this.#reader.forEachBlock(first, count, band, visit);
    }
    return this.#encode(work.groups.output, group.blocks);
  }

  #encode(output: TiffOutputPlan, indices: readonly number[]): ClassifiedPart {
    const { look } = this.#data;
    const patches: QuickLookPatch[] = [];
    const blocks = indices.map((index, at) => {
      const { x, y, width, height, storedHeight } = blockPlace(output, index);
      const start = this.#kernel.arena.outputOffset + at * output.blockBytes;
      const classes = this.#bytes(start, storedHeight * output.rowBytes);
      const patch = look && sampleBlock({ x, y, width, height }, classes, output.rowBytes, look);
      if (patch !== undefined) patches.push(patch);
      return move(encodeBlock(output, classes));
    });
    return this.#finish(blocks, patches);
  }

  #finish(blocks: readonly Uint8Array[], patches: readonly QuickLookPatch[]): ClassifiedPart {
    return { ...this.#kernel.takeCounts(), blocks, patches, kernel: this.#kernel.name };
  }

  #bytes(byteOffset: number, length: number): Uint8Array {
    return new Uint8Array(this.#kernel.arena.buffer, byteOffset, length);
  }

  #pixelsOf(block: Block): PixelBlock {
    const { band, image } = this.#data;
    const { row, col, width, height, stride, samples } = block;
    const sample = samples > 1 ? band : 0;
    const byteOffset = block.byteOffset + sample * BYTES_PER_PIXEL[image.dtype];
    return { row, col, width, height, stride, step: samples, byteOffset };
  }

  #partOf(block: Block, part: Rectangle): PixelBlock {
    const whole = this.#pixelsOf(block);
    const skipped = (part.row - block.row) * block.stride + (part.col - block.col) * block.samples;
    const byteOffset = whole.byteOffset + skipped * BYTES_PER_PIXEL[this.#data.image.dtype];
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
