import { existsSync } from "node:fs";
import { InvalidOptionError } from "swath/worker";

/**
 * Refuses an output that exists already, unless it may be replaced.
 *
 * @throws InvalidOptionError
 */
export function assertOutput(
  flag: string,
  path: string | undefined,
  { overwrite = false }: { readonly overwrite?: boolean | undefined },
): void {
  if (path === undefined || overwrite || !existsSync(path)) return;
  const hint = ". Add --overwrite to replace it";
  throw new InvalidOptionError(flag, "a file that does not exist yet", path, hint);
}
