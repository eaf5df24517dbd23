/** Longest run or literal that one header byte can announce. */
const MAX_COUNT = 128;

/**
 * PackBits, each row on its own as TIFF asks for.
 *
 * @returns a new array of the exact length
 * @see TIFF Revision 6.0, section 9
 */
export function encodePackBits(bytes: Uint8Array, rowBytes: number): Uint8Array {
  const output = new Uint8Array(
    bytes.length + Math.ceil(rowBytes / MAX_COUNT) * (bytes.length / rowBytes),
  );
  let end = 0;
  for (let row = 0; row < bytes.length; row += rowBytes) {
    end = encodeRow(bytes, row, row + rowBytes, output, end);
  }
  return output.slice(0, end);
}

function encodeRow(
  bytes: Uint8Array,
  start: number,
  stop: number,
  output: Uint8Array,
  position: number,
): number {
  let end = position;
  let literal = start;
  for (let i = start; i < stop; ) {
    const run = runLength(bytes, i, stop);
    // A run of two saves nothing, and would cost a byte inside a literal.
    if (run < 3) {
      i += run;
      continue;
    }
    end = encodeLiteral(bytes, literal, i, output, end);
    output[end++] = 257 - run;
    output[end++] = bytes[i] as number;
    i += run;
    literal = i;
  }
  return encodeLiteral(bytes, literal, stop, output, end);
}

function runLength(bytes: Uint8Array, start: number, stop: number): number {
  const limit = Math.min(stop, start + MAX_COUNT);
  let end = start + 1;
  while (end < limit && bytes[end] === bytes[start]) end++;
  return end - start;
}

function encodeLiteral(
  bytes: Uint8Array,
  start: number,
  stop: number,
  output: Uint8Array,
  position: number,
): number {
  let end = position;
  for (let i = start; i < stop; i += MAX_COUNT) {
    const count = Math.min(MAX_COUNT, stop - i);
    output[end++] = count - 1;
    output.set(bytes.subarray(i, i + count), end);
    end += count;
  }
  return end;
}
