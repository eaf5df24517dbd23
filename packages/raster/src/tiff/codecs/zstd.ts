import * as zlib from "node:zlib";
import { blockBytes } from "../block-tables.ts";
import type { TiffImage } from "../image.ts";
import { type SyncDecoder, takeDecoded } from "./codec.ts";

type ZstdDecompressSync = (
  encoded: Uint8Array,
  options: { readonly chunkSize: number; readonly maxOutputLength: number },
) => Uint8Array;

/** As for deflate: room to see the end of the stream without a second chunk. */
const CHUNK_SLACK_BYTES = 64;

/** Decompresses one frame. */
export type Decompress = (encoded: Uint8Array) => Uint8Array;

/** Compression 50000. */
export async function prepareZstd(image: TiffImage): Promise<SyncDecoder> {
  const decompress = await loadZstd(blockBytes(image));
  return {
    kind: "sync",
    order: "file",
    decode: (encoded, into) => takeDecoded(decompress(encoded), into),
  };
}

/**
 * Zstandard by Node's zlib where it has it (from 22.15 and 23.8 on), else by the WebAssembly
 * build in `zstddec`.
 *
 * @param capacity most bytes that a frame may hold
 */
export async function loadZstd(capacity: number): Promise<Decompress> {
  const native = nativeZstd();
  if (native === undefined) return await wasmZstd(capacity);
  const options = { chunkSize: capacity + CHUNK_SLACK_BYTES, maxOutputLength: capacity };
  return (encoded) => native(encoded, options);
}

function nativeZstd(): ZstdDecompressSync | undefined {
  const found: unknown = Reflect.get(zlib, "zstdDecompressSync");
  return typeof found === "function" ? (found as ZstdDecompressSync) : undefined;
}

/**
 * `zstddec` answers corrupt input, and a block longer than `capacity`, with an empty array:
 * to be told apart from an empty block, which never is right either.
 */
async function wasmZstd(capacity: number): Promise<Decompress> {
  const { ZSTDDecoder } = await import("zstddec");
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (encoded) => {
    const decoded = decoder.decode(encoded, capacity);
    if (decoded.length === 0) {
      throw new Error(`it is no Zstandard frame, or one of more than ${capacity} bytes`);
    }
    return decoded;
  };
}
