import { statSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidOptionError } from "../plugin.ts";

/**
 * The absolute path of a script.
 *
 * @throws InvalidOptionError unless it is a file
 */
export function assertScript(script: string): string {
  const path = resolve(script);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() === true) return path;
  const expected = stat === undefined ? "the path of a file that exists" : "a file";
  throw new InvalidOptionError("<script>", expected, script);
}
