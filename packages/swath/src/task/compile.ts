import Module from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import type { FunctionPart } from "../protocol/parcel.ts";

/** Gives the function to `give` and asks `take` for the captured values, by name. */
export type Build = (give: (fn: unknown) => void, take: (name: string) => unknown) => void;

/** Names of captured variables by the time at which they get their values. */
export interface Bindings {
  /** Before the function is made. */
  readonly early: readonly string[];
  /** After it, so that they may hold it. */
  readonly late: readonly string[];
  /** Never: reading them throws. */
  readonly unset: readonly string[];
}

const GIVE = "swath$give";
const TAKE = "swath$take";

/** Compiled texts of this thread: the next job with the same function finds it. */
const compiled = new Map<string, Build>();
/** Texts that are kept. */
const MAX_COMPILED = 1_000;

/**
 * Compiles a function's text under its author's file name, line and column. Captured variables
 * are constants: a write that nobody has noticed throws, instead of being lost.
 *
 * @param map source map of its script, where a compiler has made the text
 */
export function compileFunction(part: FunctionPart, bindings: Bindings, map?: string): Build {
  const code = wrap(part, bindings);
  const key = `${part.url}:${part.line}:${code}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const filename = map === undefined ? part.url : mappedName(part.url, map);
  const build = evaluate(code, filename, part.line - 1) as Build;
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(key, build);
  return build;
}

/** The text stands on a line of its own, as far to the right as in its file. */
function wrap({ form, text, column, isStrict }: FunctionPart, bindings: Bindings): string {
  const { early, late, unset } = bindings;
  const constants = (names: readonly string[]) =>
    names.map((name) => `const ${name} = ${TAKE}(${JSON.stringify(name)});`).join(" ");
  const value = form === "method" ? [`...Object.values({`, `})`] : ["", ""];
  const head = `(function (${GIVE}, ${TAKE}) {${isStrict ? '"use strict";' : ""} ${constants(early)} ${GIVE}(${value[0]}`;
  const tail = `${value[1]}); ${constants(late)} return; ${unset.map((name) => `let ${name};`).join(" ")} })`;
  return `${head}\n${" ".repeat(column)}${text}\n${tail}`;
}

/** `import()` as it works in the module at `url`. */
export function importFrom(url: string): (specifier: string) => Promise<unknown> {
  return evaluate("(specifier) => import(specifier)", url, 0) as never;
}

function evaluate(code: string, filename: string, lineOffset: number): unknown {
  if (/\bimport\b/.test(code)) silenceImports();
  const script = new Script(code, {
    filename,
    lineOffset,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext();
}

let isSilent = false;

/**
 * Node calls the constant above experimental, in each thread at its first `import()`. The author
 * of the function wrote no such constant: so that one warning is dropped.
 */
function silenceImports(): void {
  if (isSilent) return;
  isSilent = true;
  const emit = process.emitWarning.bind(process) as (...args: readonly unknown[]) => void;
  process.emitWarning = ((...args: readonly unknown[]) => {
    if (!String(args[0]).includes("vm.USE_MAIN_CONTEXT_DEFAULT_LOADER")) emit(...args);
  }) as typeof process.emitWarning;
}

/** Keeps the maps: Node forgets one when its module is gone. */
const mapped = new Map<string, { readonly name: string; readonly holder: Module }>();

/**
 * Makes Node know a source map. The name differs from the file's: this thread may load the file
 * by another loader, with another map or none.
 */
function mappedName(url: string, map: string): string {
  const known = mapped.get(url);
  if (known !== undefined) return known.name;
  const path = `${fileURLToPath(url.replace(/[?#].*$/, ""))}?swath`;
  const holder = new Module(path);
  process.setSourceMapsEnabled(true);
  (holder as unknown as { _compile(text: string, path: string): void })._compile(
    `\n//# sourceMappingURL=${map}`,
    path,
  );
  const name = pathToFileURL(path).href;
  mapped.set(url, { name, holder });
  return name;
}
