import * as zlib from "node:zlib";

/** What node:zlib has for Zstandard since Node 22.15 and 23.8; Node 20 has none of it. */
interface ZstdZlib {
  readonly zstdCompressSync?: (
    bytes: Uint8Array,
    options: { readonly params: Readonly<Record<number, number>> },
  ) => Uint8Array;
  readonly constants: { readonly ZSTD_c_compressionLevel?: number };
}

const { zstdCompressSync, constants } = zlib as unknown as ZstdZlib;

/** Whether this Node can compress with Zstandard. */
export const CAN_WRITE_ZSTD = zstdCompressSync !== undefined;

/**
 * One Zstandard frame.
 *
 * @param level 1 (fast) to 22 (small)
 */
export function compressZstd(bytes: Uint8Array, level: number): Uint8Array {
  if (zstdCompressSync === undefined || constants.ZSTD_c_compressionLevel === undefined) {
    throw new TypeError("node:zlib has no zstdCompressSync");
  }
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } });
}
