import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { JobOptions } from "swath";
import { InvalidOptionError } from "swath/worker";

/**
 * Refuses outputs that are the input, or each other, under whatever names.
 *
 * @param outputs by the name of their option; undefined ones are not written
 * @throws InvalidOptionError
 */
export function assertDistinct(
  input: string,
  outputs: Readonly<Record<string, string | undefined>>,
): void {
  const taken = new Map([[realPath(input), "the input"]]);
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const real = realPath(path);
    const other = taken.get(real);
    if (other !== undefined)
      throw new InvalidOptionError(option, `another file than ${other}`, path);
    taken.set(real, `\`${option}\``);
  }
}

/** The file of a `journal` option, which is checked elsewhere. */
export function journalPath({ journal }: Pick<JobOptions, "journal">): string | undefined {
  const isPlace = typeof journal === "string" || journal instanceof URL;
  const path: unknown = isPlace ? journal : journal?.path;
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  return typeof path === "string" ? path : undefined;
}

/** Where a path leads in the end; itself where there is nothing yet. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
