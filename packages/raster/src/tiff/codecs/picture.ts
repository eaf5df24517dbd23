import type { Sharp, SharpOptions } from "sharp";
import type { TiffImage } from "../image.ts";
import { importOptional } from "./optional-package.ts";

/** Not a literal where it is imported: bundlers would want what not everybody has installed. */
const PACKAGE: string = "sharp";

/** Opens an encoded picture: what the package `sharp` exports. */
export type OpenPicture = (encoded: Uint8Array, options: SharpOptions) => Sharp;

/** The optional package that decodes JPEG and WebP blocks. */
export async function loadSharp(image: TiffImage): Promise<OpenPicture> {
  const { default: sharp } = await importOptional("sharp", image, async () => {
    return (await import(PACKAGE)) as typeof import("sharp");
  });
  return (encoded, options) => sharp(encoded, options);
}

/** A picture decoded: rows of `channels` bytes a pixel. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** How a picture is opened: refuse damage, and sizes that no block of the image has. */
export function pictureOptions(image: TiffImage): SharpOptions {
  return {
    failOn: "error",
    limitInputPixels: image.blockWidth * image.blockHeight,
    sequentialRead: true,
  };
}

/**
 * Put a decoded picture into a block; surplus rows are cut off.
 *
 * @throws Error where width or channels differ from the block's, or rows are missing
 */
export function takePicture(picture: Picture, image: TiffImage, into: Uint8Array): void {
  const samples = image.interleave === "pixel" ? image.bands : 1;
  const rows = into.length / (image.blockWidth * samples);
  const { width, height, channels } = picture;
  if (width !== image.blockWidth || height < rows || channels !== samples) {
    throw new Error(
      `expected a picture of ${image.blockWidth} x ${rows} pixels and ${samples} channels, got ${width} x ${height} and ${channels}`,
    );
  }
  into.set(picture.data.subarray(0, into.length));
}
