import { type OpenSource, task } from "swath/worker";
import { checksumOfRows } from "../gdal-checksum.ts";
import type { Block } from "../tiff/block.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import type { TiffImage } from "../tiff/image.ts";
import { type Moments, mergeMoments, momentsOf, NO_MOMENTS } from "./band-moments.ts";

/** What a worker needs: plain data. */
export interface StatsData {
  readonly image: TiffImage;
  /** Bands that are wanted, counted from 0. */
  readonly bands: readonly number[];
  /** Blocks of an item. */
  readonly blocks: number;
  /** Items that cover one plane. */
  readonly itemsPerPlane: number;
}

/** What one item adds to a band. */
export interface BandPart extends Moments {
  /** Counted from 0. */
  readonly band: number;
  /** Part of GDAL's checksum; parts are added modulo 65,536. */
  readonly checksum: number;
}

/** One item, to be carried out. */
export interface StatsRun {
  run(): readonly BandPart[] | Promise<readonly BandPart[]>;
}

/** Carries out one item. */
export const statsRun = task(import.meta, function statsRun(item: StatsRun) {
  return item.run();
});

/** Opens the raster in a worker. */
export const openStats = task(import.meta, async function openStats(data: StatsData): Promise<
  OpenSource<StatsRun>
> {
  return new StatsReader(data, await BlockReader.open(data.image));
});

class StatsReader implements OpenSource<StatsRun> {
  readonly #data: StatsData;
  readonly #reader: BlockReader;

  constructor(data: StatsData, reader: BlockReader) {
    this.#data = data;
    this.#reader = reader;
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  get readMs(): number {
    return (this.#reader.readMicros + this.#reader.decodeMicros) / 1e3;
  }

  item(index: number): StatsRun {
    return { run: () => this.#run(index) };
  }

  close(): void {
    this.#reader[Symbol.dispose]();
  }

  /** A block of a pixel-interleaved image holds all bands: one pass serves them all. */
  async #run(index: number): Promise<readonly BandPart[]> {
    const { image, bands, blocks, itemsPerPlane } = this.#data;
    const plane = Math.floor(index / itemsPerPlane);
    const wanted = image.interleave === "pixel" ? bands : [bands[plane] as number];
    const first = (index % itemsPerPlane) * blocks;
    const count = Math.min(blocks, this.#reader.blocks - first);
    const parts = wanted.map((band) => new BandTotal(image, band));
    await this.#reader.forEachBlock(first, count, wanted[0] as number, (block) => {
      for (const part of parts) part.add(block);
    });
    return parts.map((part) => part.part());
  }
}

class BandTotal {
  readonly #image: TiffImage;
  readonly #band: number;
  #moments: Moments = NO_MOMENTS;
  #checksum = 0;

  constructor(image: TiffImage, band: number) {
    this.#image = image;
    this.#band = band;
  }

  add({ row, col, width, height, stride, samples, pixels }: Block): void {
    const { nodata } = this.#image;
    const sample = samples > 1 ? this.#band : 0;
    for (let y = 0; y < height; y++) {
      const from = y * stride + sample;
      const start = (row + y) * this.#image.width + col;
      this.#moments = mergeMoments(this.#moments, momentsOf(pixels, nodata, from, samples, width));
      this.#checksum += checksumOfRows(pixels, start, from, samples, width);
    }
  }

  part(): BandPart {
    return { ...this.#moments, band: this.#band, checksum: this.#checksum % 65_536 };
  }
}
