import { RasterFileError } from "../errors.ts";
import { type Directory, FIELD_BYTES, type TagEntry, type TiffForm } from "./directory.ts";
import type { FileBytes } from "./file-bytes.ts";
import { tagName } from "./tags.ts";

/**
 * Most values of a tag that is read whole (block tables are not): a GDAL_METADATA text or a
 * colour table is far below, a hostile count above.
 */
const MAX_VALUES = 1 << 24;

/** Bytes of a table that are read and converted at a time: fits the L2 cache. */
const TABLE_PIECE_BYTES = 256 * 1024;

/** Reads the values of one directory's tags, whatever field type they were written in. */
export class TagReader {
  readonly file: FileBytes;
  readonly form: TiffForm;
  readonly directory: Directory;

  constructor(file: FileBytes, form: TiffForm, directory: Directory) {
    this.file = file;
    this.form = form;
    this.directory = directory;
  }

  entry(tag: number): TagEntry | undefined {
    return this.directory.entries.get(tag);
  }

  /** All values as numbers; undefined where the tag is absent. */
  numbers(tag: number): Float64Array | undefined {
    const entry = this.entry(tag);
    if (entry === undefined) return undefined;
    if (entry.count > MAX_VALUES) this.fail(entry, `holds ${entry.count} values, too many`);
    return this.#values(entry, new Float64Array(this.#checkedCount(entry)));
  }

  /** The first value; `fallback` where the tag is absent or empty. */
  number<T>(tag: number, fallback: T): number | T {
    const entry = this.entry(tag);
    if (entry === undefined || entry.count === 0) return fallback;
    return this.#values({ ...entry, count: 1 }, new Float64Array(1))[0] ?? fallback;
  }

  /** All values, in shared memory: for the tables with one entry per block. */
  table(entry: TagEntry): Float64Array {
    const count = this.#checkedCount(entry);
    return this.#values(entry, new Float64Array(new SharedArrayBuffer(count * 8)));
  }

  /** Raw bytes of a BYTE, ASCII or UNDEFINED tag; undefined where it is absent. */
  bytes(tag: number): Buffer | undefined {
    const entry = this.entry(tag);
    if (entry === undefined) return undefined;
    const size = entry.count * (FIELD_BYTES[entry.type] ?? 1);
    if (size > MAX_VALUES) this.fail(entry, `holds ${size} bytes, too many`);
    return this.file.read(entry.valueOffset, size, tagName(tag));
  }

  /** Text up to its first NUL, as UTF-8; undefined where the tag is absent. */
  text(tag: number): string | undefined {
    const bytes = this.bytes(tag);
    if (bytes === undefined) return undefined;
    const end = bytes.indexOf(0);
    return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
  }

  /** @throws RasterFileError always, naming the tag and its place */
  fail(entry: TagEntry, reason: string): never {
    throw new RasterFileError(
      { path: this.file.path, offset: entry.valueOffset },
      `${tagName(entry.tag)} ${reason}`,
    );
  }

  /** Nothing is allocated for a count that the file cannot hold. */
  #checkedCount(entry: TagEntry): number {
    const size = entry.count * (FIELD_BYTES[entry.type] ?? 1);
    if (entry.valueOffset + size > this.file.size) {
      this.fail(
        entry,
        `takes ${size} bytes, but the file ends at ${this.file.size}: it is truncated or corrupt`,
      );
    }
    return entry.count;
  }

  #values(entry: TagEntry, into: Float64Array): Float64Array {
    const bytesEach = FIELD_BYTES[entry.type] ?? 1;
    const perPiece = TABLE_PIECE_BYTES / bytesEach;
    for (let first = 0; first < entry.count; first += perPiece) {
      const count = Math.min(perPiece, entry.count - first);
      const offset = entry.valueOffset + first * bytesEach;
      const bytes = this.file.read(offset, count * bytesEach, tagName(entry.tag));
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (!convert(view, entry.type, this.form.littleEndian, into, first, count)) {
        this.fail(entry, `has field type ${entry.type}, which holds no numbers`);
      }
    }
    return into;
  }
}

/** One flat loop per field type; false where the type holds no numbers. */
function convert(
  view: DataView,
  type: number,
  le: boolean,
  into: Float64Array,
  first: number,
  count: number,
): boolean {
  switch (type) {
    case 1:
    case 7:
      for (let i = 0; i < count; i++) into[first + i] = view.getUint8(i);
      return true;
    case 3:
      for (let i = 0; i < count; i++) into[first + i] = view.getUint16(i * 2, le);
      return true;
    case 4:
    case 13:
      for (let i = 0; i < count; i++) into[first + i] = view.getUint32(i * 4, le);
      return true;
    case 6:
      for (let i = 0; i < count; i++) into[first + i] = view.getInt8(i);
      return true;
    case 8:
      for (let i = 0; i < count; i++) into[first + i] = view.getInt16(i * 2, le);
      return true;
    case 9:
      for (let i = 0; i < count; i++) into[first + i] = view.getInt32(i * 4, le);
      return true;
    case 11:
      for (let i = 0; i < count; i++) into[first + i] = view.getFloat32(i * 4, le);
      return true;
    case 12:
      for (let i = 0; i < count; i++) into[first + i] = view.getFloat64(i * 8, le);
      return true;
    case 16:
    case 17:
    case 18:
      for (let i = 0; i < count; i++) {
        const high =
          type === 17
            ? view.getInt32(i * 8 + (le ? 4 : 0), le)
            : view.getUint32(i * 8 + (le ? 4 : 0), le);
        into[first + i] = high * 2 ** 32 + view.getUint32(i * 8 + (le ? 0 : 4), le);
      }
      return true;
    default:
      return false;
  }
}
