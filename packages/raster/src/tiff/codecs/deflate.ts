import { inflateSync } from "node:zlib";
import { blockBytes } from "../block-tables.ts";
import type { TiffImage } from "../image.ts";
import { type SyncDecoder, takeDecoded } from "./codec.ts";

/**
 * Spare bytes in zlib's output chunk: with a chunk exactly as long as the block, zlib asks
 * for a second chunk before it sees the end of the stream.
 */
const CHUNK_SLACK_BYTES = 64;

/**
 * Compressions 8 and 32946: zlib streams.
 *
 * One output chunk of a block's size is twice as fast as zlib's default of 16 KiB. A last
 * strip may have been written in full height, so up to two blocks may come out; beyond that
 * it is taken for a bomb.
 */
export function prepareDeflate(image: TiffImage): SyncDecoder {
  const maxOutputLength = 2 * blockBytes(image) + 65_536;
  return {
    kind: "sync",
    order: "file",
    decode(encoded, into) {
      const chunkSize = into.length + CHUNK_SLACK_BYTES;
      takeDecoded(inflateSync(encoded, { chunkSize, maxOutputLength }), into);
    },
  };
}
