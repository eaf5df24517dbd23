import { type SyncDecoder, takeDecoded } from "./codec.ts";

/** Compression 1: a copy. The block reader does without where it can read in place. */
export function prepareNone(): SyncDecoder {
  return { kind: "sync", order: "file", decode: takeDecoded };
}
