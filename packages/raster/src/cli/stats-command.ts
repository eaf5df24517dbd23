import {
  addJobFlags,
  addJournalFlags,
  type Command,
  type JobFlags,
  type JournalFlags,
  jobOptionsFrom,
  journalOptionFrom,
  printResult,
  runVerb,
  tellReport,
  wholeNumber,
} from "swath/cli";
import { countText } from "swath/plugin";
import { openRaster } from "../raster.ts";
import { type BandStats, stats } from "../stats.ts";

interface StatsFlags extends JobFlags, JournalFlags {
  readonly band?: number;
}

/** `swath raster stats` */
export function addStatsCommand(parent: Command): void {
  const command = parent
    .command("stats")
    .description("minimum, maximum, sum, mean, deviation, counts and checksum of each band")
    .argument("<file>", "a GeoTIFF")
    .option("-b, --band <n>", "only this band, counted from 1", wholeNumber);
  addJournalFlags(addJobFlags(command)).action(async (file: string, flags: StatsFlags) =>
    runStats(file, flags),
  );
}

async function runStats(file: string, flags: StatsFlags): Promise<void> {
  const raster = openRaster(file);
  const label = {
    label: "stats",
    unit: { name: "px", total: raster.width * raster.height * raster.bands },
  };
  const band = flags.band === undefined ? {} : { band: flags.band };
  const { bands, report } = await runVerb(flags, label, (signal) =>
    stats(raster, { ...jobOptionsFrom(flags), ...journalOptionFrom(flags), ...band, signal }),
  );
  const document = { schema: "swath.raster.stats/1", bands: bands.map(bandDocument), report };
  printResult(flags, document, bands.map(bandText).join("\n\n"));
  await tellReport(flags, report);
}

/** JSON has null for what is not there, and no infinities or NaN: they are spelt out. */
function bandDocument(band: BandStats): object {
  return Object.fromEntries(Object.entries(band).map(([key, value]) => [key, jsonValue(value)]));
}

function jsonValue(value: number | string | undefined): number | string | null {
  if (value === undefined) return null;
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function bandText({ band, dtype, valid, nodata, checksum, ...figures }: BandStats): string {
  const lines = [
    ...Object.entries(figures).map(([name, value]) => [
      name,
      value === undefined ? "none" : String(value),
    ]),
    ["valid", countText(valid)],
    ["nodata", countText(nodata)],
    ["checksum", String(checksum)],
  ];
  return [
    `band ${band} (${dtype})`,
    ...lines.map(([name, value]) => `  ${(name as string).padEnd(9)} ${value}`),
  ].join("\n");
}
