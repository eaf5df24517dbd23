import type { TiffImage } from "../image.ts";
import type { AsyncDecoder } from "./codec.ts";
import { loadSharp, pictureOptions, takePicture } from "./picture.ts";

/**
 * Compression 50001: each block is a WebP picture of 3 or 4 bands, decoded by `sharp`, which
 * would also take an SVG or any other format that it knows.
 */
export async function prepareWebp(image: TiffImage): Promise<AsyncDecoder> {
  const open = await loadSharp(image);
  const options = pictureOptions(image);
  return {
    kind: "async",
    order: "native",
    async decode(encoded, into) {
      if (!isWebp(encoded)) throw new Error("it does not start as a WebP picture");
      const opened = open(encoded, options);
      // A picture without transparent pixels may have been stored without its alpha.
      const picture = image.bands === 4 ? opened.ensureAlpha() : opened.removeAlpha();
      const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
      takePicture({ ...info, data }, image, into);
    },
  };
}

/** A RIFF file of form WEBP; bytes 4 to 7 are its length. */
function isWebp(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  return head.startsWith("RIFF") && head.endsWith("WEBP");
}
