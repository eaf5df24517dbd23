import { BYTES_PER_PIXEL, type DType, pixelView } from "../../dtype.ts";

/**
 * Whether every pixel is `value`, bit for bit.
 *
 * @param bytes whole pixels in native order, at any position in memory
 */
export function isFilledWith(bytes: Uint8Array, dtype: DType, value: number): boolean {
  const size = BYTES_PER_PIXEL[dtype];
  const one = pixelView(dtype, new ArrayBuffer(size), 0, 1).fill(value);
  const pattern = new Uint8Array(one.buffer);
  for (let i = 0; i < size; i++) if (bytes[i] !== pattern[i]) return false;
  // The first pixel is the value; all are if each equals the one before it.
  return Buffer.compare(bytes.subarray(size), bytes.subarray(0, bytes.length - size)) === 0;
}
