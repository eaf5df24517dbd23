import { existsSync, realpathSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { RegisteredReference } from "../protocol/reference.ts";
import { fileUrl } from "./calling-script.ts";

/** Where a module is: part of the reference of what it registers. */
export type Home = Pick<RegisteredReference, "url" | "bundle">;

/**
 * @param url `import.meta.url` of the module; undefined in a bundle of CommonJS
 * @param script file that the module's code runs from, if it runs from one
 */
export function homeOf(url: string | undefined, script: string | undefined): Home | undefined {
  if (url === undefined) return script === undefined ? undefined : { url: script };
  if (script === undefined || url.startsWith("data:") || fileUrl(url) === script) return { url };
  return { url, bundle: { script, entry: entryUrl() } };
}

/**
 * Modules one of which registers the task, in the order in which to try them: the file that the
 * code runs from; the module by its own name, which a bundler may have kept though the file is
 * gone; the program, for a bundle of several files that are not modules by themselves.
 */
export function registeringModules({ url, bundle }: Home): readonly string[] {
  if (bundle === undefined) return [url];
  const others = [url, bundle.entry].filter((other) => other !== undefined && exists(other));
  return [...new Set([bundle.script, ...(others as string[])])];
}

function entryUrl(): string | undefined {
  const [, entry] = process.argv;
  try {
    return entry === undefined ? undefined : pathToFileURL(realpathSync(entry)).href;
  } catch {
    return undefined;
  }
}

function exists(url: string): boolean {
  try {
    return existsSync(fileURLToPath(url));
  } catch {
    return false;
  }
}
