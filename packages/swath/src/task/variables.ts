import { types } from "node:util";
import type { Part } from "../protocol/parcel.ts";
import { NODE_GLOBALS } from "./builtins.ts";
import { loadedExports } from "./exports.ts";
import type { Script } from "./inspector.ts";
import { META } from "./syntax.ts";

/** What stands for `import.meta` and `import()`, here and under vite's test runner. */
export function ownOfModule({ url }: Script, name: string): Part | undefined {
  if (name === META || name === "__vite_ssr_import_meta__")
    return { kind: "module", what: "meta", url };
  if (name === "__vite_ssr_dynamic_import__") return { kind: "module", what: "import", url };
  return undefined;
}

/** Whether a value is the `require` of a CommonJS module. */
export function isRequire(value: unknown): boolean {
  return typeof value === "function" && typeof (value as NodeJS.Require).resolve === "function";
}

/** A property that the program gave to the globals; workers do not have it. */
export function isOwnGlobal(name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  return property?.enumerable === true && !NODE_GLOBALS.has(name);
}

/** A variable's value; undefined for one that has none yet. */
export function readVariable(
  scope: Readonly<Record<string, unknown>>,
  name: string,
): { readonly value: unknown } | undefined {
  try {
    return { value: scope[name] };
  } catch {
    return undefined;
  }
}

/** Whether a variable holds all exports of a module, however its import was compiled. */
export function isNamespace(value: unknown, name: string, { url }: Script): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (/^(?:__vite_ssr_import_|__vi_import_)\d+__$/.test(name)) return true;
  if (types.isProxy(value)) return false;
  if (Object.prototype.toString.call(value) === "[object Module]") return true;
  return (
    /^(?:import|require)_/.test(name) ||
    Object.hasOwn(value, "__esModule") ||
    loadedExports(url) === value
  );
}

/** The members of a variable that the code uses; undefined if it uses the variable as a whole. */
export function membersUsed(code: string, name: string): readonly string[] | undefined {
  const members = new Set<string>();
  // Not a property of that name, though after `...` it is no property.
  const use = new RegExp(
    `(?<![\\p{ID_Continue}$#]|(?<!\\.\\.)\\.)${name.replaceAll("$", "\\$")}(?![\\p{ID_Continue}$])` +
      "(?:\\s*\\??\\.\\s*([\\p{ID_Start}$_][\\p{ID_Continue}$]*))?",
    "gu",
  );
  for (const [, member] of code.matchAll(use)) {
    if (member === undefined) return undefined;
    members.add(member);
  }
  return members.size === 0 ? undefined : [...members];
}
