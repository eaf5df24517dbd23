import { freemem, totalmem } from "node:os";
import { assertInteger, assertKnownKeys, assertOneOf, InvalidOptionError } from "swath/worker";
import { BatchMemoryError, type ImageSize } from "../errors.ts";
import { type ImagesJobOptions, LOOP_OPTIONS } from "../images-job.ts";
import { PIXEL_BYTES, type PixelType, shareMemory } from "./shared-pixels.ts";

/** How the images of a batch are made. */
export interface BatchImageOptions<D extends PixelType = PixelType> extends ImagesJobOptions {
  /** Pixels down. @default the first image's */
  readonly height?: number | undefined;
  /** Pixels across. @default the first image's */
  readonly width?: number | undefined;
  /** 3 is RGB, 1 gray, 4 RGB and opacity. @default 3 */
  readonly channels?: 1 | 3 | 4 | undefined;
  /** "uint8" holds 0 to 255, "float32" the same divided by 255: 0 to 1. @default "uint8" */
  readonly dtype?: D | undefined;
  /**
   * How an image of another size is brought to the batch's: "none" lets it fail, "cover" cuts off
   * what hangs over, "contain" pads with black, "fill" distorts.
   * @default "none"
   */
  readonly fit?: "none" | "cover" | "contain" | "fill" | undefined;
  /** "stop" ends with the first image that cannot be had; "skip" leaves it out. @default "stop" */
  readonly onError?: "stop" | "skip" | undefined;
}

/** Options of `batches`. */
export interface BatchesOptions<D extends PixelType = PixelType> extends BatchImageOptions<D> {
  /** Images of a batch. */
  readonly batchSize: number;
  /** Passes over the files. @default 1 */
  readonly epochs?: number | undefined;
  /** Every pass in another order, that of the seed. @default in the order of the files */
  readonly shuffle?: { readonly seed: number } | undefined;
  /** Batches that are made ahead of the one in use. @default 2 */
  readonly prefetch?: number | undefined;
  /** false gives batches as they are done. @default true */
  readonly inOrder?: boolean | undefined;
  /** Leaves out the last batch of a pass if it is not full. @default false */
  readonly dropLast?: boolean | undefined;
}

/** {@link BatchesOptions} with every default filled in, but for the size. */
export interface BatchPlan {
  readonly height: number | undefined;
  readonly width: number | undefined;
  readonly channels: 1 | 3 | 4;
  readonly dtype: PixelType;
  readonly fit: "none" | "cover" | "contain" | "fill";
  readonly onError: "stop" | "skip";
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number | undefined;
  readonly prefetch: number;
  readonly inOrder: boolean;
  readonly dropLast: boolean;
}

export const IMAGE_OPTIONS = ["height", "width", "channels", "dtype", "fit", "onError"] as const;
const BATCH_OPTIONS = [
  "batchSize",
  "epochs",
  "shuffle",
  "prefetch",
  "inOrder",
  "dropLast",
] as const;
const MAX_SIDE = 65_535;
const MAX_PREFETCH = 1_024;
/** What is left to the rest of the program and the system. */
const USABLE_SHARE = 0.9;

/** @throws InvalidOptionError */
export function planBatches(options: BatchesOptions): BatchPlan {
  assertKnownKeys("options", options, [...IMAGE_OPTIONS, ...BATCH_OPTIONS, ...LOOP_OPTIONS]);
  const { height, width, channels = 3, dtype = "uint8", fit = "none", onError = "stop" } = options;
  const {
    batchSize,
    epochs = 1,
    prefetch = 2,
    shuffle,
    inOrder = true,
    dropLast = false,
  } = options;
  assertInteger("batchSize", batchSize, { min: 1 });
  assertInteger("epochs", epochs, { min: 1 });
  assertInteger("prefetch", prefetch, { min: 0, max: MAX_PREFETCH });
  if (height !== undefined) assertInteger("height", height, { min: 1, max: MAX_SIDE });
  if (width !== undefined) assertInteger("width", width, { min: 1, max: MAX_SIDE });
  if ((height === undefined) !== (width === undefined)) {
    throw new InvalidOptionError("height", "given together with `width`", height);
  }
  if (![1, 3, 4].includes(channels))
    throw new InvalidOptionError("channels", "1, 3 or 4", channels);
  assertOneOf("dtype", dtype, ["uint8", "float32"]);
  assertOneOf("fit", fit, ["none", "cover", "contain", "fill"]);
  assertOneOf("onError", onError, ["stop", "skip"]);
  const seed = seedOf(shuffle);
  return {
    height,
    width,
    channels,
    dtype,
    fit,
    onError,
    batchSize,
    epochs,
    seed,
    prefetch,
    inOrder,
    dropLast,
  };
}

function seedOf(shuffle: BatchesOptions["shuffle"]): number | undefined {
  if (shuffle === undefined) return undefined;
  if (typeof shuffle !== "object" || shuffle === null) {
    throw new InvalidOptionError("shuffle", "an object with a seed, as { seed: 1 }", shuffle);
  }
  assertKnownKeys("shuffle", shuffle, ["seed"]);
  assertInteger("shuffle.seed", shuffle.seed, { min: 0, max: 2 ** 32 - 1 });
  return shuffle.seed;
}

/** The batches of the ring; nothing is allocated where they do not fit. */
export function allocateRing(
  { channels, dtype, batchSize }: BatchPlan,
  { width, height }: ImageSize,
  batches: number,
): readonly SharedArrayBuffer[] {
  const length = batchSize * height * width * channels;
  const batchBytes = length * PIXEL_BYTES[dtype];
  const available = usableMemory();
  const need = { batches, batchBytes, available };
  if (batches * batchBytes > available) throw new BatchMemoryError(need);
  try {
    const ring = Array.from({ length: batches }, () => shareMemory(dtype, length));
    return ring;
  } catch (error) {
    throw new BatchMemoryError(need, { cause: error });
  }
}

/** Bytes that this process can still have. */
function usableMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  const isLimited = limit > 0 && limit < totalmem();
  const free = isLimited ? Math.min(freemem(), limit - process.memoryUsage.rss()) : freemem();
  return Math.max(0, Math.floor(free * USABLE_SHARE));
}
