/** The order in which this machine's typed arrays hold their bytes. */
export const HOST_ORDER: "little" | "big" =
  new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "little" : "big";

/**
 * Reverse the bytes of every value, in place.
 *
 * @param bytesEach width of a value
 * @param bytes a whole number of values
 */
export function swapBytes(bytes: Uint8Array, bytesEach: 1 | 2 | 4 | 8): void {
  // Buffer's swaps are native for all but the shortest arrays.
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (bytesEach) {
    case 1:
      return;
    case 2:
      buffer.swap16();
      return;
    case 4:
      buffer.swap32();
      return;
    case 8:
      buffer.swap64();
      return;
  }
}
