import { deflateSync } from "node:zlib";
import { InvalidOptionError } from "swath/worker";
import { BYTES_PER_PIXEL } from "../../dtype.ts";
import { swapBytes } from "../byte-order.ts";
import { encodeLzw } from "./encode-lzw.ts";
import { encodePackBits } from "./encode-packbits.ts";
import { isFilledWith } from "./filled.ts";
import type { TiffOutputPlan } from "./plan.ts";
import { predictFloats, predictHorizontally } from "./predict.ts";
import { compressZstd } from "./zstd.ts";

/**
 * The bytes of one block as they go into the file: predicted, in the file's byte order,
 * compressed. Runs in any thread; depends on `plan` and `pixels` alone, so the file is the
 * same for any number of workers.
 *
 * @param pixels the whole block in little-endian order, rows of `plan.rowBytes`, padding
 * included (the last strip is as short as the image); not changed
 * @returns memory of its own of the exact length, fit to be transferred; empty for a block
 * that a sparse file leaves out
 */
export function encodeBlock(plan: TiffOutputPlan, pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  assertBlockLength(plan, pixels);
  if (plan.sparse && isFilledWith(pixels, plan.dtype, plan.nodata ?? 0)) return new Uint8Array(0);
  return owned(compress(plan, prepare(plan, pixels)), pixels);
}

function assertBlockLength(plan: TiffOutputPlan, { byteLength }: Uint8Array): void {
  if (byteLength === plan.blockBytes) return;
  const { layout, rowBytes, blockBytes } = plan;
  const wholeRows = byteLength > 0 && byteLength < blockBytes && byteLength % rowBytes === 0;
  if (layout === "strips" && wholeRows) return;
  const expected = `the ${blockBytes} bytes of a block of ${plan.blockWidth} x ${plan.blockHeight}`;
  throw new InvalidOptionError("pixels", expected, byteLength);
}

/** Scratch memory of this thread, as large as the largest block so far. */
let scratch = new Uint8Array(0);

/** Predictor and byte order; the result is `pixels` itself or lives until the next call. */
function prepare(plan: TiffOutputPlan, pixels: Uint8Array): Uint8Array {
  const { predictor, byteOrder, dtype, rowBytes, samplesPerPixel } = plan;
  const size = BYTES_PER_PIXEL[dtype];
  // The bytes that predictor 3 makes have no order of their own.
  const swap = byteOrder === "big" && size > 1 && predictor !== 3;
  if (predictor === 1 && !swap) return pixels;
  if (scratch.length < pixels.length) scratch = new Uint8Array(pixels.length);
  const target = scratch.subarray(0, pixels.length);
  const rows = { dtype, rowBytes, samplesPerPixel };
  if (predictor === 3) {
    predictFloats(pixels, target, rows);
    return target;
  }
  target.set(pixels);
  if (predictor === 2) predictHorizontally(target, rows);
  if (swap) swapBytes(target, size);
  return target;
}

function compress(plan: TiffOutputPlan, bytes: Uint8Array): Uint8Array {
  switch (plan.compression) {
    case "none":
      return bytes;
    case "deflate":
      return deflateSync(bytes, { level: plan.level });
    case "zstd":
      return compressZstd(bytes, plan.level);
    case "lzw":
      return encodeLzw(bytes);
    case "packbits":
      return encodePackBits(bytes, plan.rowBytes);
  }
}

/** `bytes` in memory that nobody else has: not `pixels`, scratch, or Node's buffer pool. */
function owned(bytes: Uint8Array, pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const exact = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  const foreign = buffer !== pixels.buffer && buffer !== scratch.buffer;
  if (exact && foreign) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}
