import { assertDecoded, type SyncDecoder } from "./codec.ts";

/** Compression 32773. */
export function preparePackBits(): SyncDecoder {
  return {
    kind: "sync",
    order: "file",
    decode: (encoded, into) => assertDecoded(unpackBits(encoded, into), into.length),
  };
}

/**
 * Runs of a header byte `n` and its data: 0 to 127, that many plus one bytes as they are;
 * -1 to -127, one byte 1 - n times; -128, nothing.
 *
 * @returns bytes written: `into` is filled, or the input ended
 * @see TIFF 6.0, section 9
 */
export function unpackBits(encoded: Uint8Array, into: Uint8Array): number {
  const end = into.length;
  let from = 0;
  let to = 0;
  while (from < encoded.length && to < end) {
    const header = encoded[from++] ?? 128;
    if (header < 128) {
      const count = Math.min(header + 1, end - to, encoded.length - from);
      for (let i = 0; i < count; i++) into[to + i] = encoded[from + i] ?? 0;
      from += header + 1;
      to += count;
    } else if (header > 128 && from < encoded.length) {
      const stop = Math.min(to + 257 - header, end);
      into.fill(encoded[from++] ?? 0, to, stop);
      to = stop;
    }
  }
  return to;
}
