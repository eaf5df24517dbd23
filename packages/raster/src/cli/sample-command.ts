import {
  addJobFlags,
  type Command,
  type JobFlags,
  jobOptionsFrom,
  printResult,
  runVerb,
  tellReport,
  wholeNumber,
} from "swath/cli";
import { countText } from "swath/plugin";
import { InvalidOptionError } from "swath/worker";
import { type WriteSampleOptions, type WrittenSample, writeSample } from "../sample.ts";
import { assertOutput } from "./output-path.ts";
import { repeatable } from "./repeatable.ts";

interface SampleFlags extends JobFlags {
  readonly output: string;
  readonly scale?: number;
  readonly seed?: number;
  readonly layout: "tiles" | "strips";
  readonly stripRows?: number;
  readonly compress?: string;
  readonly co: readonly string[];
  readonly overwrite?: boolean;
}

/** `swath raster sample` */
export function addSampleCommand(parent: Command): void {
  const command = parent
    .command("sample")
    .description("write a raster with known class counts, to try things on")
    .argument("<name>", 'which one: "australia"')
    .requiredOption("-o, --output <file>", "the GeoTIFF to write")
    .option("--scale <f>", "size as a factor of 40,100 x 38,370 pixels (default: 1)", factor)
    .option("--seed <n>", "varies the picture, not the counts (default: 1)", wholeNumber)
    .option("--layout <how>", "tiles or strips", "tiles")
    .option("--strip-rows <n>", "rows of a strip (default: about 256 KiB)", wholeNumber)
    .option("--compress <name>", "NONE, DEFLATE, LZW, PACKBITS or ZSTD (default: NONE)")
    .option("--co <key=value>", "creation option, as GDAL's; repeatable", repeatable, [])
    .option("--overwrite", "replace a file that exists");
  addJobFlags(command).action(async (name: string, flags: SampleFlags) => runSample(name, flags));
}

async function runSample(name: string, flags: SampleFlags): Promise<void> {
  if (name !== "australia") throw new InvalidOptionError("name", '"australia"', name);
  const options = optionsFrom(flags);
  assertOutput("--output", flags.output, { overwrite: flags.overwrite });
  const label = { label: "sample", unit: { name: "bands" } };
  const result = await runVerb(flags, label, (signal) =>
    writeSample(flags.output, { ...options, signal }),
  );
  const { report, ...sample } = result;
  printResult(flags, { schema: "swath.raster.sample/1", ...sample, report }, sampleText(result));
  if (!flags.json && !flags.quiet) process.stderr.write(`wrote ${flags.output}\n`);
  await tellReport(flags, report);
}

function optionsFrom(flags: SampleFlags): WriteSampleOptions {
  const { scale, seed, overwrite = false } = flags;
  return {
    ...jobOptionsFrom(flags),
    ...(scale === undefined ? {} : { scale }),
    ...(seed === undefined ? {} : { seed }),
    creation: creationFrom(flags),
    overwrite,
  };
}

function creationFrom({
  layout,
  stripRows,
  compress = "NONE",
  co,
}: SampleFlags): readonly string[] {
  if (layout !== "tiles" && layout !== "strips") {
    throw new InvalidOptionError("--layout", '"tiles" or "strips"', layout);
  }
  if (stripRows !== undefined && layout === "tiles") {
    throw new InvalidOptionError("--strip-rows", "absent without --layout strips", stripRows);
  }
  return [
    `COMPRESS=${compress}`,
    ...(layout === "strips" ? ["TILED=NO"] : []),
    ...(stripRows === undefined ? [] : [`BLOCKYSIZE=${stripRows}`]),
    ...co,
  ];
}

function sampleText({ width, height, strips }: WrittenSample): string {
  const header = ["strip", "class 0", "class 1", "class 2", "class 3"];
  const rows = strips.map((counts, strip) => [String(strip), ...counts.map(countText)]);
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => cell.padStart(i === 0 ? 5 : 12)).join(" ");
  return [
    `${countText(width)} x ${countText(height)} pixels`,
    line(header),
    ...rows.map(line),
  ].join("\n");
}

function factor(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new InvalidOptionError("--scale", "a number", text);
  return value;
}
