import { DECODER_WASM } from "./decoder-wasm.ts";
import type { JpegHeader } from "./header.ts";

/** Exports of the WebAssembly; addresses are byte offsets in its memory. */
interface Decoder {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly __heap_base: { readonly value: number };
  set_quant(id: number, values: number): void;
  set_codes(isAc: number, id: number, lengths: number): number;
  set_image(width: number, height: number, components: number, restartInterval: number): void;
  set_component(
    i: number,
    across: number,
    down: number,
    quant: number,
    dc: number,
    ac: number,
  ): void;
  sample_bytes(isEighth: number): number;
  begin(from: number, end: number, reversedEnd: number, samples: number, isEighth: number): void;
  next_rows(out: number): number;
  decode_eighth(): number;
  write_eighth(out: number, width: number, height: number): void;
}

/** The part of JavaScript's WebAssembly interface that is used; Node's types have none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Pixels of 3 bytes, row by row. */
export interface DecodedImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Vectors read that far beyond the bytes they need. */
const READ_BEYOND = 64;
/** Behind the reversed bytes: how far the bits of a broken image can be overrun. */
const OVERRUN = 4096;
const PAGE = 65_536;

let compiled: object | undefined;

/**
 * Decodes common JPEGs to RGB with exactly the pixels of libjpeg, faster, for it writes them where
 * they are wanted, and at one eighth passes over most of the bits.
 *
 * One per thread; it keeps its memory, as large as the largest image needed.
 */
export class JpegDecoder {
  readonly #wasm: Decoder;
  readonly #heap: number;
  /** The codes that are set, by class and number: many files have the same. */
  readonly #codes = new Map<string, Uint8Array>();
  #bytes: Uint8Array;

  /** @returns undefined where this machine has no vectors in WebAssembly */
  static create(): JpegDecoder | undefined {
    try {
      return new JpegDecoder();
    } catch {
      return undefined;
    }
  }

  private constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(DECODER_WASM, "base64"));
    this.#wasm = new WebAssembly.Instance(compiled).exports as Decoder;
    this.#heap = align(this.#wasm.__heap_base.value);
    this.#bytes = new Uint8Array(this.#wasm.memory.buffer);
  }

  /** Memory for a file of `length` bytes, to be filled; valid until the next call of a method. */
  input(length: number): Uint8Array {
    this.#reserve(this.#heap + length);
    return this.#bytes.subarray(this.#heap, this.#heap + length);
  }

  /**
   * Decodes the first `length` bytes of the input into `target`, from `offset` on:
   * `width · height · 3` bytes.
   *
   * @returns false where the image is not sound; `target` then holds anything
   */
  decode(header: JpegHeader, length: number, target: Uint8Array, offset: number): boolean {
    const { width, height } = header;
    const rowBytes = 3 * width;
    // Two rows of units, of which the first is known but for its last row.
    const rows = this.#begin(header, length, false, 33 * rowBytes);
    if (rows === undefined) return false;
    // Copies between memory and shared memory go by words where both are aligned alike.
    const out = rows + ((((target.byteOffset + offset) % 8) + 8) % 8);
    for (let y = 0, at = offset; y < height; ) {
      const count = this.#wasm.next_rows(out);
      if (count < 0) return false;
      target.set(this.#bytes.subarray(out, out + count * rowBytes), at);
      at += count * rowBytes;
      y += count;
    }
    return true;
  }

  /**
   * Decodes the first `length` bytes of the input at one eighth of the size, rounded down as
   * libvips does. Valid until the next call of a method.
   *
   * @returns undefined where the image is not sound
   */
  decodeEighth(header: JpegHeader, length: number): DecodedImage | undefined {
    const width = header.width >> 3;
    const height = header.height >> 3;
    const size = 3 * width * height;
    const out = this.#begin(header, length, true, size);
    if (out === undefined || this.#wasm.decode_eighth() < 0) return undefined;
    this.#wasm.write_eighth(out, width, height);
    return { data: this.#bytes.subarray(out, out + size), width, height };
  }

  /** @returns address of `outBytes` of memory for pixels; undefined for codes that are not sound */
  #begin(
    header: JpegHeader,
    length: number,
    isEighth: boolean,
    outBytes: number,
  ): number | undefined {
    const wasm = this.#wasm;
    const { width, height, components, quants, codes, restartInterval, scan } = header;
    wasm.set_image(width, height, components.length, restartInterval);
    for (const [i, { across, down, quant, dc, ac }] of components.entries()) {
      wasm.set_component(i, across, down, quant, dc, ac);
    }
    const end = this.#heap + length;
    const reversedEnd = align(end + READ_BEYOND + (length - scan) + OVERRUN);
    const samples = reversedEnd + READ_BEYOND;
    const out = align(samples + wasm.sample_bytes(Number(isEighth)) + READ_BEYOND);
    this.#reserve(out + outBytes);
    for (const { id, offset } of quants) wasm.set_quant(id, this.#heap + offset);
    for (const { isAc, id, offset } of codes) {
      if (!this.#setCodes(isAc, id, offset, end)) return undefined;
    }
    wasm.begin(this.#heap + scan, end, reversedEnd, samples, Number(isEighth));
    return out;
  }

  #setCodes(isAc: boolean, id: number, offset: number, end: number): boolean {
    const key = `${isAc}${id}`;
    const from = this.#heap + offset;
    const bytes = this.#bytes.subarray(from, Math.min(from + 16 + 256, end));
    let symbols = 0;
    for (let i = 0; i < 16; i++) symbols += bytes[i] as number;
    const lengthsAndSymbols = Buffer.from(bytes.subarray(0, 16 + symbols));
    const known = this.#codes.get(key);
    if (known !== undefined && lengthsAndSymbols.equals(known)) return true;
    this.#codes.delete(key);
    if (this.#wasm.set_codes(Number(isAc), id, from) === 0) return false;
    this.#codes.set(key, lengthsAndSymbols);
    return true;
  }

  #reserve(end: number): void {
    const { memory } = this.#wasm;
    const missing = end + READ_BEYOND - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    if (this.#bytes.buffer !== memory.buffer) this.#bytes = new Uint8Array(memory.buffer);
  }
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
