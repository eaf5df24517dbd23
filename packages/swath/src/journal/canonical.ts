import type { Hash } from "node:crypto";
import { sharedViewOf } from "../protocol/shared-view.ts";
import { moduleDigest, moduleFunction } from "./module-digest.ts";
import { sha256 } from "./sha256.ts";

/**
 * SHA-256 of a value's content, 32 hexadecimal digits of it. Equal content gives equal digests
 * in every run: V8's own clone does not, for it writes 5 or "a" in more than one way.
 */
export function digestOf(value: unknown): string {
  const digest = new Digest();
  digest.add(value);
  return digest.end();
}

/** A digest of several values, one after the other. */
export class Digest {
  readonly #hash: Hash = sha256();
  #text = "";

  /** Large binary data counts by evenly spaced pieces of it, both ends included. */
  add(value: unknown): this {
    this.#walk(value, new Map());
    return this;
  }

  /** Counts bytes, of more than `maxBytes` by evenly spaced pieces. */
  addBytes(bytes: Uint8Array, maxBytes: number): this {
    this.#bytes("bytes", bytes, maxBytes);
    return this;
  }

  end(): string {
    this.#hash.update(this.#text);
    return this.#hash.digest("hex").slice(0, DIGITS);
  }

  #walk(value: unknown, seen: Map<object, number>): void {
    if (typeof value === "string") return this.#say(`s${value.length}:${value}`);
    if (typeof value === "number") return this.#say(Object.is(value, -0) ? "d-0;" : `d${value};`);
    if (typeof value === "object" && value !== null) return this.#object(value, seen);
    // Of a function its text, of undefined, null, booleans and the rest their name.
    const text = String(value);
    this.#say(`${typeof value}${text.length}:${text}`);
  }

  #object(value: object, seen: Map<object, number>): void {
    const before = seen.get(value);
    if (before !== undefined) return this.#say(`@${before};`);
    seen.set(value, seen.size);
    if (Array.isArray(value)) return this.#list("a", value.length, value, seen);
    const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
    if (ArrayBuffer.isView(value)) return this.#bytes(tag, bytesOf(value));
    if (tag === "ArrayBuffer" || tag === "SharedArrayBuffer") {
      return this.#bytes(tag, new Uint8Array(value as ArrayBuffer));
    }
    if (tag === "Map") {
      const map = value as ReadonlyMap<unknown, unknown>;
      return this.#list("M", map.size, [...map].flat(), seen);
    }
    if (tag === "Set") {
      const set = value as ReadonlySet<unknown>;
      return this.#list("S", set.size, set, seen);
    }
    const shared = sharedViewOf(value);
    if (shared !== undefined) return this.#object({ ...shared }, seen);
    const referred = moduleFunction(value);
    if (referred !== undefined) {
      return this.#say(`r${referred.name}:${moduleDigest(referred.url)};`);
    }
    this.#say(`o${tag}{`);
    if (VALUE_TAGS.has(tag)) this.#say(`${ownText(value)};`);
    for (const key of Object.keys(value)) {
      this.#say(`${key.length}:${key}`);
      this.#walk((value as Record<string, unknown>)[key], seen);
    }
    this.#say("}");
  }

  #list(kind: string, length: number, items: Iterable<unknown>, seen: Map<object, number>): void {
    this.#say(`${kind}${length}[`);
    for (const item of items) this.#walk(item, seen);
    this.#say("]");
  }

  #bytes(tag: string, bytes: Uint8Array, maxBytes = MAX_WHOLE_BYTES): void {
    this.#say(`b${tag}${bytes.length}:`);
    this.#hash.update(this.#text);
    this.#text = "";
    for (const piece of sampled(bytes, maxBytes)) this.#hash.update(piece);
  }

  #say(text: string): void {
    this.#text += text;
    if (this.#text.length < BATCH_CHARS) return;
    this.#hash.update(this.#text);
    this.#text = "";
  }
}

/** The bytes that a view shows. */
export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Enough that no two inputs ever meet. */
const DIGITS = 32;
/** Text is hashed in pieces of this size: one call for many values. */
const BATCH_CHARS = 1 << 16;
/** Binary data up to this size counts whole: about 0.1 s. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;
const SAMPLE_BYTES = 64 * 1024;

/** Objects whose content is no property of theirs. */
const VALUE_TAGS = new Set(["Date", "RegExp", "Boolean", "Number", "String", "BigInt", "Error"]);

function ownText(value: object): string {
  return value instanceof Date ? String(value.getTime()) : String(value as RegExp);
}

function* sampled(bytes: Uint8Array, maxBytes: number): Generator<Uint8Array> {
  if (bytes.length <= maxBytes) return yield bytes;
  const samples = Math.floor(maxBytes / SAMPLE_BYTES);
  const stride = (bytes.length - SAMPLE_BYTES) / (samples - 1);
  for (let i = 0; i < samples; i++) {
    const at = Math.floor(i * stride);
    yield bytes.subarray(at, at + SAMPLE_BYTES);
  }
}
