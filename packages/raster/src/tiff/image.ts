import type { DType } from "../dtype.ts";

/**
 * One image of a TIFF file (one IFD) as plain data: it crosses to workers by structured
 * clone. The two block tables lie in shared memory, so that every worker sees the same bytes.
 */
export interface TiffImage {
  /** Absolute path of the file. */
  readonly path: string;
  /** In bytes. */
  readonly fileSize: number;
  readonly fileIdentity: FileIdentity;
  readonly byteOrder: "little" | "big";
  readonly bigTiff: boolean;
  /** Position of the IFD in the file, in bytes. */
  readonly ifdOffset: number;
  readonly width: number;
  readonly height: number;
  /** Samples per pixel. */
  readonly bands: number;
  readonly dtype: DType;
  /** `pixel`: samples of a pixel side by side (chunky). `band`: a plane per band (planar). */
  readonly interleave: "pixel" | "band";
  readonly layout: "strips" | "tiles";
  /** Columns of a block; the image's width for strips. */
  readonly blockWidth: number;
  /** Rows of a block; the last strip may hold fewer. */
  readonly blockHeight: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** TIFF compression code (tag 259). */
  readonly compression: number;
  readonly predictor: 1 | 2 | 3;
  /** TIFF photometric interpretation (tag 262). */
  readonly photometric: number;
  /**
   * File position of every block, in bytes; row-major, plane after plane for `band`
   * interleave. 0 with a byte count of 0 marks a sparse block. Large uncompressed strips
   * have been cut into smaller ones, here and in `blockHeight`.
   */
  readonly blockOffsets: Float64Array;
  readonly blockByteCounts: Float64Array;
  /** Value that marks a missing pixel, already rounded to `dtype`; undefined where the file
   * has none, or one that no pixel of this type can equal. NaN means NaN. */
  readonly nodata: number | undefined;
  /** The text of tag 42113 as it stands in the file. */
  readonly nodataText: string | undefined;
  /** 0xRRGGBB per pixel value (tag 320). */
  readonly colorTable: Uint32Array | undefined;
  /** Tables shared by all JPEG blocks (tag 347). */
  readonly jpegTables: Uint8Array | undefined;
  /** LERC parameters (tag 50674): version, additional compression. */
  readonly lercParameters: readonly number[] | undefined;
  /** 0 full resolution, else tag 254: bit 0 reduced resolution, bit 2 mask. */
  readonly subfileType: number;
}

/** Tells, together with the size, whether a path still leads to the file that was opened. */
export interface FileIdentity {
  readonly inode: number;
  /** When the content was last changed, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** Where the pixels lie on the ground. */
export interface Georeference {
  /**
   * GDAL's six numbers: x = t[0] + col·t[1] + row·t[2], y = t[3] + col·t[4] + row·t[5], for
   * the outer corner of a pixel.
   */
  readonly transform: readonly [number, number, number, number, number, number] | undefined;
  /** EPSG code of the coordinate system where the GeoKeys name one. */
  readonly epsg: number | undefined;
  /** Human-readable name from the GeoKeys' citations. */
  readonly crsName: string | undefined;
  readonly rasterType: "area" | "point";
  /** The tags as they stand, to be copied into an output: ModelPixelScale (33550),
   * ModelTiepoint (33922), ModelTransformation (34264), GeoKeyDirectory (34735),
   * GeoDoubleParams (34736), GeoAsciiParams (34737). */
  readonly tags: readonly GeoTag[];
}

/** One tag as values of its own type; text has one character per byte (latin1), no closing NUL. */
export interface GeoTag {
  readonly tag: number;
  /** TIFF field type: 2 ASCII, 3 SHORT, 12 DOUBLE. */
  readonly type: 2 | 3 | 12;
  readonly values: readonly number[] | string;
}

/** A page of a TIFF file that is neither its main image nor an overview of it. */
export interface OtherImage {
  /** Position of the IFD in the file, in bytes. */
  readonly ifdOffset: number;
  /** As in {@link TiffImage}. */
  readonly subfileType: number;
}

/** An overview that cannot be read. */
export interface UnreadImage extends OtherImage {
  readonly reason: string;
}

/** A whole TIFF file: the main image, its overviews, georeferencing and metadata. */
export interface TiffFile {
  readonly image: TiffImage;
  /** Reduced-resolution images, largest first. */
  readonly overviews: readonly TiffImage[];
  /** Masks and further pages; no more is read of them than this. */
  readonly others: readonly OtherImage[];
  /** Overviews that cannot be read, and why. */
  readonly unread: readonly UnreadImage[];
  readonly georeference: Georeference;
  /** GDAL_METADATA (tag 42112) and a few text tags, as key and value. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What is damaged, but not needed for the pixels, and was left out. */
  readonly warnings: readonly string[];
}
