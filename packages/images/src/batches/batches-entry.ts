import { type TaskContext, task } from "swath/worker";
import { decodeFailure, ImageReader, type LoadedFile } from "../decode/image-reader.ts";
import { FailedFile, type FileFailure, type ImageSize } from "../errors.ts";
import { type Pixels, type PixelType, viewOf } from "./shared-pixels.ts";

/** What a worker needs for all images. */
export interface BatchData {
  readonly ring: readonly SharedArrayBuffer[];
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly dtype: PixelType;
  readonly fit: "none" | "cover" | "contain" | "fill";
}

/** A few neighbouring images of a batch. */
export interface BatchRun {
  /** Number of the batch since the start. */
  readonly batch: number;
  /** Its place in the ring. */
  readonly slot: number;
  /** Place of the first image in the batch. */
  readonly start: number;
  readonly files: readonly string[];
}

/** An image that could not be had, by its place in the batch. */
export interface FailedPlace {
  readonly place: number;
  readonly failure: FileFailure;
}

/** While one is worked on by libvips' threads, the next is begun. */
const IN_FLIGHT = 2;

let ofThread: ImageReader | undefined;
/** An image on its way to float32. */
let bytesOfOne: Uint8Array | undefined;

/** Writes the images of a run into their batch; gives those that failed. */
export const fillRun = task(
  import.meta,
  async function fillRun(
    { slot, start, files }: BatchRun,
    { with: data }: TaskContext<unknown, BatchData>,
  ): Promise<readonly FailedPlace[]> {
    ofThread ??= new ImageReader();
    const reader = ofThread;
    const target = viewOf(data.dtype, data.ring[slot] as SharedArrayBuffer);
    const filling: Promise<FailedPlace | undefined>[] = [];
    for (const [i, path] of files.entries()) {
      if (i >= IN_FLIGHT) await filling[i - IN_FLIGHT];
      filling.push(fillPlace(reader, path, start + i, target, data));
    }
    return (await Promise.all(filling)).filter((failed) => failed !== undefined);
  },
);

/** Never rejects. */
async function fillPlace(
  reader: ImageReader,
  path: string,
  place: number,
  target: Pixels,
  data: BatchData,
): Promise<FailedPlace | undefined> {
  try {
    const file = reader.load(path);
    const offset = place * data.width * data.height * data.channels;
    if (!fillAtOnce(reader, file, target, offset, data)) {
      await fillBySharp(reader, file, target, offset, data);
    }
    return undefined;
  } catch (error) {
    return { place, failure: decodeFailure(path, error).failure };
  }
}

/** Decodes straight into the batch where nothing else is to be done. */
function fillAtOnce(
  reader: ImageReader,
  file: LoadedFile,
  target: Pixels,
  offset: number,
  { width, height, channels }: BatchData,
): boolean {
  const { header } = file;
  if (channels !== 3 || header?.width !== width || header.height !== height) return false;
  if (target instanceof Uint8Array) return reader.decodeInto(file, target, offset);
  const size = width * height * channels;
  if (bytesOfOne === undefined || bytesOfOne.length < size) bytesOfOne = new Uint8Array(size);
  if (!reader.decodeInto(file, bytesOfOne, 0)) return false;
  writeScaled(bytesOfOne.subarray(0, size), target, offset);
  return true;
}

async function fillBySharp(
  reader: ImageReader,
  file: LoadedFile,
  target: Pixels,
  offset: number,
  { width, height, channels, fit }: BatchData,
): Promise<void> {
  const box = { width, height };
  const image =
    fit === "none" ? reader.open(file) : reader.resize(file, { ...box, fit, enlarge: true });
  if (fit === "none") assertSize(file, await reader.sizeOf(file), box);
  if (channels === 1) image.flatten().grayscale().toColourspace("b-w");
  else if (channels === 3) image.flatten().toColourspace("srgb");
  else image.toColourspace("srgb").ensureAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  assertSize(file, info, box);
  if (info.channels !== channels) {
    const reason = `it has ${info.channels} channels where ${channels} are expected`;
    throw new FailedFile({ kind: "read", path: file.path, reason });
  }
  if (target instanceof Uint8Array) target.set(data, offset);
  else writeScaled(data, target, offset);
}

function assertSize({ path }: LoadedFile, size: ImageSize, expected: ImageSize): void {
  if (size.width === expected.width && size.height === expected.height) return;
  const { width, height } = size;
  throw new FailedFile({ kind: "size", path, size: { width, height }, expected });
}

/** 0 to 255 as 0 to 1, rounded as a division in float32 is. */
const SCALED = Float32Array.from({ length: 256 }, (_, level) => level / 255);

function writeScaled(bytes: Uint8Array, target: Float32Array, offset: number): void {
  for (let i = 0; i < bytes.length; i++) target[offset + i] = SCALED[bytes[i] as number] as number;
}
