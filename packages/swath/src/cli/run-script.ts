import { runMain } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * Runs a script as Node itself starts a program: ESM or CommonJS, `import.meta.main`,
 * `require.main`. What it throws is an uncaught error, as there.
 *
 * @param path absolute
 */
export async function runScript(path: string, args: readonly string[]): Promise<void> {
  process.argv = [process.execPath, path, ...args];
  try {
    if (isUnknownModule(path)) await import(pathToFileURL(path).href);
    else runMain();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

/** Nodes that do not run TypeScript themselves start a program of this name as CommonJS. */
function isUnknownModule(path: string): boolean {
  const features = process.features as { readonly typescript?: string | false };
  return path.endsWith(".mts") && !features.typescript;
}
