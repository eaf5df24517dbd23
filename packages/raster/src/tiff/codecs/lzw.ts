import { RasterUnsupportedError } from "../../errors.ts";
import type { TiffImage } from "../image.ts";
import { assertDecoded, type SyncDecoder } from "./codec.ts";

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/** Strings longer than this are copied by the engine, shorter ones in the loop. */
const LONG_STRING_BYTES = 48;

/** Compression 5. Each decoder owns its string table; blocks are decoded one at a time. */
export function prepareLzw(image: TiffImage): SyncDecoder {
  const starts = new Uint32Array(MAX_CODES);
  const lengths = new Uint32Array(MAX_CODES);
  return {
    kind: "sync",
    order: "file",
    decode(encoded, into) {
      if (isOldStyle(encoded)) {
        throw new RasterUnsupportedError(
          image.path,
          "old-style LZW (bits in reversed order, written before TIFF 6.0)",
        );
      }
      assertDecoded(unpackLzw(encoded, into, starts, lengths), into.length);
    },
  };
}

/** The first code is always CLEAR: 0x80 0x0. in today's bit order, 0x00 0x.1 in the old one. */
function isOldStyle(encoded: Uint8Array): boolean {
  return encoded[0] === 0 && ((encoded[1] ?? 0) & 1) === 1;
}

/**
 * LZW as TIFF has it: most significant bit first, code width grows one code early.
 *
 * The string of a code is a piece of the output: that of the code before it and one more
 * byte, which lies right behind. So the table holds (start, length) in the output, and no
 * string is ever built. The code that is defined by the very string it names needs no special
 * case: copied forwards, its last byte has just been written.
 *
 * @param starts scratch of 4096 numbers, as `lengths`; contents mean nothing
 * @returns bytes written: `into` is filled, or the input ended
 * @throws Error where a code names no string
 * @see TIFF 6.0, section 13
 */
export function unpackLzw(
  encoded: Uint8Array,
  into: Uint8Array,
  starts: Uint32Array,
  lengths: Uint32Array,
): number {
  const inputEnd = encoded.length;
  const outputEnd = into.length;
  let from = 0;
  let to = 0;
  let bits = 0;
  let bitCount = 0;
  let width = 9;
  let next = FIRST_FREE;
  let widenAt = 511;
  let previousStart = 0;
  let previousLength = 0;
  while (to < outputEnd) {
    while (bitCount < width) {
      if (from >= inputEnd) return to;
      bits = (bits << 8) | encoded[from++]!;
      bitCount += 8;
    }
    bitCount -= width;
    const code = (bits >>> bitCount) & ((1 << width) - 1);
    if (code === CLEAR) {
      width = 9;
      widenAt = 511;
      next = FIRST_FREE;
      previousLength = 0;
      continue;
    }
    if (code === END) return to;
    if (previousLength > 0 && next < MAX_CODES) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      if (++next === widenAt && width < 12) {
        width++;
        widenAt = (1 << width) - 1;
      }
    }
    previousStart = to;
    if (code < CLEAR) {
      into[to++] = code;
      previousLength = 1;
      continue;
    }
    if (code >= next) throw new Error(`code ${code} is not defined yet (next is ${next})`);
    let start = starts[code]!;
    previousLength = lengths[code]!;
    const end = to + previousLength;
    if (end > outputEnd) {
      for (; to < outputEnd; ) into[to++] = into[start++]!;
    } else if (previousLength > LONG_STRING_BYTES && start + previousLength <= to) {
      into.copyWithin(to, start, start + previousLength);
      to = end;
    } else {
      while (to < end) into[to++] = into[start++]!;
    }
  }
  return to;
}
