import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { type JobReport, map } from "swath";
import { assertInteger, assertKnownKeys, assertOneOf, InvalidOptionError } from "swath/worker";
import {
  failureError,
  type ImageFileError,
  type ImageSizeError,
  type ImageWriteError,
} from "./errors.ts";
import { FORMATS, type ImageFormat } from "./files/image-names.ts";
import { assertFiles, listFiles } from "./files/list-files.ts";
import { makeFolder, removeIfThere, temporaryName } from "./files/output-file.ts";
import { foldersOf, type ImagePaths, outputPaths } from "./files/output-paths.ts";
import { ImagesJob, type ImagesJobOptions, LOOP_OPTIONS, loopOptionsOf } from "./images-job.ts";
import { makeThumbs, type ThumbPart, type ThumbsData } from "./thumbs/thumbs-entry.ts";

/** Options of {@link thumbnails}. */
export interface ThumbnailsOptions extends ImagesJobOptions {
  /** Pixels: of the longer side, or of a box. */
  readonly size: number | { readonly width: number; readonly height: number };
  /** Folder for the thumbnails, made if it is not there. */
  readonly out: string;
  /**
   * "same" keeps JPEG, PNG, WebP and AVIF, going by the names of the files; all others become
   * JPEG.
   * @default "same"
   */
  readonly format?: ImageFormat | "same" | undefined;
  /**
   * "inside" keeps the whole picture; "cover" fills the box and cuts off what hangs over.
   * @default "inside"
   */
  readonly fit?: "inside" | "cover" | undefined;
  /** Whether pictures smaller than the box grow. @default false */
  readonly enlarge?: boolean | undefined;
  /** 1 to 100. @default sharp's: 80 for JPEG and WebP, 50 for AVIF */
  readonly quality?: number | undefined;
  /**
   * What happens where an output exists: "skip" leaves one alone that is not older than its
   * input, so that a run that was stopped goes on; "overwrite" replaces it; "error" lets the file
   * fail. Other options than last time are not noticed: then say "overwrite".
   * @default "skip"
   */
  readonly existing?: "skip" | "overwrite" | "error" | undefined;
  /**
   * "collect" does all other files and tells what failed in the outcome of each; "stop" rejects
   * with the first.
   * @default "collect"
   */
  readonly onError?: "collect" | "stop" | undefined;
}

/** What came of one file. Paths are absolute. */
export type ThumbOutcome = { readonly input: string; readonly output: string } & (
  | {
      readonly status: "written";
      /** Of the thumbnail, in pixels. */
      readonly width: number;
      readonly height: number;
      /** Size of the file that was written. */
      readonly bytes: number;
    }
  | { readonly status: "skipped"; readonly bytes: number }
  | {
      readonly status: "failed";
      readonly error: ImageFileError | ImageSizeError | ImageWriteError;
    }
);

/** What {@link thumbnails} gives. */
export interface ThumbnailsResult {
  /** One for each file, in their order. */
  readonly files: readonly ThumbOutcome[];
  readonly written: number;
  readonly skipped: number;
  readonly failed: number;
  readonly report: JobReport;
}

const OWN_OPTIONS = ["size", "out", "format", "fit", "enlarge", "quality", "existing", "onError"];
/** Files of an item: enough that the threads of libvips and ours overlap … */
const MAX_PER_ITEM = 8;
/** … and few enough that all workers end together. */
const ITEMS_PER_WORKER = 8;
const MAX_SIZE = 16_383;

/**
 * Makes thumbnails of many images on all cores, the right way up. Their pixels are those of
 * `sharp(file).autoOrient().resize(…)`, in less time.
 *
 * A file that cannot be read or written does not keep the others from being done. Below `out` lies
 * each thumbnail as its file lies below the folder that the patterns begin with: for the
 * folder `photos` the thumbnail of `photos/a/1.jpg` is `a/1.jpg`. Each appears under its name only
 * when it is whole.
 *
 * @param files paths, folders (all images in them and below), and glob patterns
 * @throws InvalidOptionError for options that are not right, a pattern that matches nothing, and
 *   two files that would have the same output: before anything is written
 * @throws ImageWriteError where `out` cannot be written into
 * @example
 * const { files } = await thumbnails("photos", { size: 128, out: "thumbs" });
 */
export function thumbnails(
  files: string | readonly string[],
  options: ThumbnailsOptions,
): ImagesJob<ThumbnailsResult> {
  const data = thumbsData(options);
  assertFiles(files);
  const { out, format = "same", onError = "collect", workers } = options;
  return new ImagesJob(async (follow) => {
    const listed = await listFiles(files, { except: resolve(out) });
    const images = outputPaths(listed, out, format);
    for (const folder of [out, ...foldersOf(images)]) makeFolder(folder);
    const groups = groupsOf(images, workers ?? availableParallelism());
    const job = follow(
      map(groups, makeThumbs, {
        ...loopOptionsOf(options),
        schedule: "dynamic",
        chunk: 1,
        with: data,
      }),
      { images: images.length, perItem: groups[0]?.length ?? 1 },
    );
    const outcomes: ThumbOutcome[] = [];
    try {
      for await (const parts of job) {
        for (const part of parts) outcomes.push(outcomeOf(images[outcomes.length], part, onError));
      }
    } catch (error) {
      job.cancel(error);
      await job.report.catch(() => {});
      for (const { output } of images) removeIfThere(temporaryName(output, data.token));
      throw error;
    }
    const count = (status: ThumbOutcome["status"]) =>
      outcomes.filter((outcome) => outcome.status === status).length;
    return {
      files: outcomes,
      written: count("written"),
      skipped: count("skipped"),
      failed: count("failed"),
      report: await job.report,
    };
  });
}

function thumbsData(options: ThumbnailsOptions): ThumbsData {
  assertKnownKeys("options", options, [...OWN_OPTIONS, ...LOOP_OPTIONS]);
  const { size, out, fit = "inside", enlarge = false, quality, existing = "skip" } = options;
  const box = typeof size === "number" ? { width: size, height: size } : size;
  assertInteger("size", box?.width, { min: 1, max: MAX_SIZE });
  assertInteger("size", box.height, { min: 1, max: MAX_SIZE });
  if (typeof out !== "string" || out === "") throw new InvalidOptionError("out", "a path", out);
  assertOneOf("format", options.format ?? "same", ["same", ...FORMATS]);
  assertOneOf("fit", fit, ["inside", "cover"]);
  assertOneOf("existing", existing, ["skip", "overwrite", "error"]);
  assertOneOf("onError", options.onError ?? "collect", ["collect", "stop"]);
  if (quality !== undefined) assertInteger("quality", quality, { min: 1, max: 100 });
  const token = `${process.pid}-${randomBytes(4).toString("hex")}`;
  return { ...box, fit, enlarge, quality, existing, token };
}

function groupsOf(
  images: readonly ImagePaths[],
  workers: number,
): readonly (readonly ImagePaths[])[] {
  const fair = Math.ceil(images.length / (ITEMS_PER_WORKER * Math.max(1, workers)));
  const size = Math.min(MAX_PER_ITEM, fair);
  const groups: ImagePaths[][] = [];
  for (let i = 0; i < images.length; i += size) groups.push(images.slice(i, i + size));
  return groups;
}

function outcomeOf(
  image: ImagePaths | undefined,
  part: ThumbPart,
  onError: "collect" | "stop",
): ThumbOutcome {
  const { input, output } = image as ImagePaths;
  if (part.status !== "failed") return { input, output, ...part };
  const error = failureError(part.failure);
  if (onError === "stop") throw error;
  return { input, output, status: "failed", error };
}
