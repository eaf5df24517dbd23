import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { TaskNotFoundError } from "../errors.ts";
import type { TaskReference } from "../protocol/reference.ts";
import { type AnyFunction, registeredTask } from "./task.ts";

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
  const module = (await import(reference.url)) as Record<string, unknown>;
  const found = reference.kind === "export" ? module[reference.name] : registeredTask(reference.id);
  if (typeof found === "function") return found as AnyFunction;
  throw new TaskNotFoundError(notFoundText(reference, module));
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

let loaderIsReady: Promise<void> | undefined;

/** Nodes that do not strip types themselves load TypeScript through the project's `tsx`. */
async function prepareTypeScript(url: string): Promise<void> {
  if (!/^file:.*\.[mc]?tsx?$/.test(url)) return;
  const features = process.features as { readonly typescript?: string | false };
  if (features.typescript) return;
  loaderIsReady ??= registerTsx(url);
  await loaderIsReady;
}

async function registerTsx(url: string): Promise<void> {
  const bases = [url, pathToFileURL(`${process.cwd()}/package.json`).href, import.meta.url];
  for (const base of bases) {
    let entry: string;
    try {
      entry = createRequire(base).resolve("tsx/esm/api");
    } catch {
      continue;
    }
    const api = (await import(pathToFileURL(entry).href)) as { register(): unknown };
    api.register();
    return;
  }
  throw new TaskNotFoundError(
    `Cannot load ${url}: Node ${process.versions.node} does not run TypeScript. ` +
      "Use Node 22.18 or newer, or install `tsx` beside your program, or compile the file to JavaScript",
  );
}
