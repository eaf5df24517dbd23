import { RasterFileError } from "../errors.ts";
import type { FileBytes } from "./file-bytes.ts";

/** One entry of a directory: what a tag holds, and where. */
export interface TagEntry {
  readonly tag: number;
  /** TIFF field type: 3 SHORT, 4 LONG, 16 LONG8 … */
  readonly type: number;
  readonly count: number;
  /** Position of the first value in the file, in bytes. */
  readonly valueOffset: number;
}

/** One image file directory (IFD), its values not read yet. */
export interface Directory {
  /** Position in the file, in bytes. */
  readonly offset: number;
  readonly entries: ReadonlyMap<number, TagEntry>;
}

/** How numbers lie in a TIFF file. */
export interface TiffForm {
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
}

/** Bytes of one value, by field type; types that are not listed are not read. */
export const FIELD_BYTES: Readonly<Record<number, number>> = {
  1: 1, // BYTE
  2: 1, // ASCII
  3: 2, // SHORT
  4: 4, // LONG
  5: 8, // RATIONAL
  6: 1, // SBYTE
  7: 1, // UNDEFINED
  8: 2, // SSHORT
  9: 4, // SLONG
  10: 8, // SRATIONAL
  11: 4, // FLOAT
  12: 8, // DOUBLE
  13: 4, // IFD
  16: 8, // LONG8
  17: 8, // SLONG8
  18: 8, // IFD8
};

/** libtiff's limit too (TIFF_MAX_DIR_COUNT). */
const MAX_DIRECTORIES = 65_535;

/**
 * The header and the chain of directories. Sub-IFDs are not followed.
 *
 * @throws RasterFileError where it is no TIFF, or the chain leaves the file or bites its tail
 * @see TIFF 6.0, section 2; BigTIFF: https://libtiff.gitlab.io/libtiff/specification/bigtiff.html
 */
export function readDirectories(file: FileBytes): { form: TiffForm; directories: Directory[] } {
  const { form, first } = readHeader(file);
  const directories: Directory[] = [];
  const seen = new Set<number>();
  for (let offset = first; offset !== 0; ) {
    const place = { path: file.path, offset };
    if (seen.has(offset)) {
      throw new RasterFileError(place, "the chain of directories (IFDs) loops: it is corrupt");
    }
    if (directories.length === MAX_DIRECTORIES) {
      throw new RasterFileError(place, `it has more than ${MAX_DIRECTORIES} directories (IFDs)`);
    }
    seen.add(offset);
    const { directory, next } = readDirectory(file, form, offset);
    directories.push(directory);
    offset = next;
  }
  if (directories.length === 0) {
    throw new RasterFileError({ path: file.path, offset: form.bigTiff ? 8 : 4 }, "it has no image");
  }
  return { form, directories };
}

function readHeader(file: FileBytes): { form: TiffForm; first: number } {
  const fail = (reason: string): never => {
    throw new RasterFileError({ path: file.path, offset: 0 }, reason);
  };
  if (file.size === 0) return fail("it is empty");
  if (file.size < 8) return fail(`it is not a TIFF: ${file.size} bytes are too few`);
  const bytes = file.read(0, Math.min(16, file.size), "the header");
  const mark = bytes.toString("latin1", 0, 2);
  if (mark !== "II" && mark !== "MM") {
    return fail(`it is not a TIFF: expected "II" or "MM", got ${JSON.stringify(mark)}`);
  }
  const littleEndian = mark === "II";
  const view = viewOf(bytes);
  const version = view.getUint16(2, littleEndian);
  if (version === 42) {
    return {
      form: { littleEndian, bigTiff: false },
      first: view.getUint32(4, littleEndian),
    };
  }
  if (version !== 43) {
    return fail(`it is not a TIFF: expected version 42 or 43 (BigTIFF), got ${version}`);
  }
  if (bytes.length < 16 || view.getUint16(4, littleEndian) !== 8) {
    return fail("its BigTIFF header is cut short, or has offsets that are not 8 bytes wide");
  }
  return { form: { littleEndian, bigTiff: true }, first: uint64(view, 8, littleEndian) };
}

function readDirectory(
  file: FileBytes,
  form: TiffForm,
  offset: number,
): { directory: Directory; next: number } {
  const { littleEndian, bigTiff } = form;
  const countBytes = bigTiff ? 8 : 2;
  const pointerBytes = bigTiff ? 8 : 4;
  const entryBytes = bigTiff ? 20 : 12;
  const head = viewOf(file.read(offset, countBytes, "a directory (IFD)"));
  const count = bigTiff ? uint64(head, 0, littleEndian) : head.getUint16(0, littleEndian);
  const body = file.read(
    offset + countBytes,
    count * entryBytes + pointerBytes,
    `a directory (IFD) of ${count} tags`,
  );
  const view = viewOf(body);
  const entries = new Map<number, TagEntry>();
  for (let i = 0; i < count; i++) {
    const at = i * entryBytes;
    const entry = readEntry(view, at, form, offset + countBytes + at);
    // The first of several entries with one tag counts, as in libtiff.
    if (entry !== undefined && !entries.has(entry.tag)) entries.set(entry.tag, entry);
  }
  const next = bigTiff
    ? uint64(view, count * entryBytes, littleEndian)
    : view.getUint32(count * entryBytes, littleEndian);
  return { directory: { offset, entries }, next };
}

/** An entry; undefined where its field type is unknown (a reader skips those, TIFF 6.0 p. 16). */
function readEntry(
  view: DataView,
  at: number,
  { littleEndian, bigTiff }: TiffForm,
  position: number,
): TagEntry | undefined {
  const tag = view.getUint16(at, littleEndian);
  const type = view.getUint16(at + 2, littleEndian);
  const bytes = FIELD_BYTES[type];
  if (bytes === undefined) return undefined;
  const count = bigTiff ? uint64(view, at + 4, littleEndian) : view.getUint32(at + 4, littleEndian);
  const valueAt = bigTiff ? 12 : 8;
  if (count * bytes <= (bigTiff ? 8 : 4)) {
    return { tag, type, count, valueOffset: position + valueAt };
  }
  const valueOffset = bigTiff
    ? uint64(view, at + valueAt, littleEndian)
    : view.getUint32(at + valueAt, littleEndian);
  return { tag, type, count, valueOffset };
}

/**
 * A 64-bit number. Above 2^53 it is rounded, which no file is long enough to make matter:
 * the check against the file's size refuses it.
 */
function uint64(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
