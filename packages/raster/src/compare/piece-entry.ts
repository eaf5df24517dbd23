import { type OpenSource, type TaskContext, task } from "swath/worker";
import { BYTES_PER_PIXEL, type Pixels, pixelView } from "../dtype.ts";
import { createKernel } from "../kernels/create-kernel.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import type { TiffImage } from "../tiff/image.ts";
import { blocksOf } from "../tiff/window.ts";
import type { Piece } from "./pieces.ts";
import { RISK_CLASSES, risk } from "./risk.ts";

/** A file with the rows of the raster from `firstRow` on. */
export interface PieceFile {
  readonly image: TiffImage;
  readonly firstRow: number;
}

/** What a worker needs to read pieces itself. */
export interface PiecesData {
  /** One for all strips, or one for each. */
  readonly files: readonly PieceFile[];
  readonly pieces: readonly Piece[];
}

/** Pixels of each class in a piece. */
export type RiskCounts = readonly number[];

/** A piece that the worker reads while it classifies it. */
export interface PieceRun {
  run(): RiskCounts | Promise<RiskCounts>;
}

/** Opens the files in a worker; only indices travel. */
export const openPieces = task(import.meta, function openPieces(data: PiecesData): PieceReader {
  return new PieceReader(data);
});

/** Carries out a piece that the worker reads. */
export const countPiece = task(import.meta, function countPiece(item: PieceRun) {
  return item.run();
});

/** A piece whose pixels came with it. */
export interface SentPiece {
  readonly width: number;
  readonly rows: number;
  readonly pixels: Pixels;
}

/** Runs once in each worker that gets pixels. */
export const openCounter = task(
  import.meta,
  function openCounter({ with: image }: TaskContext<unknown, TiffImage>): Kernel {
    return riskKernel(image);
  },
);

/** Pixels of a sent piece that are brought to the kernel at once: about 2 MB. */
const BATCH_PIXELS = 2 ** 20;

/** Carries out a piece that was sent. */
export const countSent = task(
  import.meta,
  function countSent({ pixels }: SentPiece, { state: kernel }: TaskContext<Kernel>): RiskCounts {
    const { arena } = kernel;
    arena.ensure(BATCH_PIXELS * pixels.BYTES_PER_ELEMENT);
    for (let at = 0; at < pixels.length; at += BATCH_PIXELS) {
      const batch = pixels.subarray(at, at + BATCH_PIXELS);
      const { length } = batch;
      new (pixels.constructor as Int16ArrayConstructor)(arena.buffer, arena.base, length).set(
        batch,
      );
      const place = { row: 0, col: at, width: length, height: 1, stride: length };
      kernel.run({ ...place, byteOffset: arena.base });
    }
    return takeCounts(kernel);
  },
);

/** The same kernel in every cell, which calls {@link risk} for every pixel, nodata included. */
function riskKernel({ dtype }: TiffImage): Kernel {
  return createKernel({ rule: { kind: "function", pure: false }, dtype, nodata: undefined }, risk);
}

function takeCounts(kernel: Kernel): RiskCounts {
  const { classes } = kernel.takeCounts();
  return Array.from({ length: RISK_CLASSES }, (_, risk) => classes[risk] ?? 0);
}

/** Reads and classifies pieces; also where the analysis of the caller's thread reads its sample. */
export class PieceReader implements OpenSource<PieceRun> {
  readonly #data: PiecesData;
  readonly #kernel: Kernel;
  readonly #readers = new Map<PieceFile, BlockReader>();

  constructor(data: PiecesData) {
    this.#data = data;
    this.#kernel = riskKernel((data.files[0] as PieceFile).image);
  }

  get bytesRead(): number {
    return this.#sum(({ bytesRead }) => bytesRead);
  }

  get readMs(): number {
    return this.#sum(({ readMicros, decodeMicros }) => (readMicros + decodeMicros) / 1e3);
  }

  item(index: number): PieceRun {
    const piece = this.#data.pieces[index] as Piece;
    return { run: () => this.count(piece) };
  }

  close(): void {
    for (const reader of this.#readers.values()) reader[Symbol.dispose]();
  }

  /** Pixels of each class in some rows, block by block where they are read. */
  async count({ strip, row, rows }: Piece): Promise<RiskCounts> {
    const { files } = this.#data;
    const file = files[files.length === 1 ? 0 : strip] as PieceFile;
    const { image } = file;
    const reader = await this.#readerOf(file);
    const top = row - file.firstRow;
    const rect = { row: top, col: 0, width: image.width, height: rows };
    for (const { first, count } of blocksOf(image, rect)) {
      await reader.forEachBlock(first, count, 0, (block) => {
        const from = Math.max(block.row, top);
        const height = Math.min(block.row + block.height, top + rows) - from;
        const skipped = (from - block.row) * block.stride * BYTES_PER_PIXEL[image.dtype];
        const { col, width, stride, samples: step } = block;
        const byteOffset = block.byteOffset + skipped;
        this.#kernel.run({ row: from, col, width, height, stride, step, byteOffset });
      });
    }
    return takeCounts(this.#kernel);
  }

  async #readerOf(file: PieceFile): Promise<BlockReader> {
    const known = this.#readers.get(file);
    if (known !== undefined) return known;
    const reader = await BlockReader.open(file.image, { arena: this.#kernel.arena });
    this.#readers.set(file, reader);
    return reader;
  }

  #sum(value: (reader: BlockReader) => number): number {
    return [...this.#readers.values()].reduce((total, reader) => total + value(reader), 0);
  }
}

/** The rows of a piece with memory of their own, to be sent. */
export async function readPiece(reader: BlockReader, { row, rows }: Piece): Promise<SentPiece> {
  const { width, dtype } = reader.image;
  const pixels = pixelView(
    dtype,
    new ArrayBuffer(width * rows * BYTES_PER_PIXEL[dtype]),
    0,
    width * rows,
  );
  await reader.readWindow({ row, col: 0, width, height: rows }, 0, pixels);
  return { width, rows, pixels };
}
