import { inflateSync } from "node:zlib";
import type { LercData } from "lerc";
import type { DType } from "../../dtype.ts";
import { RasterUnsupportedError } from "../../errors.ts";
import { blockBytes } from "../block-tables.ts";
import type { TiffImage } from "../image.ts";
import { type SyncDecoder, takeDecoded } from "./codec.ts";
import { importOptional } from "./optional-package.ts";
import { type Decompress, loadZstd } from "./zstd.ts";

/** Up to the size of the blob; all of it is longer. */
const LERC_HEAD_BYTES = 38;

/** LERC's names of the pixel types. */
const PIXEL_TYPES: Readonly<Record<DType, string>> = {
  uint8: "U8",
  int8: "S8",
  uint16: "U16",
  int16: "S16",
  uint32: "U32",
  int32: "S32",
  float32: "F32",
  float64: "F64",
};

/** Not a literal where it is imported: bundlers would want what not everybody has installed. */
const PACKAGE: string = "lerc";

/**
 * Compression 34887: a LERC blob per block, which tag 50674 may say to be compressed once
 * more. Decoded by the optional package `lerc`. Pixels outside a blob's mask become NaN, or 0
 * where the type has none, as in libtiff.
 */
export async function prepareLerc(image: TiffImage): Promise<SyncDecoder> {
  const lerc = await importOptional("lerc", image, async () => {
    const loaded = (await import(PACKAGE)) as typeof import("lerc");
    await loaded.load();
    return loaded;
  });
  const outer = await outerCompression(image);
  return {
    kind: "sync",
    // libtiff swaps the bytes of a big-endian file's pixels before LERC sees them.
    order: "file",
    decode(encoded, into) {
      const blob = outer === undefined ? encoded : outer(encoded);
      const checked = checkedBlob(blob, image, into);
      takeLerc(lerc.decode(checked, { returnInterleaved: true }), image, into);
    },
  };
}

/** The compression around the blobs: LercParameters[1] is 0 none, 1 deflate, 2 Zstandard. */
async function outerCompression(image: TiffImage): Promise<Decompress | undefined> {
  // A blob of incompressible pixels is a little longer than the block.
  const capacity = 2 * blockBytes(image) + 65_536;
  switch (image.lercParameters?.[1] ?? 0) {
    case 0:
      return undefined;
    case 1:
      return (encoded) => inflateSync(encoded, { maxOutputLength: capacity });
    case 2:
      return await loadZstd(capacity);
    default:
      throw new RasterUnsupportedError(
        image.path,
        `LERC (compression 34887) with additional compression ${image.lercParameters?.[1]}`,
      );
  }
}

/**
 * The blob without what follows it, its size compared with the block's: the decoder allocates
 * what a blob claims, and that again for each further blob.
 *
 * @throws Error where they differ, or the blob is of another version of LERC
 * @see Lerc2.h in Esri's LERC: "Lerc2 ", version, checksum (from version 3 on), rows, columns,
 * depth (from version 4 on), valid pixels, micro block size, bytes of the blob; 32 bits each,
 * little-endian
 */
function checkedBlob(blob: Uint8Array, image: TiffImage, into: Uint8Array): Uint8Array {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const mark = Buffer.from(blob.subarray(0, 10)).toString("latin1");
  if (mark === "CntZImage ") throw new Error("it is in LERC's old form, CntZImage");
  if (!mark.startsWith("Lerc2 ") || blob.length < LERC_HEAD_BYTES)
    throw new Error("it is no LERC blob");
  const version = view.getInt32(6, true);
  const sizesAt = version < 3 ? 10 : 14;
  const height = view.getInt32(sizesAt, true);
  const width = view.getInt32(sizesAt + 4, true);
  const depth = version < 4 ? 1 : view.getInt32(sizesAt + 8, true);
  const { samples, rows } = blockShape(image, into);
  const fits = height >= rows && height <= image.blockHeight;
  if (!fits || width !== image.blockWidth || depth !== samples) {
    throw new Error(
      `expected ${image.blockWidth} x ${rows} x ${samples}, got a blob of ${width} x ${height} x ${depth}`,
    );
  }
  const bytes = view.getInt32(sizesAt + (version < 4 ? 16 : 20), true);
  if (bytes >= LERC_HEAD_BYTES && bytes <= blob.length) return blob.subarray(0, bytes);
  throw new Error(`it claims ${bytes} bytes, but has ${blob.length}`);
}

function blockShape(image: TiffImage, into: Uint8Array): { samples: number; rows: number } {
  const samples = image.interleave === "pixel" ? image.bands : 1;
  return { samples, rows: into.length / (blockBytes(image) / image.blockHeight) };
}

/**
 * Bands lie side by side in `pixels` of each blob's depth, or one array per band.
 *
 * @throws Error where size or type differ from the block's
 */
function takeLerc(blob: LercData, image: TiffImage, into: Uint8Array): void {
  const { samples, rows } = blockShape(image, into);
  const pixels = blob.pixels[0];
  const expected = PIXEL_TYPES[image.dtype];
  if (
    pixels === undefined ||
    blob.width !== image.blockWidth ||
    blob.height < rows ||
    blob.depthCount !== samples ||
    blob.pixels.length !== 1 ||
    blob.pixelType !== expected
  ) {
    throw new Error(
      `expected ${image.blockWidth} x ${rows} x ${samples} of ${expected}, got a blob of ${blob.width} x ${blob.height} x ${blob.depthCount} of ${blob.pixelType}`,
    );
  }
  if (blob.mask !== null) blankInvalid(pixels, blob.mask, samples);
  takeDecoded(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength), into);
}

function blankInvalid(pixels: LercData["pixels"][number], mask: Uint8Array, samples: number): void {
  const isFloat = pixels instanceof Float32Array || pixels instanceof Float64Array;
  for (let i = 0; i < pixels.length; i++) {
    if (mask[Math.floor(i / samples)] === 0) pixels[i] = isFloat ? Number.NaN : 0;
  }
}
