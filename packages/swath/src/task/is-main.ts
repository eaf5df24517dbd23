import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { callingScript } from "./calling-script.ts";

/**
 * Whether the module that `meta` belongs to is the program that was started, and not one that
 * a worker imports. A module that both holds tasks and starts jobs needs it as a guard.
 *
 * All modules of a bundle are one file: ask in the one that the bundle begins with.
 *
 * @example
 * if (isMain(import.meta)) await main();
 */
export function isMain(meta: { readonly url: string }): boolean {
  if (!isMainThread) return false;
  const [, entry] = process.argv;
  if (entry === undefined) return false;
  return isFile(meta.url, entry) || isFile(callingScript(isMain), entry);
}

function isFile(url: string | undefined, path: string): boolean {
  if (!url?.startsWith("file:")) return false;
  try {
    return realpathSync(fileURLToPath(url)) === realpathSync(path);
  } catch {
    return false;
  }
}
