import type { JobOptions } from "swath";

/** How the workers of a cell come by their pixels. */
export type DataWay =
  /** The caller's thread reads them and sends them, by structured clone. */
  | "sent"
  /** The same, but the memory itself changes hands. */
  | "moved"
  /** Each strip lies in a file of its own, which workers read. */
  | "strip files"
  /** Workers get a path and rows, and read the one file. */
  | "path and rows";

/** One way of doing the job. */
export interface RasterCell {
  readonly id: string;
  readonly way: DataWay;
  /** Pieces into which the rows are cut. */
  readonly pieces: number;
  /** "serial": in the caller's thread. */
  readonly schedule: NonNullable<JobOptions["schedule"]> | "serial";
}

/** The ways that are compared; the first is what the others are compared with. */
export const RASTER_CELLS: readonly RasterCell[] = [
  { id: "one process", way: "path and rows", pieces: 4, schedule: "serial" },
  { id: "data sent, 4 strips", way: "sent", pieces: 4, schedule: "static" },
  { id: "data moved, 4 strips", way: "moved", pieces: 4, schedule: "static" },
  { id: "data sent, 32 pieces", way: "sent", pieces: 32, schedule: "dynamic" },
  { id: "strip files, 4 strips", way: "strip files", pieces: 4, schedule: "static" },
  { id: "path and rows, 4 strips", way: "path and rows", pieces: 4, schedule: "static" },
  { id: "path and rows, 16 pieces", way: "path and rows", pieces: 16, schedule: "dynamic" },
  { id: "path and rows, 32 pieces", way: "path and rows", pieces: 32, schedule: "dynamic" },
  { id: "32 pieces, analysed first", way: "path and rows", pieces: 32, schedule: "balanced" },
  { id: "32 pieces, stealing", way: "path and rows", pieces: 32, schedule: "steal" },
];
