import { type OpenSource, type TaskContext, task } from "swath/worker";
import { BYTES_PER_PIXEL, pixelView } from "../dtype.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import { blocksOf } from "../tiff/window.ts";
import { groupOf } from "../tiff/write/block-groups.ts";
import type { RasterWindow } from "../windows/raster-window.ts";
import { type BlockFeed, type ClassifiedPart, Classifier } from "./classifier.ts";
import type { ClassifyData } from "./classify-plan.ts";

/** One item of a worker that reads the raster itself. */
export interface ClassifyRun {
  run(): ClassifiedPart | Promise<ClassifiedPart>;
}

/** Route `read`: opens the raster in a worker; its blocks are read where they are classified. */
export const openClassifier = task(
  import.meta,
  async function openClassifier(data: ClassifyData): Promise<OpenSource<ClassifyRun>> {
    const classifier = await Classifier.open(data);
    const reader = await BlockReader.open(data.image, { arena: classifier.kernel.arena });
    classifier.reserve(reader.maxBlockBytes / BYTES_PER_PIXEL[data.image.dtype]);
    return new ClassifyReader(classifier, reader);
  },
);

/** Route `read`: carries out one item. */
export const classifyRun = task(import.meta, function classifyRun(item: ClassifyRun) {
  return item.run();
});

/** An item whose pixels were sent. */
export interface SentItem {
  readonly index: number;
  readonly window: RasterWindow;
}

/** Route `copy`: runs once in each worker. */
export const openSentClassifier = task(
  import.meta,
  async function openSentClassifier({ with: data }: TaskContext<unknown, ClassifyData>) {
    const classifier = await Classifier.open(data);
    const { work } = data;
    classifier.reserve(work.kind === "windows" ? work.grid.width * work.grid.height : 0);
    return classifier;
  },
);

/** Route `copy`: carries out one item. */
export const classifySent = task(
  import.meta,
  function classifySent({ index, window }: SentItem, { state }: TaskContext<Classifier>) {
    return state.carryOut(index, (visit) => {
      const { data, row, col, width, height, stride } = window;
      const { arena } = state.kernel;
      arena.ensure(data.byteLength);
      const { dtype } = state.data.image;
      pixelView(dtype, arena.buffer, arena.base, data.length).set(data);
      visit({ row, col, width, height, stride, samples: 1, byteOffset: arena.base });
    });
  },
);

class ClassifyReader implements OpenSource<ClassifyRun> {
  readonly #classifier: Classifier;
  readonly #reader: BlockReader;

  constructor(classifier: Classifier, reader: BlockReader) {
    this.#classifier = classifier;
    this.#reader = reader;
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  get readMs(): number {
    return (this.#reader.readMicros + this.#reader.decodeMicros) / 1e3;
  }

  item(index: number): ClassifyRun {
    return { run: () => this.#classifier.carryOut(index, this.#feed(index)) };
  }

  close(): void {
    this.#reader[Symbol.dispose]();
  }

  #feed(index: number): BlockFeed {
    const { work, image, band } = this.#classifier.data;
    if (work.kind === "blocks") {
      const first = index * work.blocks;
      const count = Math.min(work.blocks, work.of - first);
      const joinTiles = this.#classifier.onlyCounts;
      return (visit) => this.#reader.forEachBlock(first, count, band, visit, { joinTiles });
    }
    if (work.kind === "windows") throw new Error("windows are sent, not read");
    const ranges = blocksOf(image, groupOf(work.groups, index).rect);
    return async (visit) => {
      for (const { first, count } of ranges) {
        await this.#reader.forEachBlock(first, count, band, visit);
      }
    };
  }
}
