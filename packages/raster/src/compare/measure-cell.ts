import { type Job, type JobOptions, type JobReport, map, move } from "swath";
import { defineSource, referenceOf } from "swath/plugin";
import type { TaskReference } from "swath/worker";
import { openRaster, type Raster } from "../raster.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import { analyse } from "./analyse.ts";
import type { DataWay, RasterCell } from "./cells.ts";
import {
  countPiece,
  countSent,
  openCounter,
  openPieces,
  type PieceRun,
  type PiecesData,
  type RiskCounts,
  readPiece,
  type SentPiece,
} from "./piece-entry.ts";
import { cutPieces, type Piece, type Scale, STRIPS, stripsOf } from "./pieces.ts";
import { RISK_CLASSES } from "./risk.ts";

/** One cell to be measured, as plain JSON. */
export interface CellRequest {
  readonly file: string;
  readonly scale: Scale;
  readonly cell: RasterCell;
  /** Worker threads; without meaning for the serial cell. */
  readonly workers: number;
  /** Paths of the strips' own files, for the cell that reads those. */
  readonly stripFiles: readonly string[];
}

/** What a cell gave. Times in seconds, sizes in bytes. */
export interface CellAnswer {
  /** From before the file is opened to the last count. */
  readonly seconds: number;
  /** Of that, what looking at a sample beforehand took; 0 without. */
  readonly analysis: number;
  /** Reading and decoding, in all threads together. */
  readonly read: number;
  /** What each worker was busy for: reading, receiving, classifying. */
  readonly perWorker: readonly number[];
  /** Largest resident set of the process, measured. */
  readonly peakResident: number;
  /** Pixels of class 0 to 3, strip by strip. */
  readonly counts: readonly (readonly number[])[];
  /** The record of the job, without its single spans and pauses. */
  readonly report: Omit<JobReport, "spans" | "gc" | "summary">;
}

/** Does the job once in the way of the cell, in this process. */
export async function measureCell(request: CellRequest): Promise<CellAnswer> {
  const begun = performance.now();
  const { scale, cell, workers } = request;
  const raster = openRaster(request.file);
  const pieces = cutPieces(stripsOf(raster.height, scale), cell.pieces);
  const data = { files: filesOf(request, raster, pieces), pieces };
  const costs = cell.schedule === "balanced" ? await analyse(data) : undefined;
  const analysis = costs === undefined ? 0 : performance.now() - begun;
  const { job, readMs } = start(cell.way, raster, data, optionsOf(cell, workers, costs));
  const results = await job;
  const seconds = (performance.now() - begun) / 1e3;
  const { summary: _summary, spans: _spans, gc: _gc, ...report } = await job.report;
  const readByWorkers = report.perWorker.reduce((sum, { read }) => sum + read, 0);
  return {
    seconds,
    analysis: analysis / 1e3,
    read: readMs() / 1e3 + readByWorkers,
    perWorker: report.perWorker.map((worker) => worker.useful + worker.transfer + worker.gc),
    peakResident: report.memory.peakResident,
    counts: byStrip(pieces, results),
    report,
  };
}

interface Started {
  readonly job: Job<RiskCounts>;
  /** Milliseconds that the caller's thread has spent reading. */
  readonly readMs: () => number;
}

function start(way: DataWay, raster: Raster, data: PiecesData, options: JobOptions): Started {
  switch (way) {
    case "strip files":
    case "path and rows":
      return startRead(data, options);
    case "sent":
      return startSent(raster, data.pieces, options, (piece) => piece);
    case "moved":
      return startSent(raster, data.pieces, options, movedPiece);
    default:
      return way satisfies never;
  }
}

/** A piece is what is handed out, under every schedule. */
function optionsOf(
  { schedule }: RasterCell,
  workers: number,
  costs: readonly number[] | undefined,
): JobOptions {
  if (schedule === "serial") return { workers: 0, chunk: 1 };
  return { workers, schedule, chunk: 1, ...(costs === undefined ? {} : { costs }) };
}

function filesOf(
  { cell, stripFiles }: CellRequest,
  raster: Raster,
  pieces: readonly Piece[],
): PiecesData["files"] {
  if (cell.way !== "strip files") return [{ image: raster.file.image, firstRow: 0 }];
  return stripFiles.map((path, strip) => {
    const firstRow = pieces.find((piece) => piece.strip === strip)?.row ?? 0;
    return { image: openRaster(path).file.image, firstRow };
  });
}

function startRead(data: PiecesData, options: JobOptions): Started {
  const opener = referenceOf(openPieces) as TaskReference;
  const source = defineSource<PieceRun>({
    name: "raster pieces",
    length: data.pieces.length,
    access: { route: "read", how: { kind: "opened", opener, data } },
  });
  return { job: map(source, countPiece, options), readMs: () => 0 };
}

function startSent(
  { file }: Raster,
  pieces: readonly Piece[],
  options: JobOptions,
  wrap: (piece: SentPiece) => SentPiece,
): Started {
  let readMs = 0;
  const source = defineSource<SentPiece>({
    name: "raster pieces",
    length: pieces.length,
    async items(start, end) {
      const begun = performance.now();
      using reader = await BlockReader.open(file.image);
      const read: SentPiece[] = [];
      for (const piece of pieces.slice(start, end)) read.push(wrap(await readPiece(reader, piece)));
      readMs += performance.now() - begun;
      return read;
    },
  });
  const job = map(source, countSent, { ...options, init: openCounter, with: file.image });
  return { job, readMs: () => readMs };
}

function movedPiece(piece: SentPiece): SentPiece {
  return { ...piece, pixels: move(piece.pixels) };
}

function byStrip(
  pieces: readonly Piece[],
  results: readonly RiskCounts[],
): readonly (readonly number[])[] {
  const counts = Array.from({ length: STRIPS }, () => new Array<number>(RISK_CLASSES).fill(0));
  pieces.forEach(({ strip }, index) => {
    const own = counts[strip] as number[];
    results[index]?.forEach((pixels, code) => {
      own[code] = (own[code] as number) + pixels;
    });
  });
  return counts;
}
