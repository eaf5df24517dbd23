import { createRequire } from "node:module";
import type { Sharp, SharpOptions } from "sharp";
import { messageOf } from "swath/worker";
import { FailedFile, type ImageSize, unreadable } from "../errors.ts";
import { readInput } from "../files/read-input.ts";
import { type JpegHeader, readJpegHeader } from "../jpeg/header.ts";
import { JpegDecoder } from "../jpeg/jpeg-decoder.ts";
import { type Fit, isEighthEnough } from "./shrink.ts";

type SharpModule = typeof import("sharp").default;

/** A file in memory. */
export interface LoadedFile {
  readonly path: string;
  /** Valid until the next file is loaded. */
  readonly bytes: Uint8Array;
  /** Of a JPEG that {@link JpegDecoder} takes. */
  readonly header: JpegHeader | undefined;
}

/** What an image is to be brought to. */
export interface TargetSize extends ImageSize {
  readonly fit: Exclude<Fit, "none">;
  /** Whether a smaller image grows. */
  readonly enlarge: boolean;
}

/** sharp's own limit: a picture that claims more is refused. */
const MAX_PIXELS = 0x3fff * 0x3fff;
/** Below this a file is read into memory that is kept, for the next. */
const KEPT_BYTES = 64 * 1024 * 1024;
const CENTER_BACKGROUND = { r: 0, g: 0, b: 0, alpha: 1 };

/** Reads images in one thread: common JPEGs by the own decoder, all others by sharp. */
export class ImageReader {
  readonly #decoder = JpegDecoder.create();
  #loaded: SharpModule | undefined;

  /** @throws FailedFile */
  load(path: string): LoadedFile {
    let decoder = this.#decoder;
    const bytes = readInput(path, (size) => {
      if (size > KEPT_BYTES) decoder = undefined;
      return decoder?.input(size) ?? new Uint8Array(size);
    });
    const header = decoder === undefined ? undefined : readJpegHeader(bytes);
    const isTooLarge = header !== undefined && header.width * header.height > MAX_PIXELS;
    return { path, bytes, header: isTooLarge ? undefined : header };
  }

  /** Writes all pixels of a JPEG as RGB; false where sharp has to see to it. */
  decodeInto({ header, bytes }: LoadedFile, target: Uint8Array, offset: number): boolean {
    if (header === undefined || header.orientation !== 1) return false;
    return this.#decoder?.decode(header, bytes.length, target, offset) ?? false;
  }

  /** The image as it is shown, in the size it has. The file's bytes are not needed any more. */
  open({ bytes }: LoadedFile): Sharp {
    return this.#sharp(Buffer.from(bytes)).autoOrient();
  }

  /** Size of an image as it is shown. The file's bytes are not needed any more. */
  async sizeOf(file: LoadedFile): Promise<ImageSize> {
    const { header } = file;
    if (header !== undefined) {
      const isTurned = header.orientation >= 5;
      return isTurned
        ? { width: header.height, height: header.width }
        : { width: header.width, height: header.height };
    }
    const image = this.#sharp(Buffer.from(file.bytes));
    const { width, height, autoOrient } = await image.metadata();
    return { width: autoOrient?.width ?? width, height: autoOrient?.height ?? height };
  }

  /** The image as it is shown, brought to a size. The file's bytes are not needed any more. */
  resize(file: LoadedFile, target: TargetSize): Sharp {
    const sharp = this.#sharp;
    const { width, height, fit, enlarge } = target;
    const options = { fit, withoutEnlargement: !enlarge, background: CENTER_BACKGROUND };
    const eighth = this.#decodeEighth(file, target);
    if (eighth === undefined) {
      return sharp(Buffer.from(file.bytes)).autoOrient().resize(width, height, options);
    }
    const { orientation } = file.header as JpegHeader;
    const image = sharp(eighth.pixels, {
      raw: { ...eighth.size, channels: 3 },
    } satisfies SharpOptions);
    if (orientation === 1) return image.resize(width, height, options);
    const isTurned = orientation >= 5;
    const { flop, angle } = ORIENTATIONS[orientation] as Turn;
    image.resize(isTurned ? height : width, isTurned ? width : height, options);
    return image.flop(flop).rotate(angle);
  }

  #decodeEighth(
    { header, bytes }: LoadedFile,
    { width, height, fit }: TargetSize,
  ): { readonly pixels: Buffer; readonly size: ImageSize } | undefined {
    if (header === undefined || Math.min(header.width, header.height) < 8) return undefined;
    // sharp crops and pads behind its turn, which a picture from memory does not have.
    if (header.orientation !== 1 && fit !== "inside") return undefined;
    const box = header.orientation >= 5 ? { width: height, height: width } : { width, height };
    if (!isEighthEnough(header, box, fit)) return undefined;
    const image = this.#decoder?.decodeEighth(header, bytes.length);
    if (image === undefined) return undefined;
    return { pixels: Buffer.from(image.data), size: { width: image.width, height: image.height } };
  }

  /**
   * Loaded when it is first needed, for it takes longer to load than all else; and at once, for
   * the bytes of a file do not wait.
   */
  get #sharp(): SharpModule {
    if (this.#loaded === undefined) {
      const sharp = createRequire(import.meta.url)("sharp") as SharpModule;
      // Images are worked on side by side: threads within one, and a cache, only cost.
      sharp.concurrency(1);
      sharp.cache(false);
      this.#loaded = sharp;
    }
    return this.#loaded;
  }
}

interface Turn {
  /** Mirrored from left to right before it is turned. */
  readonly flop: boolean;
  /** Degrees clockwise. */
  readonly angle: number;
}

/** How a picture of each EXIF orientation is turned upright; index 0 does not exist. */
const ORIENTATIONS: readonly Turn[] = [
  { flop: false, angle: 0 },
  { flop: false, angle: 0 },
  { flop: true, angle: 0 },
  { flop: false, angle: 180 },
  { flop: true, angle: 180 },
  { flop: true, angle: 270 },
  { flop: false, angle: 90 },
  { flop: true, angle: 90 },
  { flop: false, angle: 270 },
];

/** An error of sharp as one of the file. */
export function decodeFailure(path: string, error: unknown): FailedFile {
  if (error instanceof FailedFile) return error;
  const text = messageOf(error).trim();
  const [first = text] = text.split("\n");
  if (/unsupported image format/.test(text)) {
    return unreadable(path, "it is no image, or of a kind that is not read");
  }
  if (/"sharp" module/.test(text)) return unreadable(path, `sharp cannot be loaded: ${first}`);
  if (/pixel limit/.test(text)) return unreadable(path, `it has too many pixels (${first})`);
  return unreadable(path, `the image is cut off or damaged (${first})`);
}
