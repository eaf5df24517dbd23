import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * What vite's test runner makes of the specifier of an import: a path from its root, which is
 * where its tests run, or `/@fs/` and all of a path. Anything else stays as it is.
 */
export function plainSpecifier(specifier: string): string {
  if (!specifier.startsWith("/")) return specifier;
  const path = specifier.replace(/^\/@fs(?=\/)/, "");
  const inRoot = `${process.cwd()}${path}`;
  const isWhole = specifier !== path || !existsSync(inRoot);
  return pathToFileURL(isWhole ? path : inRoot).href;
}
