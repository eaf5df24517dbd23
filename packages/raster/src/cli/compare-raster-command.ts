import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import {
  addComparisonFlags,
  type Command,
  type ComparisonFlags,
  machineText,
  printSheet,
  runRounds,
  sheetTarget,
  tellSample,
  thisMachine,
  wholeNumber,
  withInterrupt,
  withTemporaryFolder,
} from "swath/cli";
import { InvalidOptionError, SwathError } from "swath/plugin";
import { RASTER_CELLS, type RasterCell } from "../compare/cells.ts";
import type { CellAnswer } from "../compare/measure-cell.ts";
import { type Scale, stripsOf } from "../compare/pieces.ts";
import { figuresOf, rasterSheet, type ScaleSamples } from "../compare/raster-sheet.ts";
import { runCell } from "../compare/run-cell.ts";
import { writeStripFiles } from "../compare/strip-files.ts";
import { openRaster, type Raster } from "../raster.ts";

interface CompareRasterFlags extends ComparisonFlags {
  readonly scale: string;
  readonly workers?: number;
}

const SCALES: Readonly<Record<string, readonly Scale[]>> = {
  small: ["small"],
  full: ["full"],
  both: ["small", "full"],
};

/** Two ways of the same job did not come to the same result. */
class CountsDifferError extends SwathError {
  readonly code = "SWATH_RASTER_COUNTS_DIFFER";
}

/** `swath compare raster` */
export function addCompareRasterCommand(parent: Command): void {
  const command = parent
    .command("raster")
    .description("one raster, classified by every way of cutting it and bringing it to workers")
    .argument("<file>", "a GeoTIFF; its first band")
    .option("--workers <n>", "worker threads (default: one for each core)", wholeNumber)
    .option("--scale <which>", "small: 1,000 rows of each of four strips; full; both", "both");
  addComparisonFlags(command)
    .addHelpText("after", HELP)
    .action((file: string, flags: CompareRasterFlags) => compareRaster(file, flags));
}

const HELP = `
Each cell classifies every pixel by a plain function, v <= 0 or NaN: 0, v > 400: 3, v > 150: 2,
else 1, in a process of its own; cells take turns within each round, the serial one first. The
cells that read strip files need as much free disk as the raster takes, for as long as it lasts.

Cells:
${RASTER_CELLS.map(({ id }) => `  ${id}`).join("\n")}

Examples:
  swath raster sample australia -o australia.tif --layout strips --strip-rows 8
  swath compare raster australia.tif --scale small
  swath compare raster australia.tif --scale full --rounds 3 --report html:compare.html`;

async function compareRaster(file: string, flags: CompareRasterFlags): Promise<void> {
  const scales = SCALES[flags.scale];
  if (scales === undefined) {
    throw new InvalidOptionError("--scale", '"small", "full" or "both"', flags.scale);
  }
  const cells = chosenCells(flags);
  const target = sheetTarget(flags.report, "compare-raster");
  const workers = workersOf(flags);
  const raster = openRaster(file);
  const measured = await withInterrupt(async (signal) => {
    const results: ScaleSamples[] = [];
    for (const scale of scales) {
      results.push(await measureScale({ raster, cells, scale, workers, flags, signal }));
    }
    return results;
  });
  const machine = thisMachine();
  const facts = [
    `${raster.width} x ${raster.height} pixels of ${raster.dtype}; ${workers} workers; ${flags.rounds} rounds; page cache warm`,
    machineText(machine),
  ];
  const document = {
    schema: "swath.compare.raster/1",
    file: resolve(file),
    machine,
    workers,
    rounds: flags.rounds,
    scales: measured.map((part) => ({
      scale: part.scale,
      pixels: part.pixels,
      cells: figuresOf(part),
    })),
  };
  printSheet(flags, rasterSheet(basename(file), facts, measured), document, target);
}

function workersOf({ workers = availableParallelism() }: CompareRasterFlags): number {
  if (workers >= 1) return workers;
  throw new InvalidOptionError("--workers", "1 or more: the serial cell is there anyway", workers);
}

function chosenCells({ only }: CompareRasterFlags): readonly RasterCell[] {
  if (only.length === 0) return RASTER_CELLS;
  const chosen = RASTER_CELLS.filter(({ id }) => only.some((part) => id.includes(part)));
  const unknown = only.find((part) => RASTER_CELLS.every(({ id }) => !id.includes(part)));
  if (unknown === undefined) return chosen;
  const ids = RASTER_CELLS.map(({ id }) => `"${id}"`).join(", ");
  throw new InvalidOptionError("--only", `part of one of ${ids}`, unknown);
}

interface ScaleRequest {
  readonly raster: Raster;
  readonly cells: readonly RasterCell[];
  readonly scale: Scale;
  readonly workers: number;
  readonly flags: CompareRasterFlags;
  readonly signal: AbortSignal;
}

async function measureScale(request: ScaleRequest): Promise<ScaleSamples> {
  const { raster, cells, scale, workers, flags, signal } = request;
  const strips = stripsOf(raster.height, scale);
  const pixels = raster.width * strips.reduce((sum, { rows }) => sum + rows, 0);
  return withTemporaryFolder(async (folder) => {
    const needsFiles = cells.some(({ way }) => way === "strip files");
    const stripFiles = needsFiles ? await writeStripFiles(raster, strips, folder, signal) : [];
    const run = (cell: RasterCell): Promise<CellAnswer> =>
      runCell({ file: raster.path, scale, cell, workers, stripFiles }, signal);
    // The first to read the file brings it into the page cache.
    await run(cells[0] as RasterCell);
    const samples = await runRounds(
      cells.map((cell) => ({ id: cell.id, run: () => run(cell) })),
      { rounds: flags.rounds, signal, onSample: tellSample(flags, scale) },
    );
    assertSameCounts(samples);
    return { scale, pixels, cells, samples };
  });
}

/** A fast wrong answer is worth nothing. */
function assertSameCounts(samples: ScaleSamples["samples"]): void {
  let first: { readonly id: string; readonly text: string } | undefined;
  for (const [id, answers] of samples) {
    for (const { counts } of answers) {
      const text = JSON.stringify(counts);
      first ??= { id, text };
      if (text === first.text) continue;
      throw new CountsDifferError(
        `"${id}" counted ${text}, "${first.id}" ${first.text}: pixels per class, strip by strip`,
      );
    }
  }
}
