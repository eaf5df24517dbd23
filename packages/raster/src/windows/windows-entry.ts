import { type OpenSource, task } from "swath/worker";
import { BYTES_PER_PIXEL, type Pixels, pixelView } from "../dtype.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import type { TiffImage } from "../tiff/image.ts";
import type { Rectangle } from "../tiff/window.ts";
import { type WindowGrid, windowRect } from "./cut.ts";
import type { RasterWindow } from "./raster-window.ts";

/** What a worker needs to read windows. */
export interface WindowsData {
  readonly image: TiffImage;
  readonly grid: WindowGrid;
  /** Counted from 0. */
  readonly band: number;
  readonly halo: number;
}

/** Opens the windows of a raster in a worker: a file descriptor and a buffer of its own. */
export const openWindows = task(import.meta, async function openWindows(data: WindowsData): Promise<
  OpenSource<RasterWindow>
> {
  return new OpenWindows(data, await BlockReader.open(data.image));
});

/** Windows `[start, end)`, each with memory of its own, to be sent. */
export async function readWindows(
  { image, grid, band, halo }: WindowsData,
  start: number,
  end: number,
): Promise<RasterWindow[]> {
  using reader = await BlockReader.open(image);
  const windows: RasterWindow[] = [];
  for (let index = start; index < end; index++) {
    const rect = windowRect(grid, index);
    const pixels = (rect.width + 2 * halo) * (rect.height + 2 * halo);
    const buffer = new ArrayBuffer(pixels * BYTES_PER_PIXEL[image.dtype]);
    windows.push(await readWindow(reader, rect, band, halo, buffer));
  }
  return windows;
}

/** Reads a window into the front of `buffer`; at once unless its codec answers by promise. */
export function readWindow(
  reader: BlockReader,
  rect: Rectangle,
  band: number,
  halo: number,
  buffer: ArrayBuffer,
): RasterWindow | Promise<RasterWindow> {
  const { image } = reader;
  const stride = rect.width + 2 * halo;
  const rows = rect.height + 2 * halo;
  const data: Pixels = pixelView(image.dtype, buffer, 0, stride * rows);
  const window = { ...rect, halo, stride, data, nodata: image.nodata };
  const outer = { row: rect.row - halo, col: rect.col - halo, width: stride, height: rows };
  const reading = reader.readWindow(outer, band, data);
  return reading === undefined ? window : reading.then(() => window);
}

class OpenWindows implements OpenSource<RasterWindow> {
  readonly #data: WindowsData;
  readonly #reader: BlockReader;
  readonly #buffer: ArrayBuffer;

  constructor(data: WindowsData, reader: BlockReader) {
    this.#data = data;
    this.#reader = reader;
    const { grid, halo, image } = data;
    const pixels = (grid.width + 2 * halo) * (grid.height + 2 * halo);
    this.#buffer = new ArrayBuffer(pixels * BYTES_PER_PIXEL[image.dtype]);
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  item(index: number): RasterWindow | Promise<RasterWindow> {
    const { grid, halo, band } = this.#data;
    return readWindow(this.#reader, windowRect(grid, index), band, halo, this.#buffer);
  }

  close(): void {
    this.#reader[Symbol.dispose]();
  }
}
