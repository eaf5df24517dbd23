import type { TiffImage } from "../image.ts";

/**
 * Undoes the compression of one block. `decode` fills all of `into` or throws a plain Error
 * that says why; the block reader adds file, byte offset and block number.
 *
 * A block that holds more than `into` is cut off; one that holds less is an error. What is
 * left in `into` after an error means nothing.
 */
export type Decoder = SyncDecoder | AsyncDecoder;

/** A decoder that needs no waiting. */
export interface SyncDecoder {
  readonly kind: "sync";
  readonly order: PixelOrder;
  decode(encoded: Uint8Array, into: Uint8Array): void;
}

/** A decoder whose library answers by promise. */
export interface AsyncDecoder {
  readonly kind: "async";
  readonly order: PixelOrder;
  decode(encoded: Uint8Array, into: Uint8Array): Promise<void>;
}

/** `file`: bytes in the file's order, predictor still applied. `native`: finished pixels. */
export type PixelOrder = "file" | "native";

/** What each codec file exports: a decoder for the blocks of one image. */
export type PrepareDecoder = (image: TiffImage) => Decoder | Promise<Decoder>;

/** Copy what was decoded; the rest is cut off. @throws Error where it is too short */
export function takeDecoded(decoded: Uint8Array, into: Uint8Array): void {
  assertDecoded(decoded.length, into.length);
  into.set(decoded.length === into.length ? decoded : decoded.subarray(0, into.length));
}

/** @throws Error where fewer bytes came out than the block must hold */
export function assertDecoded(got: number, expected: number): void {
  if (got < expected) throw new Error(`it decodes to ${got} of ${expected} bytes`);
}
