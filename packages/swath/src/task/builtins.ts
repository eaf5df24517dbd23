import { builtinModules } from "node:module";
import { types } from "node:util";
import type { BuiltinReference } from "../protocol/reference.ts";

/**
 * Where a worker finds something that is part of Node or of the language: `Math.floor`, what
 * `node:fs` exports. Undefined for everything else.
 */
export function builtinReference(value: object): BuiltinReference | undefined {
  intrinsics ??= readIntrinsics();
  const path = intrinsics.get(value);
  if (path !== undefined) return { kind: "builtin", module: "", path };
  modules = readModules(modules);
  return modules.known.get(value);
}

/** The thing itself. */
export function resolveBuiltin({ module, path }: BuiltinReference): unknown {
  let value: unknown = module === "" ? globalThis : process.getBuiltinModule(module);
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

let intrinsics: Map<object, readonly string[]> | undefined;

/**
 * What the globals hold, two steps deep: `Object.prototype.hasOwnProperty`. Of Node's own only
 * those that are there from the start: reading others would load their modules.
 */
function readIntrinsics(): Map<object, readonly string[]> {
  const known = new Map<object, readonly string[]>();
  for (const name of [...LANGUAGE, ...NATURAL, ...NODES]) {
    const value = plainProperty(globalThis, name);
    if (!isObject(value)) continue;
    note(known, value, [name]);
    noteMembers(known, value, [name]);
    const prototype = plainProperty(value, "prototype");
    if (!isObject(prototype)) continue;
    note(known, prototype, [name, "prototype"]);
    noteMembers(known, prototype, [name, "prototype"]);
  }
  return known;
}

const LANGUAGE = (
  "Object Function Array Number Boolean String Symbol BigInt Date Promise RegExp Proxy Map Set " +
  "WeakMap WeakSet WeakRef FinalizationRegistry Error AggregateError EvalError RangeError " +
  "ReferenceError SyntaxError TypeError URIError SuppressedError DisposableStack " +
  "AsyncDisposableStack ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array " +
  "Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array " +
  "Float64Array BigInt64Array BigUint64Array parseInt parseFloat isNaN isFinite encodeURI " +
  "encodeURIComponent decodeURI decodeURIComponent escape unescape eval"
).split(" ");
const NATURAL =
  "Math JSON Reflect Atomics Intl WebAssembly console process Iterator Temporal".split(" ");
const NODES = (
  "Buffer URL URLSearchParams TextEncoder TextDecoder AbortController AbortSignal Event " +
  "EventTarget MessageChannel MessagePort fetch setTimeout setInterval setImmediate " +
  "clearTimeout clearInterval clearImmediate queueMicrotask structuredClone atob btoa"
).split(" ");

/** Names of globals that Node itself makes enumerable; others are the program's own. */
export const NODE_GLOBALS: ReadonlySet<string> = new Set([
  ...NATURAL,
  ...NODES,
  ..."Blob Headers Request Response FormData global performance crypto navigator localStorage sessionStorage Storage".split(
    " ",
  ),
]);

function noteMembers(known: Map<object, readonly string[]>, of: object, path: readonly string[]) {
  for (const name of Object.getOwnPropertyNames(of)) {
    const value = plainProperty(of, name);
    if (typeof value === "function") note(known, value, [...path, name]);
  }
}

function note(known: Map<object, readonly string[]>, value: object, path: readonly string[]): void {
  if (!known.has(value)) known.set(value, path);
}

interface KnownModules {
  readonly read: Set<string>;
  readonly known: Map<object, BuiltinReference>;
}

let modules: KnownModules = { read: new Set(), known: new Map() };

/** The exports of Node's modules, of those that are loaded: others cannot be captured. */
function readModules(before: KnownModules): KnownModules {
  const loaded = process as { readonly moduleLoadList?: readonly string[] };
  const isPublic = new Set(builtinModules);
  for (const entry of loaded.moduleLoadList ?? []) {
    const name = entry.replace(/^NativeModule /, "");
    if (!isPublic.has(name) || /^_|^punycode$|^sys$/.test(name) || before.read.has(name)) continue;
    before.read.add(name);
    const module = process.getBuiltinModule(`node:${name}`);
    if (isObject(module)) noteModule(before.known, `node:${name}`, module, []);
  }
  return before;
}

function noteModule(
  known: Map<object, BuiltinReference>,
  module: string,
  of: object,
  path: readonly string[],
): void {
  if (!known.has(of)) known.set(of, { kind: "builtin", module, path });
  for (const name of Object.getOwnPropertyNames(of)) {
    const value = plainProperty(of, name);
    if (!isObject(value) || known.has(value)) continue;
    if (
      typeof value === "function" ||
      (path.length === 0 && /^(?:promises|posix|win32|types|constants|strict|default)$/.test(name))
    ) {
      noteModule(known, module, value, [...path, name]);
    }
  }
}

function plainProperty(of: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(of, name)?.value;
}

function isObject(value: unknown): value is object {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    !types.isProxy(value)
  );
}
