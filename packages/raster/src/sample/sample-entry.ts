import { move, type TaskContext, task } from "swath/worker";
import { blockPlace } from "../tiff/write/block-place.ts";
import { encodeBlock } from "../tiff/write/encode-block.ts";
import type { TiffOutputPlan } from "../tiff/write/plan.ts";
import { PositionedBlocks } from "../tiff/write/positioned-blocks.ts";
import { bandHistogram } from "./band-histogram.ts";
import { fillBand } from "./fill-band.ts";
import type { PlannedBand, SamplePlan } from "./plan-sample.ts";
import { bandsOf, type SampleBand, type SampleSpec } from "./sample-spec.ts";

/** What the second pass needs in each worker. */
export interface FillData {
  readonly plan: SamplePlan;
  readonly output: TiffOutputPlan;
  /** Where uncompressed pixels are written; undefined where blocks are returned encoded. */
  readonly temporaryPath: string | undefined;
}

/** First pass: counts the levels of band `index`. */
export const countBand = task(
  import.meta,
  function countBand(index: number, { with: spec }: TaskContext<unknown, SampleSpec>): Uint32Array {
    return move(bandHistogram(spec, bandsOf(spec)[index] as SampleBand));
  },
);

/** Opens the output once in each worker. */
export const openFill = task(import.meta, function openFill(context: { readonly with: FillData }) {
  return new Filler(context.with);
});

/** Second pass: makes the pixels of item `index` and writes them, or returns its blocks. */
export const fillItem = task(
  import.meta,
  function fillItem(index: number, { state }: TaskContext<Filler>): readonly Uint8Array[] {
    return state.fill(index);
  },
);

/** Makes pixels and puts them into the blocks of the output. */
export class Filler implements Disposable {
  readonly #data: FillData;
  readonly #file: PositionedBlocks | undefined;
  readonly #band: Int16Array<ArrayBuffer>;

  constructor(data: FillData) {
    this.#data = data;
    const { output, temporaryPath, plan } = data;
    this.#file =
      temporaryPath === undefined ? undefined : new PositionedBlocks(output, temporaryPath);
    const rows = Math.max(...plan.bands.map((band) => band.rows));
    this.#band = new Int16Array(rows * plan.spec.width);
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }

  /** Uncompressed: item is a band. Compressed: item is a row of blocks. */
  fill(item: number): readonly Uint8Array[] {
    return this.#file === undefined ? this.#encodeRow(item) : this.#writeBand(item);
  }

  #writeBand(item: number): readonly Uint8Array[] {
    const { plan, output } = this.#data;
    const band = plan.bands[item] as PlannedBand;
    fillBand(plan, item, this.#band);
    const firstRow = Math.floor(band.row / output.blockHeight);
    const lastRow = Math.floor((band.row + band.rows - 1) / output.blockHeight);
    for (let blockRow = firstRow; blockRow <= lastRow; blockRow++) {
      for (let col = 0; col < output.blocksAcross; col++) {
        const block = blockRow * output.blocksAcross + col;
        const { y, storedHeight } = blockPlace(output, block);
        const top = Math.max(y, band.row);
        const bottom = Math.min(y + storedHeight, band.row + band.rows);
        const pixels = new Int16Array((bottom - top) * output.blockWidth);
        this.#copy(band, block, top, bottom, pixels, 0);
        this.#file?.writeRows(block, top - y, new Uint8Array(pixels.buffer));
      }
    }
    return [];
  }

  /** Bands that reach into the row of blocks are made whole, those at its ends twice. */
  #encodeRow(blockRow: number): readonly Uint8Array[] {
    const { plan, output } = this.#data;
    const top = blockRow * output.blockHeight;
    const bottom = Math.min(plan.spec.height, top + output.blockHeight);
    const blocks = Array.from({ length: output.blocksAcross }, (_, col) => {
      const { storedHeight } = blockPlace(output, blockRow * output.blocksAcross + col);
      return new Int16Array(storedHeight * output.blockWidth);
    });
    for (const [index, band] of plan.bands.entries()) {
      const from = Math.max(top, band.row);
      const to = Math.min(bottom, band.row + band.rows);
      if (from >= to) continue;
      fillBand(plan, index, this.#band);
      blocks.forEach((pixels, col) => {
        const block = blockRow * output.blocksAcross + col;
        this.#copy(band, block, from, to, pixels, from - top);
      });
    }
    return blocks.map((pixels) => move(encodeBlock(output, new Uint8Array(pixels.buffer))));
  }

  /** Copies rows `[from, to)` of a band into a block; `at` is the block's row of `from`. */
  #copy(
    band: PlannedBand,
    block: number,
    from: number,
    to: number,
    pixels: Int16Array,
    at: number,
  ): void {
    const { output, plan } = this.#data;
    const { x, width } = blockPlace(output, block);
    for (let row = from; row < to; row++) {
      const start = (row - band.row) * plan.spec.width + x;
      pixels.set(this.#band.subarray(start, start + width), (at + row - from) * output.blockWidth);
    }
  }
}
