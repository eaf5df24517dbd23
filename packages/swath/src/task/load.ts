import { pathToFileURL } from "node:url";
import { TaskNotFoundError } from "../errors.ts";
import type {
  Completion,
  ExpectedFunction,
  ExportReference,
  RegisteredReference,
  TaskReference,
} from "../protocol/reference.ts";
import { resolveBuiltin } from "./builtins.ts";
import { createRequire } from "./create-require.ts";
import { registeringModules } from "./home.ts";
import { type Loading, revive } from "./revive.ts";
import { type AnyFunction, alikeTasks, registeredTask } from "./task.ts";

/**
 * Finds the function of a reference in this thread, importing its module if need be.
 *
 * @throws TaskNotFoundError if the module has no such export or registers no such task
 * @throws whatever the module throws while it loads
 */
export async function loadTask(reference: TaskReference): Promise<AnyFunction> {
  switch (reference.kind) {
    case "registered":
      return registeredTask(reference.id) ?? loadRegistered(reference);
    case "export":
      return loadExport(reference);
    case "builtin":
      return resolveBuiltin(reference) as AnyFunction;
    case "closure":
      return (await revive(reference, LOADING)) as AnyFunction;
    default:
      return reference satisfies never;
  }
}

const LOADING: Loading = { load: loadTask, prepare: prepareTypeScript };

async function loadRegistered(reference: RegisteredReference): Promise<AnyFunction> {
  for (const url of registeringModules(reference)) {
    await importModule(url);
    if (registeredTask(reference.id) !== undefined) break;
  }
  assertAlike(reference);
  const found = registeredTask(reference.id);
  if (found !== undefined) return found;
  throw new TaskNotFoundError(
    `Cannot find task \`${reference.id}\`: ${reference.url} was loaded, but did not register it.` +
      " Call `task(import.meta, …)` at the top level of the module, not inside a function or a condition",
  );
}

async function loadExport({
  url,
  name,
  expected,
  completion,
}: ExportReference): Promise<AnyFunction> {
  const module = exportsOf(await importModule(url));
  const found = module[name];
  if (typeof found !== "function") {
    const known = Object.keys(module).filter((key) => typeof module[key] === "function");
    throw new TaskNotFoundError(
      `Cannot find a function named \`${name}\` among the exports of ${url}` +
        ` (functions there: ${known.join(", ") || "none"})`,
    );
  }
  if (expected !== undefined) assertExpected(found as AnyFunction, url, name, expected);
  if (completion !== undefined) await complete(found as AnyFunction, completion);
  return found as AnyFunction;
}

/** Other modules may give it what its own does not. */
async function complete(found: AnyFunction, { members, modules }: Completion): Promise<void> {
  for (const other of modules) {
    if (members.every((member) => hasMember(found, member))) return;
    await importModule(other);
  }
}

function hasMember(fn: AnyFunction, member: string): boolean {
  const [, key] = /^prototype\.(.+)$/s.exec(member) ?? [];
  if (key === undefined) return Object.hasOwn(fn, member);
  return Object.hasOwn((fn as { readonly prototype?: object }).prototype ?? {}, key);
}

/** A module may export another function here than there. */
function assertExpected(
  found: AnyFunction,
  url: string,
  name: string,
  expected: ExpectedFunction,
): void {
  const isSame = found.name === expected.name && found.length === expected.arity;
  // Not by its own `toString`, which may be another.
  const text = Function.prototype.toString.call(found);
  if (isSame && (expected.text ?? text) === text) return;
  throw new TaskNotFoundError(
    `The export \`${name}\` of ${url} is another function in the worker than in the caller: ` +
      "the file has changed since it was loaded, or it exports by conditions. " +
      "Declare it as `export const f = task(import.meta, function f(item) { … })`",
  );
}

async function importModule(url: string): Promise<Record<string, unknown>> {
  await prepareTypeScript(url);
  try {
    return (await import(/* webpackIgnore: true */ url)) as Record<string, unknown>;
  } catch (error) {
    throw isWithoutPlace(error) ? unparsed(url, error) : error;
  }
}

/** Node tells where a module cannot be parsed only of errors that end the program. */
export function isWithoutPlace(error: unknown): error is SyntaxError {
  return (
    error instanceof SyntaxError && /^.*\n +at .*node:internal\/modules/.test(error.stack ?? "")
  );
}

function unparsed(url: string, cause: SyntaxError): SyntaxError {
  const text = `${cause.message}, in ${url} or a module that it imports. \`node --check <file>\` shows the place`;
  return new SyntaxError(text, { cause });
}

/** The exports of a module; those of a CommonJS one that Node could not name lie in `default`. */
function exportsOf(module: Record<string, unknown>): Record<string, unknown> {
  const { default: whole } = module;
  if (typeof whole === "function") return Object.assign({}, whole, module);
  if (typeof whole !== "object" || whole === null) return module;
  return { ...module, ...whole };
}

/** Tasks of one name are found by their order: one more or less would be another function. */
function assertAlike(reference: RegisteredReference): void {
  const here = alikeTasks(reference.id);
  if (here === 0 || here === reference.alike) return;
  throw new TaskNotFoundError(
    `Cannot tell which task \`${reference.id}\` is: its module registers ${reference.alike} of that name ` +
      `in the caller and ${here} in the worker. Give them names, and make none of them in a condition`,
  );
}

/** tsx's two loaders as a module at `base` would import them; `require.resolve` finds CommonJS. */
function tsxEntries(base: string): readonly string[] {
  try {
    const require = createRequire(base);
    const path = require.resolve("tsx/package.json");
    const { exports } = require(path) as TsxPackage;
    return ["./cjs/api", "./esm/api"].map((name) => {
      const entry = exports[name]?.import.default as string;
      return new URL(entry, pathToFileURL(path)).href;
    });
  } catch {
    return [];
  }
}

interface TsxPackage {
  readonly exports: Readonly<Record<string, { readonly import: { readonly default: string } }>>;
}

/** One for each thread: registering a loader twice would load every module twice through it. */
const LOADER = Symbol.for("swath.loader/1");
const holder = globalThis as { [LOADER]?: Promise<void> };

/**
 * Nodes that do not strip types themselves load TypeScript through the project's `tsx`. Vite's
 * test runner takes more than such Nodes do (enums, `./x.js` for `x.ts`), and so does `tsx`.
 */
export async function prepareTypeScript(url: string): Promise<void> {
  if (!/^file:.*\.[mc]?tsx?$/.test(url)) return;
  const features = process.features as { readonly typescript?: string | false };
  const strips = Boolean(features.typescript);
  if (strips && process.env["VITEST"] === undefined) return;
  holder[LOADER] ??= registerTsx(url, strips);
  await holder[LOADER];
}

async function registerTsx(url: string, isOptional: boolean): Promise<void> {
  const bases = [url, pathToFileURL(`${process.cwd()}/package.json`).href, import.meta.url];
  for (const base of bases) {
    const entries = tsxEntries(base);
    // Both: without a package.json that says "module", a `.ts` file counts as CommonJS.
    for (const entry of entries)
      ((await import(/* webpackIgnore: true */ entry)) as { register(): unknown }).register();
    if (entries.length > 0) return;
  }
  if (isOptional) return;
  throw new TaskNotFoundError(
    `Cannot load ${url}: Node ${process.versions.node} does not run TypeScript. ` +
      "Use Node 22.18 or newer, or install `tsx` beside your program, or compile the file to JavaScript",
  );
}
