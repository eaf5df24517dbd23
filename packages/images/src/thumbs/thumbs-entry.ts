import { statSync } from "node:fs";
import { type TaskContext, task } from "swath/worker";
import { decodeFailure, ImageReader } from "../decode/image-reader.ts";
import type { FileFailure } from "../errors.ts";
import { takenName, writeWhole } from "../files/output-file.ts";
import type { ImagePaths } from "../files/output-paths.ts";

/** What a worker needs for all images. */
export interface ThumbsData {
  readonly width: number;
  readonly height: number;
  readonly fit: "inside" | "cover";
  readonly enlarge: boolean;
  readonly quality: number | undefined;
  readonly existing: "skip" | "overwrite" | "error";
  /** Tells the temporary files of this run from those of others. */
  readonly token: string;
}

/** What came of one image; plain data. */
export type ThumbPart =
  | {
      readonly status: "written";
      readonly width: number;
      readonly height: number;
      readonly bytes: number;
    }
  | { readonly status: "skipped"; readonly bytes: number }
  | { readonly status: "failed"; readonly failure: FileFailure };

/** While one is shrunk and encoded by libvips' threads, the next is decoded here. */
const IN_FLIGHT = 2;

let ofThread: ImageReader | undefined;

/** Makes the thumbnails of a few images, in their order. */
export const makeThumbs = task(
  import.meta,
  async function makeThumbs(
    images: readonly ImagePaths[],
    { with: data }: TaskContext<unknown, ThumbsData>,
  ): Promise<readonly ThumbPart[]> {
    ofThread ??= new ImageReader();
    const reader = ofThread;
    const parts: Promise<ThumbPart>[] = [];
    for (const [i, image] of images.entries()) {
      if (i >= IN_FLIGHT) await parts[i - IN_FLIGHT];
      parts.push(makeThumb(reader, image, data));
    }
    return Promise.all(parts);
  },
);

/** Never rejects: what is wrong with one image is its own outcome. */
async function makeThumb(
  reader: ImageReader,
  image: ImagePaths,
  data: ThumbsData,
): Promise<ThumbPart> {
  try {
    return existingPart(image, data) ?? (await write(reader, image, data));
  } catch (error) {
    return { status: "failed", failure: decodeFailure(image.input, error).failure };
  }
}

/** An output that is newer than its input is left alone: a run that was stopped goes on. */
function existingPart(
  { input, output }: ImagePaths,
  { existing }: ThumbsData,
): ThumbPart | undefined {
  if (existing === "overwrite") return undefined;
  const there = statSync(output, { throwIfNoEntry: false });
  if (there === undefined) return undefined;
  if (existing === "error") throw takenName(output);
  const from = statSync(input, { throwIfNoEntry: false });
  const isUpToDate = from !== undefined && there.isFile() && there.mtimeMs >= from.mtimeMs;
  return isUpToDate ? { status: "skipped", bytes: there.size } : undefined;
}

async function write(
  reader: ImageReader,
  { input, output, format }: ImagePaths,
  data: ThumbsData,
): Promise<ThumbPart> {
  const { quality, token, existing } = data;
  const image = reader.resize(reader.load(input), data);
  if (format === "jpeg") image.flatten({ background: "#ffffff" });
  image.toFormat(format, quality === undefined ? {} : { quality });
  const { data: bytes, info } = await image.toBuffer({ resolveWithObject: true });
  writeWhole(output, bytes, { token, overwrite: existing !== "error" });
  return { status: "written", width: info.width, height: info.height, bytes: bytes.length };
}
