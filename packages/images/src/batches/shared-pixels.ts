/** Element types of a batch. */
export type PixelType = "uint8" | "float32";

/** The pixels of a batch. */
export type Pixels = Uint8Array | Float32Array;

/** Bytes of an element. */
export const PIXEL_BYTES: Readonly<Record<PixelType, number>> = { uint8: 1, float32: 4 };

/**
 * Memory for `length` elements that all threads see.
 *
 * The one place that knows how shared arrays are made.
 */
export function shareMemory(dtype: PixelType, length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(length * PIXEL_BYTES[dtype]);
}

/** The elements of {@link shareMemory} in any thread. */
export function viewOf(dtype: PixelType, memory: SharedArrayBuffer): Pixels {
  return dtype === "uint8" ? new Uint8Array(memory) : new Float32Array(memory);
}
