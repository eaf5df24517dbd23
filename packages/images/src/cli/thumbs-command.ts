import {
  addReportFlags,
  type Command,
  type JobFlags,
  printResult,
  runVerb,
  tellReport,
  wholeNumber,
} from "swath/cli";
import { countText } from "swath/plugin";
import { InvalidOptionError, messageOf } from "swath/worker";
import { FORMATS, type ImageFormat } from "../files/image-names.ts";
import {
  type ThumbnailsOptions,
  type ThumbnailsResult,
  type ThumbOutcome,
  thumbnails,
} from "../thumbnails.ts";

interface ThumbsFlags extends JobFlags {
  readonly size: ThumbnailsOptions["size"];
  readonly out: string;
  readonly format?: string;
  readonly fit?: string;
  readonly enlarge?: boolean;
  readonly quality?: number;
  readonly existing?: string;
}

const HELP = `
Below <dir> each thumbnail lies as its file does below the folder that the arguments begin with:
of 'photos/**/*.jpg' the file photos/a/1.jpg becomes <dir>/a/1.jpg.
A run that was stopped goes on when it is started again: thumbnails that are not older than their
files are left alone.

Exit codes: 0 all done, 1 some files failed or nothing could be written, 2 wrong usage, 130 Ctrl-C.
On machines with more than four cores set UV_THREADPOOL_SIZE to their number.`;

/** `swath images thumbs` */
export function addThumbsCommand(parent: Command): void {
  const command = parent
    .command("thumbs")
    .description("thumbnails of many images, the right way up")
    .argument("<files...>", "images, folders, and patterns in quotes, as 'photos/**/*.jpg'")
    .requiredOption("-s, --size <pixels>", "the longer side, or a box as 320x200", sizeFrom)
    .requiredOption("-o, --out <dir>", "folder for the thumbnails")
    .option("--format <name>", `same, ${FORMATS.join(", ")} (default: same)`)
    .option("--fit <how>", "inside: all of the picture; cover: all of the box (default: inside)")
    .option("--enlarge", "let smaller pictures grow")
    .option("--quality <n>", "1 to 100 (default: 80)", wholeNumber)
    .option("--existing <what>", "skip, overwrite or error (default: skip)")
    .option(
      "--workers <n>",
      "worker threads; 0 runs in place (default: one for each core)",
      wholeNumber,
    )
    .option("--progress <how>", "progress on stderr: auto, none, json", "auto")
    .option("-q, --quiet", "print failures only")
    .option("--json", "print one JSON document on stdout and nothing else");
  addReportFlags(command)
    .addHelpText("after", HELP)
    .action(async (files: readonly string[], flags: ThumbsFlags) => runThumbs(files, flags));
}

async function runThumbs(files: readonly string[], flags: ThumbsFlags): Promise<void> {
  if (!["auto", "none", "json"].includes(flags.progress)) {
    throw new InvalidOptionError("--progress", "auto, none or json", flags.progress);
  }
  const options = optionsFrom(flags);
  const label = { label: "thumbs", unit: { name: " images" } };
  const result = await runVerb(flags, label, (signal) => thumbnails(files, { ...options, signal }));
  for (const outcome of result.files) {
    if (outcome.status === "failed") process.stderr.write(`swath: ${outcome.error.message}\n`);
  }
  if (flags.json) printResult(flags, documentOf(result), "");
  else if (!flags.quiet) process.stdout.write(`${summaryOf(result)}\n`);
  await tellReport(flags, result.report);
  if (result.failed > 0) process.exitCode = 1;
}

function optionsFrom(flags: ThumbsFlags): ThumbnailsOptions {
  const { size, out, format, fit, enlarge, quality, existing, workers } = flags;
  return {
    size,
    out,
    ...(workers === undefined ? {} : { workers }),
    ...(format === undefined ? {} : { format: format as ImageFormat | "same" }),
    ...(fit === undefined ? {} : { fit: fit as "inside" | "cover" }),
    ...(enlarge === undefined ? {} : { enlarge }),
    ...(quality === undefined ? {} : { quality }),
    ...(existing === undefined ? {} : { existing: existing as "skip" | "overwrite" | "error" }),
  };
}

/** "128", "320x200" */
function sizeFrom(text: string): ThumbnailsOptions["size"] {
  const [, width, height] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  if (width === undefined)
    throw new InvalidOptionError("--size", "pixels, as 128 or 320x200", text);
  return height === undefined ? Number(width) : { width: Number(width), height: Number(height) };
}

function documentOf({ files, written, skipped, failed, report }: ThumbnailsResult): object {
  return {
    schema: "swath.images.thumbs/1",
    written,
    skipped,
    failed,
    files: files.map(fileDocument),
    report,
  };
}

function fileDocument(outcome: ThumbOutcome): object {
  if (outcome.status !== "failed") return outcome;
  const { error, ...rest } = outcome;
  return { ...rest, error: { code: error.code, message: messageOf(error) } };
}

function summaryOf({ written, skipped, failed, report }: ThumbnailsResult): string {
  const parts = [
    `${countText(written)} written`,
    ...(skipped > 0 ? [`${countText(skipped)} there already`] : []),
    ...(failed > 0 ? [`${countText(failed)} failed`] : []),
  ];
  return `${parts.join(", ")} in ${report.wall.toFixed(1)} s`;
}
