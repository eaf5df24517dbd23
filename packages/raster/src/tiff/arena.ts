/**
 * Memory that blocks are read into. Its buffer may be replaced by `ensure` (a WebAssembly
 * memory that grew): views are made afterwards and never kept across a call.
 */
export interface Arena {
  /** First byte that may be used. */
  readonly base: number;
  readonly buffer: ArrayBufferLike;
  /** Makes sure that `bytes` bytes follow {@link base}; what lies in them stays. */
  ensure(bytes: number): void;
}

/** An arena in plain memory; grows by replacement. */
export function heapArena(): Arena {
  let buffer = new ArrayBuffer(0);
  return {
    base: 0,
    get buffer() {
      return buffer;
    },
    ensure(bytes) {
      if (bytes <= buffer.byteLength) return;
      const grown = new ArrayBuffer(bytes);
      new Uint8Array(grown).set(new Uint8Array(buffer));
      buffer = grown;
    },
  };
}
