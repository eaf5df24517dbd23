import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidOptionError } from "swath/worker";

/**
 * Refuses an output that exists already, unless it may be replaced, and one that is the input.
 *
 * @throws InvalidOptionError
 */
export function assertOutput(
  flag: string,
  path: string | undefined,
  {
    overwrite = false,
    input,
  }: { readonly overwrite?: boolean | undefined; readonly input?: string },
): void {
  if (path === undefined) return;
  if (input !== undefined && realPath(path) === realPath(input)) {
    throw new InvalidOptionError(flag, "another file than the input", path);
  }
  if (!overwrite && existsSync(path)) {
    throw new InvalidOptionError(
      flag,
      "a file that does not exist yet",
      path,
      ". Add --overwrite to replace it",
    );
  }
}

/** Where a path leads in the end; itself where there is nothing yet. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
