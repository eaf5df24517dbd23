import type { Pixels, PixelType } from "./shared-pixels.ts";

/** Images as one array. */
export interface Batch<P extends Pixels = Pixels> {
  /** `n · height · width · channels` elements, in that order of axes. */
  readonly data: P;
  readonly shape: readonly [n: number, height: number, width: number, channels: number];
  /** Of each image in the list of files. */
  readonly indices: readonly number[];
  /** Path of each image. */
  readonly files: readonly string[];
  /** Which pass over the files this is, from 0. */
  readonly epoch: number;
  /** The same batch in memory of its own, valid for good. */
  copy(): Batch<P>;
}

/** The elements of each `dtype`. */
export type PixelsOf<D extends PixelType> = D extends "float32" ? Float32Array : Uint8Array;

/** A batch of what is in `data`. */
export function makeBatch(parts: Omit<Batch, "copy">): Batch {
  // A slice of shared memory is shared memory again; a copy is the caller's own.
  const copied = () => {
    const { data } = parts;
    return data instanceof Uint8Array ? Uint8Array.from(data) : Float32Array.from(data);
  };
  return { ...parts, copy: () => makeBatch({ ...parts, data: copied() }) };
}
