import { types } from "node:util";
import { messageOf } from "../errors.ts";
import type { Entry, Part } from "../protocol/parcel.ts";
import { builtinReference } from "./builtins.ts";
import { type Trail, WAYS } from "./trail.ts";

/** Captured data that is copied to each worker may have this much; beyond it, copies are a mistake. */
export const MAX_CAPTURED_BYTES = 64 * 1024 * 1024;

/** What packing a value needs from its parcel. */
export interface Parts {
  readonly trail: Trail;
  /** Index of what is packed already. */
  indexOf(value: object): number | undefined;
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
    if (typeof value !== "object" || value === null)
      return this.#add(value, { kind: "value", value });
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
    const { variable } = this.#parts.trail;
    this.#bytes.set(variable, (this.#bytes.get(variable) ?? 0) + survey.bytes);
    return true;
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
    this.#parts.trail.enter(String(typeof key === "object" ? "…" : key));
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
      trail.enter(Array.isArray(value) ? Number(key) : key);
      const entry = [key, this.pack(readProperty(value, key, trail))] as const;
      trail.leave();
      return entry;
    });
  }

  /** Only its own bytes: a small Buffer is a view on memory that Node lends to many. */
  #packBuffer(value: Buffer): number {
    const { buffer, byteOffset, byteLength } = value;
    if (types.isSharedArrayBuffer(buffer)) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      return this.#add(value, { kind: "buffer", bytes });
    }
    this.#assertRoom(byteLength);
    const bytes = new Uint8Array(value);
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
      ...("cause" in value ? ["cause"] : []),
      ...Object.keys(value),
    ]);
    const entries = [...keys].map((key) => {
      this.#parts.trail.enter(key);
      const entry = [key, this.pack(readProperty(value, key, this.#parts.trail))] as const;
      this.#parts.trail.leave();
      return entry;
    });
    this.#parts.settle(index, { kind: "error", type, entries });
    return index;
  }
}

/** Finds out whether structured clone keeps a value as it is, and how large the copy is. */
class Survey {
  readonly seen = new Set<object>();
  bytes = 0;
  readonly #parts: Parts;
  readonly #whole: ReadonlySet<object>;
  readonly #grown: (bytes: number) => void;

  constructor(parts: Parts, whole: ReadonlySet<object>, grown: (bytes: number) => void) {
    this.#parts = parts;
    this.#whole = whole;
    this.#grown = grown;
  }

  /** @throws CaptureRefusedError for what cannot be sent in any way, or is too large */
  isPlain(value: unknown): boolean {
    if (typeof value !== "object" || value === null) {
      this.#grow(typeof value === "string" ? value.length : 8);
      return typeof value !== "function" && typeof value !== "symbol";
    }
    if (this.seen.has(value) || this.#whole.has(value)) return true;
    if (this.#parts.indexOf(value) !== undefined || types.isProxy(value)) return false;
    this.seen.add(value);
    return this.#isPlainObject(value);
  }

  #isPlainObject(value: object): boolean {
    if (ArrayBuffer.isView(value)) {
      if (!isOwnKind(value)) return Buffer.isBuffer(value) ? false : this.#refuseInstance(value);
      return this.isPlain(value.buffer);
    }
    if (types.isSharedArrayBuffer(value)) return true;
    if (types.isArrayBuffer(value)) {
      this.#grow(value.byteLength);
      return true;
    }
    if (types.isNativeError(value) || isUrl(value)) return false;
    if (isCloneableAsItIs(value)) return true;
    if (types.isMap(value) || types.isSet(value)) return this.#isPlainCollection(value);
    if (Array.isArray(value)) {
      return isOwnKind(value) ? this.#hasPlainMembers(value) : this.#refuseInstance(value);
    }
    const tag = Object.prototype.toString.call(value);
    if (tag === "[object Module]") return false;
    if (tag === "[object Object]" && isPlainPrototype(value)) return this.#hasPlainMembers(value);
    return builtinReference(value) === undefined ? this.#refuseInstance(value) : false;
  }

  #isPlainCollection(value: Map<unknown, unknown> | Set<unknown>): boolean {
    if (!isOwnKind(value)) this.#refuseInstance(value);
    for (const entry of value) {
      const [key, member] = types.isMap(value) ? (entry as [unknown, unknown]) : [entry, undefined];
      if (!this.isPlain(key) || !this.isPlain(member)) return false;
    }
    return true;
  }

  #hasPlainMembers(value: object): boolean {
    this.#grow(16);
    if (Object.getPrototypeOf(value) === null) return false;
    if (Object.getOwnPropertySymbols(value).length > 0) return false;
    const { trail } = this.#parts;
    for (const key of Object.keys(value)) {
      trail.enter(Array.isArray(value) ? Number(key) : key);
      if (!this.isPlain(readProperty(value, key, trail))) {
        trail.leave();
        return false;
      }
      trail.leave();
    }
    return true;
  }

  #grow(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > GROWTH_STEP) this.#grown(this.bytes);
  }

  #refuseInstance(value: object): never {
    this.#parts.trail.refuse(instanceText(value), WAYS.init);
  }
}

/** The limit is looked at beyond this many bytes. */
const GROWTH_STEP = 4_096;

function readProperty(value: object, key: string, trail: Trail): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (cause) {
    return trail.refuse(`reading it throws ${messageOf(cause)}`, WAYS.plain, cause);
  }
}

/** "a Client", or what else it is. */
function instanceText(value: object): string {
  const name = types.isPromise(value) ? "Promise" : className(value);
  const article = /^[AEIOU]/.test(name) ? "an" : "a";
  return `${article} ${name}`;
}

function className(value: object): string {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  if (typeof name === "string" && name !== "" && name !== "Object") return name;
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return tag === "Object" ? "object with a prototype of its own" : tag;
}

/** Whether a value is of a class of the language itself, and not of one derived from it. */
function isOwnKind(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const parent = prototype === null ? undefined : Object.getPrototypeOf(prototype as object);
  const constructor = (prototype as { readonly constructor?: unknown } | null)?.constructor;
  if (typeof constructor !== "function" || parent === undefined) return false;
  return NATIVE.test(Function.prototype.toString.call(constructor));
}

const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** Plain in any realm: its prototype is the top of the chain and has no class of its own. */
function isPlainPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return (
    Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf")
  );
}

function isCloneableAsItIs(value: object): boolean {
  if (types.isDate(value) || types.isRegExp(value) || types.isBoxedPrimitive(value)) {
    if (types.isSymbolObject(value)) return false;
    return isOwnKind(value);
  }
  const tag = Object.prototype.toString.call(value);
  return CLONEABLE.has(tag) || types.isKeyObject(value);
}

const CLONEABLE = new Set(
  ["Blob", "CryptoKey", "WebAssembly.Module", "WebAssembly.Memory"].map(
    (name) => `[object ${name}]`,
  ),
);

function isUrl(value: object): value is URL {
  return Object.prototype.toString.call(value) === "[object URL]" && value instanceof URL;
}

function megabytes(bytes: number): string {
  const size = bytes / (1024 * 1024);
  return size < 10 ? `${size.toFixed(1)} MB` : `${Math.round(size)} MB`;
}
