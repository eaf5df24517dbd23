/** TIFF field types that are written: ASCII, SHORT, LONG, DOUBLE, LONG8. */
export type FieldType = 2 | 3 | 4 | 12 | 16;

/** The values of one tag, in the tag's own unit; a string, as UTF-8, without its closing NUL. */
export type FieldValues = readonly number[] | Float64Array | Uint32Array | string;

/** One tag and its values. */
export interface TiffField {
  readonly tag: number;
  readonly type: FieldType;
  readonly values: FieldValues;
}

/** One tag and how many values it has: all that is needed to reserve its place. */
export interface FieldShape {
  readonly tag: number;
  readonly type: FieldType;
  readonly count: number;
}

/** Header and first image directory, laid out: where the values of every tag lie. */
export interface DirectoryLayout {
  readonly bigTiff: boolean;
  /** In ascending order of tags, as TIFF demands. */
  readonly places: readonly (FieldShape & { readonly position: number })[];
  /** First byte after the last value. */
  readonly end: number;
}

const BYTES_PER_VALUE: Readonly<Record<FieldType, number>> = { 2: 1, 3: 2, 4: 4, 12: 8, 16: 8 };

/**
 * Lays out header, directory and values, in this order, from byte 0. Values of up to 4 bytes
 * (8 in BigTIFF) lie in their entry, longer ones after the directory, at multiples of 8.
 *
 * @see TIFF Revision 6.0, section 2; BigTIFF design, awaresystems.be
 */
export function layOutDirectory(fields: readonly FieldShape[], bigTiff: boolean): DirectoryLayout {
  const { headerBytes, countBytes, entryBytes, inlineBytes } = sizes(bigTiff);
  const sorted = fields.toSorted((a, b) => a.tag - b.tag);
  let end = headerBytes + countBytes + sorted.length * entryBytes + inlineBytes;
  const places = sorted.map((shape, index) => {
    const bytes = shape.count * BYTES_PER_VALUE[shape.type];
    const entry = headerBytes + countBytes + index * entryBytes;
    if (bytes <= inlineBytes) return { ...shape, position: entry + entryBytes - inlineBytes };
    const position = Math.ceil(end / 8) * 8;
    end = position + bytes;
    return { ...shape, position };
  });
  return { bigTiff, places, end };
}

/** How many values a field has in the file: bytes with the closing NUL for text. */
export function fieldShape({ tag, type, values }: TiffField): FieldShape {
  const count = typeof values === "string" ? Buffer.byteLength(values) + 1 : values.length;
  return { tag, type, count };
}

/**
 * The bytes `[0, layout.end)` of the file: header, directory, values.
 *
 * @param valuesOf the values of each tag in the layout
 */
export function encodeDirectory(
  layout: DirectoryLayout,
  byteOrder: "little" | "big",
  valuesOf: (tag: number) => FieldValues,
): Uint8Array {
  const bytes = new Uint8Array(layout.end);
  const writer = new FieldWriter(bytes, byteOrder === "little");
  const { headerBytes, countBytes, entryBytes, inlineBytes } = sizes(layout.bigTiff);
  writeHeader(writer, layout.bigTiff);
  writer.integer(headerBytes, countBytes, layout.places.length);
  layout.places.forEach(({ tag, type, count, position }, index) => {
    const entry = headerBytes + countBytes + index * entryBytes;
    const slot = entry + entryBytes - inlineBytes;
    writer.integer(entry, 2, tag);
    writer.integer(entry + 2, 2, type);
    writer.integer(entry + 4, inlineBytes, count);
    if (position !== slot) writer.integer(slot, inlineBytes, position);
    writer.values(position, type, valuesOf(tag));
  });
  return bytes;
}

function sizes(bigTiff: boolean) {
  return bigTiff
    ? { headerBytes: 16, countBytes: 8, entryBytes: 20, inlineBytes: 8 }
    : { headerBytes: 8, countBytes: 2, entryBytes: 12, inlineBytes: 4 };
}

function writeHeader(writer: FieldWriter, bigTiff: boolean): void {
  writer.mark();
  if (bigTiff) {
    writer.integer(2, 2, 43);
    writer.integer(4, 2, 8); // bytes of an offset
    writer.integer(8, 8, 16); // position of the directory
  } else {
    writer.integer(2, 2, 42);
    writer.integer(4, 4, 8); // position of the directory
  }
}

/** Writes numbers in the file's byte order. */
class FieldWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, little: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
  }

  /** The byte order mark: "II" or "MM". */
  mark(): void {
    this.#bytes.fill(this.#little ? 0x49 : 0x4d, 0, 2);
  }

  integer(position: number, size: number, value: number): void {
    if (size === 1) this.#view.setUint8(position, value);
    else if (size === 2) this.#view.setUint16(position, value, this.#little);
    else if (size === 4) this.#view.setUint32(position, value, this.#little);
    else this.#view.setBigUint64(position, BigInt(value), this.#little);
  }

  values(position: number, type: FieldType, values: FieldValues): void {
    if (typeof values === "string") {
      this.#bytes.set(Buffer.from(values), position);
      return;
    }
    const size = BYTES_PER_VALUE[type];
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (type === 12) this.#view.setFloat64(position + i * 8, value, this.#little);
      else this.integer(position + i * size, size, value);
    }
  }
}
