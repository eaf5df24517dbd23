import { RasterFileError, RasterUnsupportedError } from "../../errors.ts";
import type { TiffImage } from "../image.ts";
import type { AsyncDecoder } from "./codec.ts";
import { loadSharp, pictureOptions, takePicture } from "./picture.ts";

const YCBCR = 6;
const MARKER = 0xff;
const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;

/**
 * Compression 7: each block is a JPEG stream, often without its tables, which stand once in
 * tag 347. Decoded by `sharp`; YCbCr comes out as RGB, as from GDAL. Lossy, so decoders
 * differ by a step or two.
 *
 * @throws RasterUnsupportedError for other than 1 or 3 samples: four would be taken for CMYK
 */
export async function prepareJpeg(image: TiffImage): Promise<AsyncDecoder> {
  const samples = image.interleave === "pixel" ? image.bands : 1;
  if ((samples !== 1 && samples !== 3) || image.dtype !== "uint8") {
    throw new RasterUnsupportedError(
      image.path,
      `JPEG (compression 7) with ${samples} samples of ${image.dtype}`,
    );
  }
  const open = await loadSharp(image);
  const options = pictureOptions(image);
  const prefix = streamPrefix(image, samples);
  return {
    kind: "async",
    order: "native",
    async decode(encoded, into) {
      if (!isJpeg(encoded)) throw new Error("it does not start as a JPEG stream");
      const stream = Buffer.concat([prefix, encoded.subarray(2)]);
      const { data, info } = await open(stream, options)
        .raw()
        .toBuffer({ resolveWithObject: true });
      takePicture({ ...info, data }, image, into);
    },
  };
}

/**
 * What each block's stream starts with in place of its own start marker: start marker, colour
 * model, tables.
 *
 * The colour model is what the TIFF says: without it a decoder guesses from component
 * numbers, and takes RGB for YCbCr.
 */
function streamPrefix(image: TiffImage, samples: number): Buffer {
  const start = Buffer.from([MARKER, START_OF_IMAGE]);
  const model = samples === 3 ? adobeSegment(image.photometric === YCBCR) : Buffer.alloc(0);
  const { jpegTables } = image;
  if (jpegTables === undefined || jpegTables.length < 4) return Buffer.concat([start, model]);
  if (!isJpeg(jpegTables)) {
    const place = { path: image.path, offset: image.ifdOffset };
    throw new RasterFileError(place, "JPEGTables (tag 347) do not start as a JPEG stream");
  }
  const cut = jpegTables.lastIndexOf(END_OF_IMAGE);
  const end = cut > 2 && jpegTables[cut - 1] === MARKER ? cut - 1 : jpegTables.length;
  return Buffer.concat([start, model, jpegTables.subarray(2, end)]);
}

/** Adobe's APP14 segment; its last byte is the transform: 1 YCbCr, 0 none. */
function adobeSegment(isYcbcr: boolean): Buffer {
  const body = Buffer.from("Adobe\0\x64\0\0\0\0\0", "latin1");
  body[body.length - 1] = isYcbcr ? 1 : 0;
  return Buffer.concat([Buffer.from([MARKER, 0xee, 0, body.length + 2]), body]);
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === MARKER && bytes[1] === START_OF_IMAGE;
}
