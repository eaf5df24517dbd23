import {
  median,
  middleIndex,
  type Samples,
  type Sheet,
  type SheetTable,
  speedupOf,
} from "swath/cli";
import { bytesText, countText, percentText } from "swath/plugin";
import type { RasterCell } from "./cells.ts";
import type { CellAnswer } from "./measure-cell.ts";
import type { Scale } from "./pieces.ts";

/** What was measured at one scale. */
export interface ScaleSamples {
  readonly scale: Scale;
  readonly pixels: number;
  readonly cells: readonly RasterCell[];
  readonly samples: Samples<CellAnswer>;
}

/** Figures of one cell, from all its rounds. Times in seconds. */
export interface CellFigures {
  readonly id: string;
  /** Median of the rounds, with the least and the most. */
  readonly seconds: { readonly median: number; readonly min: number; readonly max: number };
  /** Times as fast as the first cell, round by round; undefined where that was not measured. */
  readonly speedup: number | undefined;
  /** Speed-up over workers. */
  readonly efficiency: number | undefined;
  /** The run in the middle: what the other figures are of. */
  readonly middle: CellAnswer;
}

/** Figures of the cells that were measured, in their order. */
export function figuresOf({ cells, samples }: ScaleSamples): readonly CellFigures[] {
  const serial = cells.find(({ schedule }) => schedule === "serial");
  const base = serial === undefined ? undefined : samples.get(serial.id);
  return cells.flatMap(({ id }) => {
    const runs = samples.get(id) ?? [];
    const times = runs.map(({ seconds }) => seconds);
    const middle = runs[middleIndex(times)];
    if (middle === undefined) return [];
    const speedup = base === undefined ? undefined : speedupOf(base, runs);
    return {
      id,
      seconds: { median: median(times), min: Math.min(...times), max: Math.max(...times) },
      speedup,
      efficiency: speedup === undefined ? undefined : speedup / middle.report.workers,
      middle,
    };
  });
}

/** The tables of one scale: times, and pixels of each class in each strip. */
export function tablesOf(measured: ScaleSamples): readonly SheetTable[] {
  const figures = figuresOf(measured);
  const [first] = figures;
  const scale = measured.scale === "small" ? "1,000 rows of each strip" : "all rows";
  const caption = `${scale}: ${(measured.pixels / 1e6).toFixed(1)} Mpx, seconds`;
  return [
    {
      caption,
      header: ["", "total", "range", "read", "each worker", "speed-up", "efficiency", "memory"],
      rows: figures.map(figuresRow),
      bars: figures.map(({ seconds }) => seconds.median),
    },
    ...(first === undefined ? [] : [countsTable(first.middle)]),
  ];
}

function figuresRow({ id, seconds, speedup, efficiency, middle }: CellFigures): readonly string[] {
  const { min, max } = seconds;
  return [
    id,
    seconds.median.toFixed(2),
    `${min.toFixed(2)}–${max.toFixed(2)}`,
    middle.read.toFixed(2),
    middle.perWorker.map((busy) => busy.toFixed(2)).join(" "),
    speedup === undefined ? "" : speedup.toFixed(2),
    efficiency === undefined ? "" : percentText(efficiency),
    bytesText(middle.peakResident),
  ];
}

function countsTable({ counts }: CellAnswer): SheetTable {
  return {
    caption: "pixels of each class, equal in all cells",
    header: ["", "0 none", "1 low", "2 medium", "3 high", "all"],
    rows: counts.map((strip, index) => {
      const all = strip.reduce((sum, pixels) => sum + pixels, 0);
      return [`strip ${index}`, ...strip.map(countText), countText(all)];
    }),
  };
}

/** The whole comparison. */
export function rasterSheet(
  file: string,
  facts: readonly string[],
  scales: readonly ScaleSamples[],
): Sheet {
  return {
    title: `Fire risk of every pixel of ${file}`,
    facts,
    tables: scales.flatMap(tablesOf),
    notes: [
      "total: median of the rounds; read, workers and memory: of the run in the middle, of two the faster.",
      "read: reading and decoding, all threads together. each worker: seconds it was busy.",
      "speed-up: over “one process”, the same code and kernel in one thread, without workers; median of the ratios within each round. efficiency: speed-up over workers.",
      "memory: largest resident set of the process, which is new for each measurement.",
      "analysed first: the time of the analysis is in the total. strip files: cutting the raster up is not.",
    ],
  };
}
