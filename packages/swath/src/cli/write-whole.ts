import { randomBytes } from "node:crypto";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Writes a file under a temporary name beside `path`, and lets `publish` give it its own: nothing
 * is seen of a file that is not whole.
 *
 * @returns what `publish` does
 * @throws as `writeFileSync` and `publish` do; nothing is left then
 */
export function writeWhole<T>(path: string, content: string, publish: (temporary: string) => T): T {
  // No longer than a name may be, whatever the file's own.
  const name = `.swath-${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  const temporary = join(dirname(path), name);
  try {
    // Never more readable than what it may replace.
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    writeFileSync(temporary, content, { flag: "wx", ...(mode === undefined ? {} : { mode }) });
    return publish(temporary);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Whether a path is that of a plain file, or of none yet; not `/dev/stdout`, a pipe, a folder. */
export function isPlain(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}
