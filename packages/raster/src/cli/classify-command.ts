import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { fromModule } from "swath";
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
import { countText, percentText } from "swath/plugin";
import { InvalidOptionError, messageOf } from "swath/worker";
import { type Classification, type ClassifyOptions, classify } from "../classify.ts";
import type { PixelFunction } from "../kernels/pixel-function.ts";
import { openRaster } from "../raster.ts";
import { parseMapping } from "../rules/mapping.ts";
import type { MappingRule } from "../rules/rules.ts";
import { assertOutput } from "./output-path.ts";
import { repeatable } from "./repeatable.ts";

interface ClassifyFlags extends JobFlags, JournalFlags {
  readonly output?: string;
  readonly breaks?: readonly number[];
  readonly mapping?: string;
  readonly fn?: string;
  readonly pure?: boolean;
  readonly quicklook?: string;
  readonly band?: number;
  readonly co: readonly string[];
  readonly overwrite?: boolean;
}

/** `swath raster classify` */
export function addClassifyCommand(parent: Command): void {
  const command = parent
    .command("classify")
    .description("class of every pixel: counts, a GeoTIFF, a picture")
    .argument("<file>", "a GeoTIFF")
    .option("-o, --output <file>", "write the classes as a GeoTIFF")
    .option(
      "--breaks <list>",
      "ascending, as 1,151,401: class i holds breaks[i-1] <= value < breaks[i]",
      numbers,
    )
    .option(
      "-m, --mapping <text>",
      'as "[1,150]=1; (150,400]=2; NO_DATA=NO_DATA; DEFAULT=0", or @file',
    )
    .option(
      "--fn <module#export>",
      "a function from a pixel's value to its class, as ./risk.ts#classify",
    )
    .option("--pure", "the function depends on the value alone: it may be tabulated")
    .option("--quicklook <file>", "write a picture of the classes as PNG")
    .option("-b, --band <n>", "band, counted from 1 (default: 1)", wholeNumber)
    .option(
      "--co <key=value>",
      "creation option of the output, as GDAL's; repeatable",
      repeatable,
      [],
    )
    .option("--overwrite", "replace files that exist");
  addJournalFlags(addJobFlags(command)).action(async (file: string, flags: ClassifyFlags) =>
    runClassify(file, flags),
  );
}

async function runClassify(file: string, flags: ClassifyFlags): Promise<void> {
  const { output, quicklook, overwrite } = flags;
  const options = optionsFrom(flags);
  assertOutput("--output", output, { overwrite });
  assertOutput("--quicklook", quicklook, { overwrite });
  const raster = openRaster(file);
  const label = { label: "classify", unit: { name: "px", total: raster.width * raster.height } };
  const result = await runVerb(flags, label, (signal) => classify(raster, { ...options, signal }));
  const { report, kernel, ...counts } = result;
  const document = {
    schema: "swath.raster.classify/1",
    ...counts,
    kernel,
    output,
    quicklook,
    report,
  };
  printResult(flags, document, classesText(result));
  if (!flags.json && !flags.quiet) {
    for (const path of [output, quicklook])
      if (path !== undefined) process.stderr.write(`wrote ${path}\n`);
  }
  await tellReport(flags, report);
}

function optionsFrom(flags: ClassifyFlags): ClassifyOptions {
  const { breaks, mapping, fn, pure, output, quicklook, band, co, overwrite = false } = flags;
  assertOneRule(flags);
  return {
    ...jobOptionsFrom(flags),
    ...journalOptionFrom(flags),
    ...(breaks === undefined ? {} : { breaks }),
    ...(mapping === undefined ? {} : { mapping: mappingFrom(mapping) }),
    ...(fn === undefined ? {} : { fn: functionFrom(fn) }),
    ...(pure === undefined ? {} : { pure }),
    ...(output === undefined ? {} : { output }),
    overwrite,
    ...(co.length === 0 ? {} : { creation: co }),
    ...(quicklook === undefined ? {} : { quicklook }),
    ...(band === undefined ? {} : { band }),
  };
}

/** The same check as the library's, in the words of the command line. */
function assertOneRule({ breaks, mapping, fn }: ClassifyFlags): void {
  const rules = { "--breaks": breaks, "--mapping": mapping, "--fn": fn };
  const given = Object.entries(rules).flatMap(([flag, value]) => (value === undefined ? [] : flag));
  if (given.length === 1) return;
  const names = Object.keys(rules).join(", ");
  throw new InvalidOptionError(
    "the rule",
    `exactly one of ${names}`,
    given.join(" and ") || undefined,
  );
}

function mappingFrom(text: string): MappingRule {
  if (!text.startsWith("@")) return parseMapping(text);
  const path = text.slice(1);
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw new InvalidOptionError(
      "--mapping",
      "a file that can be read after @",
      path,
      `: ${messageOf(error)}`,
    );
  }
  return parseMapping(content, { path });
}

function functionFrom(text: string): PixelFunction {
  const at = text.lastIndexOf("#");
  if (at <= 0 || at === text.length - 1) {
    throw new InvalidOptionError("--fn", "a module and an export, as ./risk.ts#classify", text);
  }
  const path = resolve(text.slice(0, at));
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new InvalidOptionError("--fn", "the path of a module that exists", path);
  const url = pathToFileURL(path);
  const tasks = fromModule<Record<string, PixelFunction>>(url);
  return tasks[text.slice(at + 1)] as PixelFunction;
}

function classesText({ classes, nodata, pixels }: Classification): string {
  const rows = Object.entries(classes).map(([name, count]) => [`class ${name}`, count] as const);
  const width = countText(pixels).length;
  return [...rows, ["nodata", nodata] as const, ["pixels", pixels] as const]
    .map(([name, count]) => {
      const share = percentText(count / pixels).padStart(7);
      return `${name.padEnd(10)} ${countText(count).padStart(width)} ${share}`;
    })
    .join("\n");
}

function numbers(text: string): readonly number[] {
  return text.split(",").map((part) => {
    const value = part.trim() === "" ? Number.NaN : Number(part);
    if (Number.isNaN(value))
      throw new InvalidOptionError("--breaks", "numbers with commas between", text);
    return value;
  });
}
