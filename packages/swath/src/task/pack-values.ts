import { types } from "node:util";
import { previewOf } from "../errors.ts";
import type { Entry, Part } from "../protocol/parcel.ts";
import { sharedViewOf } from "../protocol/shared-view.ts";
import { builtinReference } from "./builtins.ts";
import { isUrl, type Packed, readProperty, Survey } from "./survey.ts";
import { WAYS } from "./trail.ts";

/** Captured data that is copied to each worker may have this much; beyond it, copies are a mistake. */
export const MAX_CAPTURED_BYTES = 64 * 1024 * 1024;

/** What packing a value needs from its parcel. */
export interface Parts extends Packed {
  /** Takes a place for `value`, which may refer to itself. */
  reserve(value: object | undefined): number;
  settle(index: number, part: Part): void;
  packFunction(fn: object): number;
}

/** Packs data: what structured clone keeps as it is goes whole, the rest in parts. */
export class ValuePacker {
  readonly #parts: Parts;
  /** Objects that go whole, with all that is in them. */
  readonly #whole = new Set<object>();
  /** Bytes of what goes whole, by captured variable. */
  readonly #bytes = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @returns index of the part that stands for `value` */
  pack(value: unknown): number {
    if (typeof value === "function") return this.#parts.packFunction(value);
    if (typeof value === "symbol") return this.#packSymbol(value);
    if (typeof value !== "object" || value === null) {
      if (typeof value === "string") this.#count(value.length);
      return this.#add(value, { kind: "value", value });
    }
    const known = this.#parts.indexOf(value);
    if (known !== undefined) return known;
    if (this.#goesWhole(value)) return this.#add(value, { kind: "value", value });
    return this.#packObject(value);
  }

  #add(value: unknown, part: Part): number {
    const isObject = typeof value === "object" && value !== null;
    const index = this.#parts.reserve(isObject ? value : undefined);
    this.#parts.settle(index, part);
    return index;
  }

  #packSymbol(value: symbol): number {
    const name = Symbol.keyFor(value);
    if (name !== undefined) return this.#add(value, { kind: "symbol", name });
    const known = Object.getOwnPropertyNames(Symbol).find(
      (key) => (Symbol as unknown as Record<string, unknown>)[key] === value,
    );
    if (known === undefined) {
      this.#parts.trail.refuse("a symbol that is not registered", "Use `Symbol.for(name)`");
    }
    const reference = { kind: "builtin", module: "", path: ["Symbol", known] } as const;
    return this.#add(value, { kind: "reference", reference });
  }

  #goesWhole(value: object): boolean {
    const survey = new Survey(this.#parts, this.#whole, (bytes) => this.#assertRoom(bytes));
    if (!survey.isPlain(value)) return false;
    for (const seen of survey.seen) this.#whole.add(seen);
    this.#count(survey.bytes);
    return true;
  }

  #count(bytes: number): void {
    if (bytes > 0) this.#assertRoom(bytes);
    const { variable } = this.#parts.trail;
    this.#bytes.set(variable, (this.#bytes.get(variable) ?? 0) + bytes);
  }

  #assertRoom(bytes: number): void {
    const { trail } = this.#parts;
    let total = bytes;
    for (const size of this.#bytes.values()) total += size;
    if (total <= MAX_CAPTURED_BYTES) return;
    const own = bytes + (this.#bytes.get(trail.variable) ?? 0);
    const sum = own === total ? "" : `, ${megabytes(total)} with all that is captured`;
    const limit = `the limit for copies to each worker is ${megabytes(MAX_CAPTURED_BYTES)}`;
    trail.refuse(`${megabytes(own)}${sum}; ${limit}`, WAYS.share);
  }

  #packObject(value: object): number {
    const { trail } = this.#parts;
    if (types.isProxy(value)) return trail.refuse("a Proxy", WAYS.init);
    const view = sharedViewOf(value);
    if (view !== undefined) return this.#add(value, { kind: "shared", view });
    const builtin = builtinReference(value);
    if (builtin !== undefined) return this.#add(value, { kind: "reference", reference: builtin });
    if (Buffer.isBuffer(value)) return this.#packBuffer(value);
    if (types.isNativeError(value)) return this.#packError(value);
    if (isUrl(value)) return this.#add(value, { kind: "url", href: value.href });
    const index = this.#parts.reserve(value);
    this.#parts.settle(index, this.#partOf(value));
    return index;
  }

  /** Containers whose members have to be looked at one by one. */
  #partOf(value: object): Part {
    if (Array.isArray(value)) {
      return { kind: "array", length: value.length, entries: this.#entries(value) };
    }
    if (types.isMap(value)) {
      return { kind: "map", entries: Array.from(value, ([k, v]) => this.#pair(k, v)) };
    }
    if (types.isSet(value)) return { kind: "set", items: Array.from(value, (v) => this.pack(v)) };
    const isBare = Object.getPrototypeOf(value) === null;
    return { kind: "object", entries: this.#entries(value), isBare };
  }

  #pair(key: unknown, value: unknown): readonly [number, number] {
    const from = this.pack(key);
    this.#parts.trail.enter(previewOf(key, 20));
    const to = this.pack(value);
    this.#parts.trail.leave();
    return [from, to];
  }

  #entries(value: object): readonly Entry[] {
    const { trail } = this.#parts;
    if (Object.getOwnPropertySymbols(value).length > 0) {
      trail.refuse("an object with symbols as keys", WAYS.plain);
    }
    return Object.keys(value).map((key) => {
      const member = readProperty(value, key, trail);
      trail.enter(Array.isArray(value) ? Number(key) : key);
      const entry = [key, this.pack(member)] as const;
      trail.leave();
      return entry;
    });
  }

  /** As a view on the same memory, of which others may be views, too. */
  #packBuffer(value: Buffer): number {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    this.#goesWhole(bytes);
    return this.#add(value, { kind: "buffer", bytes });
  }

  #packError(value: Error): number {
    const type = Object.getPrototypeOf(value)?.constructor?.name;
    if (builtinReference(Object.getPrototypeOf(value)?.constructor ?? value) === undefined) {
      this.#parts.trail.refuse(`a ${String(type)}, which is a class`, WAYS.plain);
    }
    const index = this.#parts.reserve(value);
    const keys = new Set([
      "message",
      "stack",
      ...["cause", "errors"].filter((key) => Object.hasOwn(value, key)),
      ...Object.keys(value),
    ]);
    const entries = [...keys].map((key) => {
      const member = readProperty(value, key, this.#parts.trail);
      this.#parts.trail.enter(key);
      const entry = [key, this.pack(member)] as const;
      this.#parts.trail.leave();
      return entry;
    });
    this.#parts.settle(index, { kind: "error", type, entries });
    return index;
  }
}

function megabytes(bytes: number): string {
  const size = bytes / (1024 * 1024);
  return size < 10 ? `${size.toFixed(1)} MB` : `${Math.round(size)} MB`;
}
