import { types } from "node:util";
import { messageOf } from "../errors.ts";
import { sharedViewOf } from "../protocol/shared-view.ts";
import { builtinReference } from "./builtins.ts";
import { type Trail, WAYS } from "./trail.ts";

/** What is known of a parcel's values. */
export interface Packed {
  readonly trail: Trail;
  /** Index of what is packed already. */
  indexOf(value: object): number | undefined;
}

/** Finds out whether structured clone keeps a value as it is, and how large the copy is. */
export class Survey {
  readonly seen = new Set<object>();
  bytes = 0;
  readonly #parts: Packed;
  readonly #whole: ReadonlySet<object>;
  readonly #grown: (bytes: number) => void;

  constructor(parts: Packed, whole: ReadonlySet<object>, grown: (bytes: number) => void) {
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
      if (isDetached(value))
        this.#parts.trail.refuse("memory that has been moved away", WAYS.plain);
      this.#grow(value.byteLength);
      return true;
    }
    if (types.isNativeError(value) || isUrl(value)) return false;
    if (sharedViewOf(value) !== undefined) return false;
    if (isCloneableAsItIs(value)) return true;
    if (types.isMap(value) || types.isSet(value)) return this.#isPlainCollection(value);
    if (Array.isArray(value)) {
      return isOwnKind(value) ? this.#hasPlainMembers(value) : this.#refuseInstance(value);
    }
    const tag = Object.prototype.toString.call(value);
    if (tag === "[object Module]") return false;
    if (tag === "[object Object]" && isPlainPrototype(value)) return this.#hasPlainMembers(value);
    // Asked last, for it takes long.
    if (types.isKeyObject(value)) return true;
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
    const isArray = Array.isArray(value);
    for (const key of Object.keys(value)) {
      const member = readProperty(value, key, trail);
      const isObject = typeof member === "object" && member !== null;
      if (isObject) trail.enter(isArray ? Number(key) : key);
      const isPlain = this.isPlain(member);
      if (isObject) trail.leave();
      if (!isPlain) return false;
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

/** A property of captured data, whose getter may throw. */
export function readProperty(value: object, key: string, trail: Trail): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (cause) {
    trail.enter(Array.isArray(value) ? Number(key) : key);
    return trail.refuse(`reading it throws ${messageOf(cause)}`, WAYS.plain, cause);
  }
}

/** "a Client", or what else it is. */
function instanceText(value: object): string {
  const name = types.isPromise(value) ? "Promise" : className(value);
  const article = /^(?:[AEIOaeio]|U(?!RL))/.test(name) ? "an" : "a";
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

/** Views on memory that has been moved away throw. */
function isDetached(buffer: ArrayBuffer): boolean {
  try {
    return buffer.byteLength === 0 && new Uint8Array(buffer).length > 0;
  } catch {
    return true;
  }
}

function isCloneableAsItIs(value: object): boolean {
  if (types.isDate(value) || types.isRegExp(value) || types.isBoxedPrimitive(value)) {
    if (types.isSymbolObject(value)) return false;
    return isOwnKind(value);
  }
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object WebAssembly.Memory]") {
    return types.isSharedArrayBuffer((value as { readonly buffer?: unknown }).buffer);
  }
  return CLONEABLE.has(tag);
}

const CLONEABLE = new Set(
  ["Blob", "CryptoKey", "WebAssembly.Module"].map((name) => `[object ${name}]`),
);

/** Whether a value is a URL of this realm. */
export function isUrl(value: object): value is URL {
  return Object.prototype.toString.call(value) === "[object URL]" && value instanceof URL;
}
