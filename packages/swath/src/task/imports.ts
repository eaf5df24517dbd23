import { codeOf } from "./exports.ts";
import type { Script } from "./inspector.ts";
import { plainSpecifier } from "./vite.ts";

/** Where an imported variable comes from. */
export interface ImportBinding {
  readonly specifier: string;
  /** Name of the export; "*" for the whole module. */
  readonly name: string;
}

const known = new Map<string, ReadonlyMap<string, ImportBinding>>();

/** The `import` statement of a module that declares `variable`. */
export function importOf(script: Script, variable: string): ImportBinding | undefined {
  return importsOf(script).get(variable);
}

/** All that a module imports, by the variables that hold it. */
export function importsOf(script: Script): ReadonlyMap<string, ImportBinding> {
  let bindings = known.get(script.id);
  if (bindings === undefined) {
    bindings = script.isModule ? readImports(script) : readViteImports(script);
    known.set(script.id, bindings);
  }
  return bindings;
}

function readImports(script: Script): ReadonlyMap<string, ImportBinding> {
  const bindings = new Map<string, ImportBinding>();
  const code = codeOf(script);
  const statement = /\bimport\b\s*([\p{ID_Continue}$*\s{},]+?)\s*from\b/gu;
  // Comments and the specifier itself are no code.
  const string = /\s*(["'])([^"'\n]+)\1/y;
  for (const { 0: head, 1: clause = "", index } of code.matchAll(statement)) {
    string.lastIndex = index + head.length;
    const specifier = string.exec(script.text)?.[2];
    if (specifier === undefined) continue;
    for (const [local, name] of bindingsOf(clause)) bindings.set(local, { specifier, name });
  }
  return bindings;
}

/** Vite's test runner makes a variable of each import, which holds the module. */
function readViteImports({ text }: Script): ReadonlyMap<string, ImportBinding> {
  const bindings = new Map<string, ImportBinding>();
  const statement = /\bconst (__(?:vite_ssr|vi)_import_\d+__) = await [\w$]+\("([^"\n]+)"/g;
  for (const [, local, specifier] of text.matchAll(statement)) {
    bindings.set(local as string, { specifier: plainSpecifier(specifier as string), name: "*" });
  }
  return bindings;
}

/** `a, { b as c }` or `a, * as d` as pairs of variable and export. */
function bindingsOf(clause: string): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const [, list = ""] = /\{([^}]*)\}/.exec(clause) ?? [];
  for (const item of list.split(",")) {
    const [, name, local] =
      /^\s*([\p{ID_Continue}$]+)(?:\s+as\s+([\p{ID_Continue}$]+))?\s*$/u.exec(item) ?? [];
    if (name !== undefined) pairs.push([local ?? name, name]);
  }
  const [, namespace] = /\*\s*as\s+([\p{ID_Continue}$]+)/u.exec(clause) ?? [];
  if (namespace !== undefined) pairs.push([namespace, "*"]);
  const [, whole] = /^\s*([\p{ID_Continue}$]+)/u.exec(clause) ?? [];
  if (whole !== undefined) pairs.push([whole, "default"]);
  return pairs;
}
