import { writeFileSync } from "node:fs";
import { publishNew } from "../worker.ts";
import { isPlain, writeWhole } from "./write-whole.ts";

/** Names that are tried for a file before it is given up. */
const MAX_SUFFIX = 10_000;

/**
 * Writes a file that was not there before, and appears when it is whole: `a.html`, else
 * `a-2.html`, `a-3.html`, … What is no plain file (`/dev/stdout`, a pipe) is written to as it is.
 *
 * @param reached for each path, the last number that was given out: those before are not tried again
 * @returns the path that was written
 */
export function writeNew(
  path: string,
  content: string,
  reached = new Map<string, number>(),
): string {
  if (!isPlain(path)) {
    writeFileSync(path, content);
    return path;
  }
  return writeWhole(path, content, (temporary) => {
    for (let number = (reached.get(path) ?? 0) + 1; number < MAX_SUFFIX; number++) {
      const name = number === 1 ? path : suffixed(path, number);
      try {
        publishNew(temporary, name);
        reached.set(path, number);
        return name;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
    throw new Error(`${path} and ${MAX_SUFFIX} more names are taken`);
  });
}

function suffixed(path: string, number: number): string {
  const [ending = ""] = /(?:\.trace)?\.[^./\\]+$/.exec(path) ?? [];
  return `${path.slice(0, path.length - ending.length)}-${number}${ending}`;
}
