import {
  InvalidOptionError,
  loadTask,
  move,
  type OpenSource,
  type TaskContext,
  type TaskReference,
  task,
} from "swath/worker";
import { BYTES_PER_PIXEL, type Pixels, pixelView } from "../dtype.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import type { TiffImage } from "../tiff/image.ts";
import type { Rectangle } from "../tiff/window.ts";
import { type BlockGroups, groupOf } from "../tiff/write/block-groups.ts";
import { blockPlace } from "../tiff/write/block-place.ts";
import { encodeBlock } from "../tiff/write/encode-block.ts";
import type { RasterWindow } from "./raster-window.ts";
import { readWindow } from "./windows-entry.ts";

/** What a worker needs: plain data. */
export interface MapWindowsData {
  readonly image: TiffImage;
  /** Counted from 0. */
  readonly band: number;
  readonly halo: number;
  readonly fn: TaskReference;
  readonly groups: BlockGroups;
}

/** From a window to the pixels of the output that lie under it, row by row. */
export type WindowFunction = (
  window: RasterWindow,
  context: TaskContext,
) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** One item, to be carried out: gives the encoded blocks of the output. */
export interface WindowRun {
  run(context: TaskContext): Promise<readonly Uint8Array[]>;
}

/** Carries out one item. */
export const windowRun = task(
  import.meta,
  function windowRun(item: WindowRun, context: TaskContext) {
    return item.run(context);
  },
);

/** Opens the raster in a worker, and finds the user's function. */
export const openMapWindows = task(
  import.meta,
  async function openMapWindows(data: MapWindowsData): Promise<OpenSource<WindowRun>> {
    const fn = (await loadTask(data.fn)) as WindowFunction;
    return new WindowMapper(data, fn, await BlockReader.open(data.image));
  },
);

class WindowMapper implements OpenSource<WindowRun> {
  readonly #data: MapWindowsData;
  readonly #fn: WindowFunction;
  readonly #reader: BlockReader;

  constructor(data: MapWindowsData, fn: WindowFunction, reader: BlockReader) {
    this.#data = data;
    this.#fn = fn;
    this.#reader = reader;
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  get readMs(): number {
    return (this.#reader.readMicros + this.#reader.decodeMicros) / 1e3;
  }

  item(index: number): WindowRun {
    return { run: (context) => this.#run(index, context) };
  }

  close(): void {
    this.#reader[Symbol.dispose]();
  }

  async #run(index: number, context: TaskContext): Promise<readonly Uint8Array[]> {
    const { groups } = this.#data;
    const { blocks, rect } = groupOf(groups, index);
    const pixels = this.#checked(rect, await this.#fn(await this.#read(rect), context));
    return blocks.map((block) => move(encodeBlock(groups.output, this.#cut(block, rect, pixels))));
  }

  #read(rect: Rectangle): RasterWindow | Promise<RasterWindow> {
    const { image, band, halo } = this.#data;
    const pixels = (rect.width + 2 * halo) * (rect.height + 2 * halo);
    const buffer = new ArrayBuffer(pixels * BYTES_PER_PIXEL[image.dtype]);
    return readWindow(this.#reader, rect, band, halo, buffer);
  }

  #checked(rect: Rectangle, result: ArrayLike<number>): ArrayLike<number> {
    const expected = rect.width * rect.height;
    if (result?.length === expected) return result;
    throw new InvalidOptionError(
      "the result of the window function",
      `an array of ${expected} numbers for the window of ${rect.width} x ${rect.height} pixels at row ${rect.row}, column ${rect.col}`,
      result === undefined ? undefined : result.length,
    );
  }

  /** The pixels of one block of the output, padded with nodata. */
  #cut(block: number, rect: Rectangle, pixels: ArrayLike<number>): Uint8Array {
    const { output } = this.#data.groups;
    const { x, y, width, height, storedHeight } = blockPlace(output, block);
    const bytes = new ArrayBuffer(storedHeight * output.rowBytes);
    const rows = pixelView(output.dtype, bytes, 0, storedHeight * output.blockWidth);
    if (output.nodata !== undefined) rows.fill(output.nodata);
    const typed = ArrayBuffer.isView(pixels) ? (pixels as Pixels) : Float64Array.from(pixels);
    for (let row = 0; row < height; row++) {
      const from = (y - rect.row + row) * rect.width + (x - rect.col);
      rows.set(typed.subarray(from, from + width), row * output.blockWidth);
    }
    return new Uint8Array(bytes);
  }
}
