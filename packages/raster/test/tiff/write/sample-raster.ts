import { BYTES_PER_PIXEL, type DType, INTEGER_RANGE, pixelView } from "../../../src/dtype.ts";
import { blockPlace } from "../../../src/tiff/write/block-place.ts";
import { encodeBlock } from "../../../src/tiff/write/encode-block.ts";
import type { TiffOutputPlan } from "../../../src/tiff/write/plan.ts";
import { TiffWriter } from "../../../src/tiff/write/tiff-writer.ts";

/**
 * Bands of made-up pixels: slopes with steps and noise, the type's extremes and, for floats,
 * NaN, infinities and minus zero among them. Little-endian bytes per band.
 */
export function sampleBands(
  dtype: DType,
  width: number,
  height: number,
  bands = 1,
): readonly Uint8Array[] {
  const random = generator(width * 31 + height * 7 + bands);
  const extremes = INTEGER_RANGE[dtype] ?? [Number.NaN, -Infinity, Infinity, -0, 1e-40, 3.4e38];
  return Array.from({ length: bands }, (_, band) => {
    const buffer = new ArrayBuffer(width * height * BYTES_PER_PIXEL[dtype]);
    const pixels = pixelView(dtype, buffer, 0, width * height);
    for (let i = 0; i < pixels.length; i++) {
      const slope = ((i % width) >> 3) + Math.floor(i / width / 5) + band * 10;
      const noise = random() % 7 === 0 ? random() % 90 : 0;
      const extreme = extremes[random() % extremes.length] as number;
      pixels[i] = random() % 50 === 0 ? extreme : slope * 1.25 + noise;
    }
    return new Uint8Array(buffer);
  });
}

/** Small integers of an xorshift generator, the same on every run. */
export function generator(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** The pixels of one block, cut from whole bands; padding repeats 0xA5 to be recognised. */
export function cutBlock(
  plan: TiffOutputPlan,
  bands: readonly Uint8Array[],
  index: number,
): Uint8Array {
  const size = BYTES_PER_PIXEL[plan.dtype];
  const place = blockPlace(plan, index);
  const block = new Uint8Array(place.storedHeight * plan.rowBytes).fill(0xa5);
  for (let sample = 0; sample < plan.samplesPerPixel; sample++) {
    const band = bands[place.band + sample] as Uint8Array;
    for (let y = 0; y < place.height; y++) {
      for (let x = 0; x < place.width; x++) {
        const from = ((place.y + y) * plan.width + place.x + x) * size;
        const to = y * plan.rowBytes + (x * plan.samplesPerPixel + sample) * size;
        block.set(band.subarray(from, from + size), to);
      }
    }
  }
  return block;
}

/** Writes whole bands block by block. */
export async function writeBands(
  plan: TiffOutputPlan,
  bands: readonly Uint8Array[],
): Promise<void> {
  using writer = TiffWriter.open(plan, { durable: false });
  for (let index = 0; index < plan.blockCount; index++) {
    writer.append(index, encodeBlock(plan, cutBlock(plan, bands, index)));
  }
  await writer.close();
}
