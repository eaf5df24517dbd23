import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import { createRequire } from "./create-require.ts";
import type { Script } from "./inspector.ts";
import { blankText } from "./source-text.ts";

/**
 * The name under which a script exports the function whose text begins at `start`: undefined if
 * it does not, or if that cannot be told from its text.
 */
export function exportName(script: Script, fn: object, start: number): string | undefined {
  if (script.isModule) return exportOfModule(shapeOf(script), script.text, start, 0);
  // A test runner evaluates modules inside of a function of two nested blocks.
  if (script.text.includes("__vite_ssr_exportName__(")) {
    return exportOfModule(shapeOf(script), script.text, start, 2);
  }
  return exportOfCommonJs(script.url, fn);
}

/** A script's text as code, and what it exports. */
interface Shape {
  readonly code: string;
  /** Exported name by the name inside of the module. */
  readonly exported: ReadonlyMap<string, string>;
}

const shapes = new Map<string, Shape>();

/** The text of a script with everything blanked that is no code. */
export function codeOf(script: Script): string {
  return shapeOf(script).code;
}

function shapeOf(script: Script): Shape {
  let shape = shapes.get(script.id);
  if (shape === undefined) {
    const code = blankText(script.text);
    shape = { code, exported: listedExports(script.text, code) };
    shapes.set(script.id, shape);
  }
  return shape;
}

/** `export { f as g }`, and how vite writes every export. */
function listedExports(text: string, code: string): ReadonlyMap<string, string> {
  const exported = new Map<string, string>();
  for (const { 1: list = "" } of code.matchAll(/\bexport\s*\{([^}]*)\}(?!\s*from\b)/g)) {
    for (const item of list.split(",")) {
      const [, local, name] = /^\s*([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(item) ?? [];
      if (local !== undefined) exported.set(local, name ?? local);
    }
  }
  for (const [, local] of code.matchAll(/\bexport\s+default\s+([\w$]+)\s*(?:;|\n|$)/g)) {
    exported.set(local as string, "default");
  }
  const vite = /__vite_ssr_exportName__\("([\w$]+)", \(\) => \{ try \{ return ([\w$]+) \}/g;
  for (const [, name, local] of text.matchAll(vite)) {
    if (!exported.has(local as string)) exported.set(local as string, name as string);
  }
  return exported;
}

/** Code before a declaration that matters: `export const f = /* @__PURE__ *\/ __name(`. */
const LEAD = 400;

function exportOfModule(
  { code, exported }: Shape,
  text: string,
  start: number,
  depth: number,
): string | undefined {
  const before = code.slice(Math.max(0, start - LEAD), start);
  const own = /^(?:async\s+)?(?:function\b\s*\*?|class\b)\s*([\w$]*)/.exec(text.slice(start))?.[1];
  if (/(?:^|[^\w$.])export\s+default\s*(?:__name\(\s*)?$/.test(before)) return "default";
  if (/(?:^|[^\w$.])export\s+$/.test(before)) return own || undefined;
  const constant = /(?:^|[^\w$.])(export\s+)?const\s+([\w$]+)\s*=\s*(?:__name\(\s*)?$/.exec(before);
  if (constant?.[1] !== undefined) return constant[2];
  const declared = constant?.[2] ?? (/(?:^|[;}\n])\s*$/.test(before) ? own : undefined);
  const name = exported.get(declared ?? "");
  const declaredAt = start - before.length + (constant?.index ?? before.length - 1) + 1;
  return name !== undefined && depthAt(code, declaredAt) === depth ? name : undefined;
}

/**
 * Whether a module exports a variable that it has imported, or another module's exports as they
 * are.
 *
 * @param isImport whether a variable is such an import
 * @param isModule whether a specifier is that of such a module
 */
export function reexports(
  script: Script,
  isImport: (variable: string) => boolean,
  isModule: (specifier: string) => boolean,
): boolean {
  const { code, exported } = shapeOf(script);
  if ([...exported.keys()].some(isImport)) return true;
  const from = /\bexport\s*(?:\{[^}]*\}|\*(?:\s*as\s+[\w$]+)?)\s*from\b/g;
  // Comments and the specifier itself are no code.
  const string = /\s*(["'])([^"'\n]+)\1/y;
  for (const { 0: head, index } of code.matchAll(from)) {
    string.lastIndex = index + head.length;
    const specifier = string.exec(script.text)?.[2];
    if (specifier !== undefined && isModule(specifier)) return true;
  }
  return false;
}

/** How many brackets are open at a place. */
function depthAt(code: string, end: number): number {
  let depth = 0;
  for (let i = 0; i < end; i++) {
    const char = code.charCodeAt(i);
    if (char === 123 || char === 40 || char === 91) depth++;
    else if (char === 125 || char === 41 || char === 93) depth--;
  }
  return depth;
}

/** What a loaded CommonJS module of this URL exports, as it stands in the cache of `require`. */
export function loadedExports(url: string): unknown {
  if (!url.startsWith("file:")) return undefined;
  return requireCache()[fileURLToPath(url)]?.exports;
}

/** URLs of the loaded CommonJS modules that export `fn`. */
export function commonJsExporters(fn: object): readonly string[] {
  const urls = Object.keys(requireCache()).map((path) => pathToFileURL(path).href);
  return urls.filter((url) => exportOfCommonJs(url, fn) !== undefined);
}

function requireCache(): NodeJS.Dict<NodeJS.Module> {
  // One for all modules; in a bundle this one has no place of its own.
  return createRequire(process.execPath).cache;
}

function exportOfCommonJs(url: string, fn: object): string | undefined {
  const exports = loadedExports(url);
  if (exports === fn) return "default";
  if (exports === null || (typeof exports !== "object" && typeof exports !== "function")) {
    return undefined;
  }
  if (types.isProxy(exports)) return undefined;
  const all = Object.getOwnPropertyDescriptors(exports);
  return Object.keys(all).find((key) => valueOf(all[key]) === fn);
}

/** Compilers write exports as getters that only name a variable; others may do anything. */
function valueOf(property: PropertyDescriptor | undefined): unknown {
  if (property?.get === undefined) return property?.value;
  const text = String(property.get);
  const isPlain =
    /^\(\)\s*=>\s*[\w$]+(?:\[\w+\]|\.[\w$]+)?$/.test(text) ||
    /^function\s*\(\)\s*\{\s*return [\w$]+(?:\[\w+\]|\.[\w$]+)?;?\s*\}$/.test(text);
  return isPlain ? property.get() : undefined;
}
