import { readFileSync } from "node:fs";
import * as zlib from "node:zlib";

/**
 * A second reader, made for these tests from the TIFF 6.0 text alone and sharing nothing with
 * what it checks. It is slow, strict, and throws at the first thing that is not as it should be.
 */
export interface TinyTiff {
  readonly bigTiff: boolean;
  readonly littleEndian: boolean;
  readonly byteLength: number;
  readonly entries: ReadonlyMap<number, TinyEntry>;
  /** Pixels per band, row by row, little-endian, padding left out. */
  readonly bands: readonly Uint8Array[];
  readonly blockOffsets: readonly number[];
  readonly blockByteCounts: readonly number[];
}

export interface TinyEntry {
  readonly type: number;
  readonly values: readonly number[];
  /** Of an ASCII tag, without its NUL. */
  readonly text: string;
}

const SIZES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 12: 8, 16: 8 };

export function readTinyTiff(path: string): TinyTiff {
  const file = readFileSync(path);
  const littleEndian = file.toString("latin1", 0, 2) === "II";
  const { bigTiff, entries, next } = readDirectory(file, littleEndian);
  if (next !== 0) throw new Error(`another directory at ${next}`);
  const number = (tag: number, otherwise?: number): number => {
    const value = entries.get(tag)?.values[0] ?? otherwise;
    if (value === undefined) throw new Error(`tag ${tag} is missing`);
    return value;
  };
  const tiles = entries.has(322);
  const width = number(256);
  const height = number(257);
  const bandCount = number(277);
  const sampleBytes = number(258) / 8;
  const planar = number(284) === 2;
  const blockWidth = tiles ? number(322) : width;
  const blockHeight = tiles ? number(323) : number(278);
  const samples = planar ? 1 : bandCount;
  const offsets = entries.get(tiles ? 324 : 273)?.values ?? [];
  const counts = entries.get(tiles ? 325 : 279)?.values ?? [];
  const across = Math.ceil(width / blockWidth);
  const down = Math.ceil(height / blockHeight);
  const planes = planar ? bandCount : 1;
  if (offsets.length !== across * down * planes) throw new Error(`${offsets.length} offsets`);
  if (counts.length !== offsets.length) throw new Error(`${counts.length} byte counts`);
  const rowBytes = blockWidth * samples * sampleBytes;
  const bands = Array.from(
    { length: bandCount },
    () => new Uint8Array(width * height * sampleBytes),
  );
  offsets.forEach((offset, index) => {
    const plane = Math.floor(index / (across * down));
    const x0 = (index % across) * blockWidth;
    const y0 = (Math.floor(index / across) % down) * blockHeight;
    const rows = tiles ? blockHeight : Math.min(blockHeight, height - y0);
    const count = counts[index] ?? 0;
    if (offset === 0 && count === 0) return;
    if (offset + count > file.length) throw new Error(`block ${index} ends beyond the file`);
    const stored = file.subarray(offset, offset + count);
    const block = decompress(stored, number(259), rows * rowBytes);
    if (block.length !== rows * rowBytes) throw new Error(`block ${index}: ${block.length} bytes`);
    undoPredictor(block, {
      predictor: number(317, 1),
      rowBytes,
      samples,
      sampleBytes,
      littleEndian,
    });
    for (let y = 0; y < Math.min(rows, height - y0); y++) {
      for (let x = 0; x < Math.min(blockWidth, width - x0); x++) {
        for (let s = 0; s < samples; s++) {
          const from = y * rowBytes + (x * samples + s) * sampleBytes;
          const to = ((y0 + y) * width + x0 + x) * sampleBytes;
          bands[planar ? plane : s]?.set(block.subarray(from, from + sampleBytes), to);
        }
      }
    }
  });
  return {
    bigTiff,
    littleEndian,
    byteLength: file.length,
    entries,
    bands,
    blockOffsets: offsets,
    blockByteCounts: counts,
  };
}

/** Only the tags, for files that the pixel reader is not made for. */
export function readTinyTags(path: string): ReadonlyMap<number, TinyEntry> {
  const file = readFileSync(path);
  return readDirectory(file, file.toString("latin1", 0, 2) === "II").entries;
}

function readDirectory(file: Buffer, little: boolean) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = view.getUint16(2, little);
  const bigTiff = magic === 43;
  if (!bigTiff && magic !== 42) throw new Error(`magic number ${magic}`);
  const integer = (at: number, size: number): number => {
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, little);
    if (size === 4) return view.getUint32(at, little);
    return Number(view.getBigUint64(at, little));
  };
  const wide = bigTiff ? 8 : 4;
  const start = bigTiff ? integer(8, 8) : integer(4, 4);
  const entryCount = integer(start, bigTiff ? 8 : 2);
  const first = start + (bigTiff ? 8 : 2);
  const entryBytes = 4 + 2 * wide;
  const entries = new Map<number, TinyEntry>();
  let lastTag = 0;
  for (let i = 0; i < entryCount; i++) {
    const at = first + i * entryBytes;
    const tag = integer(at, 2);
    if (tag <= lastTag) throw new Error(`tag ${tag} after ${lastTag}`);
    lastTag = tag;
    const type = integer(at + 2, 2);
    const count = integer(at + 4, wide);
    const size = SIZES[type] ?? 0;
    const inline = count * size <= wide;
    const position = inline ? at + 4 + wide : integer(at + 4 + wide, wide);
    if (position % 2 !== 0) throw new Error(`values of tag ${tag} at odd byte ${position}`);
    const values = Array.from({ length: count }, (_, k) =>
      type === 12 ? view.getFloat64(position + k * 8, little) : integer(position + k * size, size),
    );
    const text = type === 2 ? file.toString("utf8", position, position + count - 1) : "";
    if (type === 2 && file[position + count - 1] !== 0) throw new Error(`tag ${tag} has no NUL`);
    entries.set(tag, { type, values, text });
  }
  return { bigTiff, entries, next: integer(first + entryCount * entryBytes, wide) };
}

