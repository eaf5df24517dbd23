import { type OpenSource, task } from "swath/worker";
import { BYTES_PER_PIXEL, type Pixels, pixelView } from "../dtype.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import type { TiffImage } from "../tiff/image.ts";
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
  data: WindowsData,
  start: number,
  end: number,
): Promise<RasterWindow[]> {
  const source = new OpenWindows(data, await BlockReader.open(data.image));
  try {
    const windows: RasterWindow[] = [];
    for (let index = start; index < end; index++) {
      const window = await source.item(index);
      windows.push({ ...window, data: window.data.slice() });
    }
    return windows;
  } finally {
    source.close();
  }
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
    const { grid, halo, band, image } = this.#data;
    const rect = windowRect(grid, index);
    const stride = rect.width + 2 * halo;
    const rows = rect.height + 2 * halo;
    const data = pixelView(image.dtype, this.#buffer, 0, stride * rows) as Pixels;
    const window = { ...rect, halo, stride, data, nodata: image.nodata };
    const outer = { row: rect.row - halo, col: rect.col - halo, width: stride, height: rows };
    const reading = this.#reader.readWindow(outer, band, data);
    return reading === undefined ? window : reading.then(() => window);
  }

  close(): void {
    this.#reader[Symbol.dispose]();
  }
}
