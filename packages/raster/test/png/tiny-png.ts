import { inflateSync } from "node:zlib";

/** A PNG as a second, strict reader sees it: every chunk checked, filters undone. */
export interface TinyPng {
  readonly width: number;
  readonly height: number;
  readonly colorType: number;
  readonly chunks: readonly string[];
  readonly palette: readonly number[];
  readonly transparency: readonly number[];
  /** Samples row by row. */
  readonly pixels: Uint8Array;
}

export function readTinyPng(bytes: Uint8Array): TinyPng {
  const file = Buffer.from(bytes);
  if (file.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n") throw new Error("no PNG signature");
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    const expected = slowCrc(file.subarray(at + 4, at + 8 + length));
    if (file.readUInt32BE(at + 8 + length) !== expected) throw new Error(`${type}: wrong checksum`);
    chunks.push({ type, data });
    at += length + 12;
  }
  const data = (type: string) => chunks.find((chunk) => chunk.type === type)?.data ?? Buffer.of();
  const header = data("IHDR");
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const colorType = header[9] as number;
  if (header[8] !== 8 || header[10] || header[11] || header[12]) throw new Error("odd header");
  const samples = { 0: 1, 2: 3, 3: 1, 6: 4 }[colorType] ?? 0;
  const palette = data("PLTE");
  return {
    width,
    height,
    colorType,
    chunks: chunks.map(({ type }) => type),
    palette: Array.from({ length: palette.length / 3 }, (_, i) => palette.readUIntBE(i * 3, 3)),
    transparency: [...data("tRNS")],
    pixels: unfilter(inflateSync(data("IDAT")), width * samples, height, samples),
  };
}

function unfilter(data: Buffer, rowBytes: number, height: number, samples: number): Uint8Array {
  if (data.length !== (rowBytes + 1) * height) throw new Error(`${data.length} bytes of rows`);
  const pixels = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (rowBytes + 1)] as number;
    if (filter > 1) throw new Error(`filter ${filter}`);
    for (let x = 0; x < rowBytes; x++) {
      const left =
        filter === 1 && x >= samples ? (pixels[y * rowBytes + x - samples] as number) : 0;
      pixels[y * rowBytes + x] = (data[y * (rowBytes + 1) + 1 + x] as number) + left;
    }
  }
  return pixels;
}

/** Bit by bit, as the specification has it. */
function slowCrc(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
