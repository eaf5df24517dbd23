import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A tag as its field type and values. */
export type TinyTag = readonly [tag: number, type: 2 | 3 | 4 | 12 | 16, values: readonly number[]];

export interface TinyForm {
  readonly littleEndian?: boolean;
  readonly bigTiff?: boolean;
}

const BYTES: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 12: 8, 16: 8 };

/** Bytes before the first directory, where tests put their pixels. */
export const PIXELS_AT = 16;

/**
 * A TIFF of the given directories, `pixels` at byte 16. The directories come behind, each
 * with its values; `next` overrides where the last one points.
 */
export function tinyTiff(
  directories: readonly (readonly TinyTag[])[],
  pixels: Uint8Array = new Uint8Array(0),
  { littleEndian: le = true, bigTiff = false }: TinyForm = {},
  next = 0,
): Buffer {
  const word = bigTiff ? 8 : 4;
  const entrySize = bigTiff ? 20 : 12;
  const bytes = Buffer.alloc(PIXELS_AT + pixels.length + 65_536);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const putWord = (at: number, value: number): void => {
    if (bigTiff) view.setBigUint64(at, BigInt(value), le);
    else view.setUint32(at, value, le);
  };
  const putValue = (at: number, type: number, value: number): void => {
    if (type === 2) view.setUint8(at, value);
    else if (type === 3) view.setUint16(at, value, le);
    else if (type === 4) view.setUint32(at, value, le);
    else if (type === 12) view.setFloat64(at, value, le);
    else view.setBigUint64(at, BigInt(value), le);
  };
  bytes.write(le ? "II" : "MM", 0, "latin1");
  view.setUint16(2, bigTiff ? 43 : 42, le);
  if (bigTiff) view.setUint16(4, 8, le);
  bytes.set(pixels, PIXELS_AT);
  let at = PIXELS_AT + pixels.length;
  let pointer = bigTiff ? 8 : 4;
  for (const tags of directories) {
    putWord(pointer, at);
    if (bigTiff) putWord(at, tags.length);
    else view.setUint16(at, tags.length, le);
    let entry = at + (bigTiff ? 8 : 2);
    pointer = entry + tags.length * entrySize;
    at = pointer + word;
    for (const [tag, type, values] of tags) {
      view.setUint16(entry, tag, le);
      view.setUint16(entry + 2, type, le);
      putWord(entry + 4, values.length);
      const size = (BYTES[type] ?? 1) * values.length;
      let place = entry + 4 + word;
      if (size > word) {
        putWord(place, at);
        place = at;
        at += size;
      }
      values.forEach((value, i) => putValue(place + i * (BYTES[type] ?? 1), type, value));
      entry += entrySize;
    }
  }
  putWord(pointer, next);
  return bytes.subarray(0, at);
}

/** The tags of an uncompressed image of bytes in one strip, some of them replaced or added. */
export function grayTags(
  width: number,
  height: number,
  changes: readonly TinyTag[] = [],
): TinyTag[] {
  const tags = new Map<number, TinyTag>([
    [256, [256, 4, [width]]],
    [257, [257, 4, [height]]],
    [258, [258, 3, [8]]],
    [259, [259, 3, [1]]],
    [262, [262, 3, [1]]],
    [273, [273, 4, [PIXELS_AT]]],
    [277, [277, 3, [1]]],
    [278, [278, 4, [height]]],
    [279, [279, 4, [width * height]]],
  ]);
  for (const change of changes) tags.set(change[0], change);
  return [...tags.values()].sort((a, b) => a[0] - b[0]);
}

export function text(value: string): number[] {
  return [...Buffer.from(`${value}\0`, "latin1")];
}

/** A directory for the files of one test file. */
export class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "swath-tiff-"));
  #count = 0;

  write(bytes: Uint8Array): string {
    const path = join(this.path, `${this.#count++}.tif`);
    writeFileSync(path, bytes);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
