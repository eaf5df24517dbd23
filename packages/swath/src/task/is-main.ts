import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

/**
 * Whether the module that `meta` belongs to is the program that was started, and not one that
 * a worker imports. A module that both holds tasks and starts jobs needs it as a guard.
 *
 * @example
 * if (isMain(import.meta)) await main();
 */
export function isMain(meta: { readonly url: string }): boolean {
  if (!isMainThread) return false;
  const [, entry] = process.argv;
  if (entry === undefined || !meta.url.startsWith("file:")) return false;
  try {
    return realpathSync(fileURLToPath(meta.url)) === realpathSync(entry);
  } catch {
    return false;
  }
}
