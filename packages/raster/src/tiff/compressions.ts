/** TIFF compression schemes (tag 259) by code: name, and whether a codec for it exists here. */
const COMPRESSIONS: Readonly<Record<number, { readonly name: string; readonly read: boolean }>> = {
  1: { name: "none", read: true },
  2: { name: "CCITT RLE", read: false },
  3: { name: "CCITT Group 3", read: false },
  4: { name: "CCITT Group 4", read: false },
  5: { name: "LZW", read: true },
  6: { name: "old-style JPEG", read: false },
  7: { name: "JPEG", read: true },
  8: { name: "Deflate", read: true },
  9: { name: "JBIG (T.85)", read: false },
  10: { name: "JBIG (T.43)", read: false },
  32766: { name: "NeXT RLE", read: false },
  32771: { name: "CCITT RLE, word-aligned", read: false },
  32773: { name: "PackBits", read: true },
  32809: { name: "ThunderScan", read: false },
  32908: { name: "Pixar Film", read: false },
  32909: { name: "Pixar Log", read: false },
  32946: { name: "Deflate (old code)", read: true },
  33003: { name: "JPEG 2000 (YCbCr)", read: false },
  33005: { name: "JPEG 2000 (RGB)", read: false },
  34661: { name: "JBIG", read: false },
  34676: { name: "SGI Log", read: false },
  34677: { name: "SGI Log 24", read: false },
  34712: { name: "JPEG 2000", read: false },
  34887: { name: "LERC", read: true },
  34925: { name: "LZMA", read: false },
  34933: { name: "PNG", read: false },
  34934: { name: "JPEG XR", read: false },
  50000: { name: "Zstandard", read: true },
  50001: { name: "WebP", read: true },
  50002: { name: "JPEG XL", read: false },
  52546: { name: "JPEG XL (DNG)", read: false },
};

/** Codecs that undo a predictor; the others ignore tag 317, as in libtiff. */
const PREDICTING: readonly number[] = [5, 8, 32946, 50000];

/** "LZW (compression 5)". */
export function compressionName(code: number): string {
  const name = COMPRESSIONS[code]?.name;
  return name === undefined ? `compression ${code}` : `${name} (compression ${code})`;
}

/** Whether blocks of this compression can be decoded. */
export function isReadable(code: number): boolean {
  return COMPRESSIONS[code]?.read === true;
}

/** Whether the predictor (tag 317) means anything with this compression. */
export function usesPredictor(code: number): boolean {
  return PREDICTING.includes(code);
}
