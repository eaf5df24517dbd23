/** TIFF tags that the reader knows, by the names of the specification. */
export const TAG = {
  NewSubfileType: 254,
  SubfileType: 255,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  PhotometricInterpretation: 262,
  FillOrder: 266,
  DocumentName: 269,
  ImageDescription: 270,
  StripOffsets: 273,
  SamplesPerPixel: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  PlanarConfiguration: 284,
  Software: 305,
  DateTime: 306,
  Artist: 315,
  Predictor: 317,
  ColorMap: 320,
  TileWidth: 322,
  TileLength: 323,
  TileOffsets: 324,
  TileByteCounts: 325,
  SampleFormat: 339,
  JPEGTables: 347,
  Copyright: 33432,
  ModelPixelScale: 33550,
  ModelTiepoint: 33922,
  ModelTransformation: 34264,
  GeoKeyDirectory: 34735,
  GeoDoubleParams: 34736,
  GeoAsciiParams: 34737,
  GdalMetadata: 42112,
  GdalNodata: 42113,
  LercParameters: 50674,
} as const;

/** Tags that say where the pixels lie on the ground. */
export const GEO_TAGS: readonly number[] = [
  TAG.ModelPixelScale,
  TAG.ModelTiepoint,
  TAG.ModelTransformation,
  TAG.GeoKeyDirectory,
  TAG.GeoDoubleParams,
  TAG.GeoAsciiParams,
];

const NAMES = new Map<number, string>(Object.entries(TAG).map(([name, tag]) => [tag, name]));

/** "StripOffsets (tag 273)"; the number alone where the tag has no name here. */
export function tagName(tag: number): string {
  const name = NAMES.get(tag);
  return name === undefined ? `tag ${tag}` : `${name} (tag ${tag})`;
}
