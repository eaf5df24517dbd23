import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { TaskNotFoundError } from "../errors.ts";
import type { TaskReference } from "../protocol/reference.ts";
import { type AnyFunction, alikeTasks, registeredTask } from "./task.ts";

/**
 * Finds the function of a reference in this thread, importing its module if need be.
 *
 * @throws TaskNotFoundError if the module has no such export or registers no such task
 * @throws whatever the module throws while it loads
 */
export async function loadTask(reference: TaskReference): Promise<AnyFunction> {
  if (reference.kind === "registered") {
    const known = registeredTask(reference.id);
    if (known !== undefined) return known;
  }
  await prepareTypeScript(reference.url);
  const module = exportsOf((await import(reference.url)) as Record<string, unknown>);
  const found = reference.kind === "export" ? module[reference.name] : registeredTask(reference.id);
  if (reference.kind === "registered") assertAlike(reference);
  if (typeof found === "function") return found as AnyFunction;
  throw new TaskNotFoundError(notFoundText(reference, module));
}

/** The exports of a module; those of a CommonJS one that Node could not name lie in `default`. */
function exportsOf(module: Record<string, unknown>): Record<string, unknown> {
  const { default: whole } = module;
  if (typeof whole !== "object" || whole === null) return module;
  return { ...module, ...whole };
}

/** Tasks of one name are found by their order: one more or less would be another function. */
function assertAlike(reference: TaskReference & { kind: "registered" }): void {
  const here = alikeTasks(reference.id);
  if (here === 0 || here === reference.alike) return;
  throw new TaskNotFoundError(
    `Cannot tell which task \`${reference.id}\` is: its module registers ${reference.alike} of that name ` +
      `in the caller and ${here} in the worker. Give them names, and make none of them in a condition`,
  );
}

function notFoundText(reference: TaskReference, module: Record<string, unknown>): string {
  if (reference.kind === "export") {
    const known = Object.keys(module).filter((name) => typeof module[name] === "function");
    return (
      `Cannot find a function named \`${reference.name}\` among the exports of ${reference.url}` +
      ` (functions there: ${known.join(", ") || "none"})`
    );
  }
  return (
    `Cannot find task \`${reference.id}\`: ${reference.url} was loaded, but did not register it.` +
    " Call `task(import.meta, …)` at the top level of the module, not inside a function or a condition"
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

/** Nodes that do not strip types themselves load TypeScript through the project's `tsx`. */
export async function prepareTypeScript(url: string): Promise<void> {
  if (!/^file:.*\.[mc]?tsx?$/.test(url)) return;
  const features = process.features as { readonly typescript?: string | false };
  if (features.typescript) return;
  holder[LOADER] ??= registerTsx(url);
  await holder[LOADER];
}

async function registerTsx(url: string): Promise<void> {
  const bases = [url, pathToFileURL(`${process.cwd()}/package.json`).href, import.meta.url];
  for (const base of bases) {
    const entries = tsxEntries(base);
    // Both: without a package.json that says "module", a `.ts` file counts as CommonJS.
    for (const entry of entries) ((await import(entry)) as { register(): unknown }).register();
    if (entries.length > 0) return;
  }
  throw new TaskNotFoundError(
    `Cannot load ${url}: Node ${process.versions.node} does not run TypeScript. ` +
      "Use Node 22.18 or newer, or install `tsx` beside your program, or compile the file to JavaScript",
  );
}
