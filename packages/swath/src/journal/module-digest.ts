import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sha256 } from "./sha256.ts";

/**
 * Digest of a module's file, 32 hexadecimal digits; of the URL itself where it holds the module
 * (`data:`). Empty where there is no file. What the module imports in turn is not looked at.
 */
export function moduleDigest(url: string): string {
  if (url === "") return "";
  try {
    const bytes = url.startsWith("file:") ? readFileSync(pathOf(url)) : url;
    return sha256().update(bytes).digest("hex").slice(0, 32);
  } catch {
    return "";
  }
}

function pathOf(url: string): string {
  return fileURLToPath(url.replace(/[?#].*$/, ""));
}

/** A reference to a function of a module, by what stays the same when the project is moved. */
export interface ModuleFunction {
  readonly name: string;
  readonly url: string;
}

/** What a value refers to if it is a reference to a function of a module. */
export function moduleFunction(value: object): ModuleFunction | undefined {
  const { kind, url, id, name } = value as Readonly<Record<string, unknown>>;
  if (typeof url !== "string") return undefined;
  if (kind === "export" && typeof name === "string") return { name, url };
  if (kind === "registered" && typeof id === "string") {
    return { name: id.slice(id.lastIndexOf("#") + 1), url };
  }
  return undefined;
}