function decompress(stored: Buffer, compression: number, byteLength: number): Uint8Array {
  switch (compression) {
    case 1:
      return new Uint8Array(stored);
    case 8:
      return new Uint8Array(zlib.inflateSync(stored));
    case 50_000: {
      const { zstdDecompressSync } = zlib as unknown as { zstdDecompressSync(b: Buffer): Buffer };
      return new Uint8Array(zstdDecompressSync(stored));
    }
    case 5:
      return decodeLzw(stored);
    case 32_773:
      return decodePackBits(stored, byteLength);
    default:
      throw new Error(`compression ${compression}`);
  }
}

export function decodePackBits(stored: Uint8Array, byteLength: number): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < stored.length; ) {
    const header = stored[i++] as number;
    if (header < 128) for (let k = 0; k <= header; k++) out.push(stored[i++] as number);
    else if (header > 128) {
      const value = stored[i++] as number;
      for (let k = 0; k < 257 - header; k++) out.push(value);
    }
  }
  if (out.length !== byteLength) throw new Error(`PackBits gave ${out.length} of ${byteLength}`);
  return Uint8Array.from(out);
}

/** Straight from the pseudo-code of TIFF 6.0, section 13; strings as arrays, no tricks. */
export function decodeLzw(stored: Uint8Array): Uint8Array {
  let bit = 0;
  const read = (width: number): number => {
    let code = 0;
    for (let i = 0; i < width; i++, bit++) {
      if (bit >> 3 >= stored.length) throw new Error("LZW data end without an end code");
      code = (code << 1) | (((stored[bit >> 3] as number) >> (7 - (bit & 7))) & 1);
    }
    return code;
  };
  const out: number[] = [];
  let table: number[][] = [];
  let width = 9;
  let old: number[] | undefined;
  for (let isFirst = true; ; isFirst = false) {
    const code = read(width);
    if (isFirst && code !== 256) throw new Error("LZW data begin without a clear code");
    if (code === 257) break;
    if (code === 256) {
      table = Array.from({ length: 258 }, (_, i) => [i]);
      width = 9;
      old = undefined;
      continue;
    }
    const known = table[code];
    const entry: number[] = known ?? [...(old ?? []), (old ?? [])[0] as number];
    if (known === undefined && code !== table.length) throw new Error(`LZW code ${code}`);
    for (const value of entry) out.push(value);
    if (old !== undefined) table.push([...old, entry[0] as number]);
    old = entry;
    if (table.length >= 4096) throw new Error("LZW table overflows");
    if (table.length >= 511) width = 10;
    if (table.length >= 1023) width = 11;
    if (table.length >= 2047) width = 12;
  }
  if (Math.ceil(bit / 8) !== stored.length) throw new Error("LZW data after the end code");
  return Uint8Array.from(out);
}

interface Sampling {
  readonly predictor: number;
  readonly rowBytes: number;
  readonly samples: number;
  readonly sampleBytes: number;
  readonly littleEndian: boolean;
}

/** To little-endian samples, in place. */
function undoPredictor(block: Uint8Array, sampling: Sampling): void {
  const { predictor, rowBytes, samples, sampleBytes, littleEndian } = sampling;
  const byteOf = (i: number) => block[i] as number;
  if (!littleEndian && predictor !== 3) {
    for (let i = 0; i < block.length; i += sampleBytes)
      block.subarray(i, i + sampleBytes).reverse();
  }
  for (let row = 0; row < block.length; row += rowBytes) {
    if (predictor === 2) {
      for (let i = row + samples * sampleBytes; i < row + rowBytes; i += sampleBytes) {
        let carry = 0;
        for (let b = 0; b < sampleBytes; b++) {
          const sum = byteOf(i + b) + byteOf(i + b - samples * sampleBytes) + carry;
          block[i + b] = sum;
          carry = sum >> 8;
        }
      }
    } else if (predictor === 3) {
      for (let i = row + samples; i < row + rowBytes; i++) {
        block[i] = byteOf(i) + byteOf(i - samples);
      }
      const planes = block.slice(row, row + rowBytes);
      const count = rowBytes / sampleBytes;
      for (let i = 0; i < count; i++) {
        for (let b = 0; b < sampleBytes; b++) {
          block[row + i * sampleBytes + (sampleBytes - 1 - b)] = planes[b * count + i] as number;
        }
      }
    }
  }
}
