import { BYTES_PER_PIXEL, type DType } from "../../dtype.ts";

/** Rows of samples in native little-endian order, to be made easier to compress. */
export interface PredictorRows {
  readonly dtype: DType;
  readonly rowBytes: number;
  /** Samples of one pixel; differences are between the same sample of neighbours. */
  readonly samplesPerPixel: number;
}

/**
 * Predictor 2: each sample becomes its difference from the same sample of the pixel to the
 * left, modulo its size; in place. Floats are taken as integers of their size.
 *
 * @param bytes whole rows, at a multiple of the sample's size; 8-byte samples are not handled
 * @see TIFF Revision 6.0, section 14
 */
export function predictHorizontally(bytes: Uint8Array, rows: PredictorRows): void {
  const { buffer, byteOffset, byteLength } = bytes;
  const size = BYTES_PER_PIXEL[rows.dtype];
  const samplesPerRow = rows.rowBytes / size;
  switch (size) {
    case 1:
      return subtractLeft8(bytes, samplesPerRow, rows.samplesPerPixel);
    case 2:
      return subtractLeft16(
        new Uint16Array(buffer, byteOffset, byteLength / 2),
        samplesPerRow,
        rows.samplesPerPixel,
      );
    case 4:
      return subtractLeft32(
        new Uint32Array(buffer, byteOffset, byteLength / 4),
        samplesPerRow,
        rows.samplesPerPixel,
      );
    case 8:
      throw new RangeError("predictor 2 is not made for 8-byte samples");
  }
}

/**
 * Predictor 3: the bytes of a row of floats are sorted by significance, highest first, then
 * each byte becomes its difference from the one `samplesPerPixel` before.
 *
 * @param source whole rows in little-endian order
 * @param target as long as `source`, and not the same memory
 * @see Adobe Photoshop TIFF Technical Note 3
 */
export function predictFloats(source: Uint8Array, target: Uint8Array, rows: PredictorRows): void {
  const { rowBytes, samplesPerPixel } = rows;
  const size = BYTES_PER_PIXEL[rows.dtype];
  const samplesPerRow = rowBytes / size;
  for (let row = 0; row < source.length; row += rowBytes) {
    for (let significance = 0; significance < size; significance++) {
      const plane = row + significance * samplesPerRow;
      const byte = row + size - 1 - significance;
      for (let i = 0; i < samplesPerRow; i++) {
        target[plane + i] = source[byte + i * size] as number;
      }
    }
  }
  subtractLeft8(target, rowBytes, samplesPerPixel);
}

// One loop per width, so that each sees one kind of array only; right to left, since the
// left neighbour must still be the original.

function subtractLeft8(samples: Uint8Array, rowLength: number, distance: number): void {
  for (let row = 0; row < samples.length; row += rowLength) {
    for (let i = row + rowLength - 1; i >= row + distance; i--) {
      samples[i] = (samples[i] as number) - (samples[i - distance] as number);
    }
  }
}

function subtractLeft16(samples: Uint16Array, rowLength: number, distance: number): void {
  for (let row = 0; row < samples.length; row += rowLength) {
    for (let i = row + rowLength - 1; i >= row + distance; i--) {
      samples[i] = (samples[i] as number) - (samples[i - distance] as number);
    }
  }
}

function subtractLeft32(samples: Uint32Array, rowLength: number, distance: number): void {
  for (let row = 0; row < samples.length; row += rowLength) {
    for (let i = row + rowLength - 1; i >= row + distance; i--) {
      samples[i] = (samples[i] as number) - (samples[i - distance] as number);
    }
  }
}
