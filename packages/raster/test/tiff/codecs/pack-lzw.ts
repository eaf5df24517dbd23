/**
 * A plain LZW encoder as a counterpart for tests: most significant bit first, code width
 * grows one code early, table cleared at 4094 codes (TIFF 6.0, section 13).
 */
export function packLzw(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let bits = 0;
  let bitCount = 0;
  let width = 9;
  let next = 258;
  let table = new Map<string, number>();
  const put = (code: number): void => {
    bits = (bits << width) | code;
    bitCount += width;
    while (bitCount >= 8) {
      bitCount -= 8;
      out.push((bits >>> bitCount) & 0xff);
    }
    bits &= (1 << bitCount) - 1;
  };
  put(256);
  let prefix = -1;
  for (const byte of bytes) {
    if (prefix < 0) {
      prefix = byte;
      continue;
    }
    const known = table.get(`${prefix},${byte}`);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    put(prefix);
    table.set(`${prefix},${byte}`, next++);
    if (next === 4094) {
      put(256);
      table = new Map();
      next = 258;
      width = 9;
    } else if (next > (1 << width) - 1) width++;
    prefix = byte;
  }
  if (prefix >= 0) {
    put(prefix);
    // The decoder defines one more code, and may widen, before it reads the last one.
    if (next + 1 > (1 << width) - 1 && width < 12) width++;
  }
  put(257);
  if (bitCount > 0) out.push((bits << (8 - bitCount)) & 0xff);
  return Uint8Array.from(out);
}
