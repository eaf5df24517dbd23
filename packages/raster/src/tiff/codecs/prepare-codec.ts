import { RasterUnsupportedError } from "../../errors.ts";
import { compressionName } from "../compressions.ts";
import type { TiffImage } from "../image.ts";
import type { Decoder, PrepareDecoder } from "./codec.ts";

/** Codecs by TIFF compression code; a file is loaded when an image first needs it. */
const CODECS: Readonly<Record<number, () => Promise<PrepareDecoder>>> = {
  1: async () => (await import("./none.ts")).prepareNone,
  5: async () => (await import("./lzw.ts")).prepareLzw,
  7: async () => (await import("./jpeg.ts")).prepareJpeg,
  8: async () => (await import("./deflate.ts")).prepareDeflate,
  32773: async () => (await import("./packbits.ts")).preparePackBits,
  32946: async () => (await import("./deflate.ts")).prepareDeflate,
  34887: async () => (await import("./lerc.ts")).prepareLerc,
  50000: async () => (await import("./zstd.ts")).prepareZstd,
  50001: async () => (await import("./webp.ts")).prepareWebp,
};

/**
 * A decoder for the blocks of `image`, its library loaded and ready.
 *
 * @throws RasterUnsupportedError where there is no such codec, or its optional package is
 *   not installed
 */
export async function prepareCodec(image: TiffImage): Promise<Decoder> {
  const load = CODECS[image.compression];
  if (load === undefined) {
    throw new RasterUnsupportedError(image.path, compressionName(image.compression));
  }
  const prepare = await load();
  return await prepare(image);
}
