import { closeSync, linkSync, openSync, renameSync, unlinkSync } from "node:fs";

/**
 * Gives a whole file the name that it is for, in the same folder, unless something has that name
 * already: of several that want a name, one gets it.
 *
 * @throws with the code EEXIST where the name is taken; the file then keeps its temporary name, as
 *   it does whenever this throws
 * @example
 * publishNew("report.html.4711.tmp", "report.html");
 */
export function publishNew(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    return renameToNew(temporary, path);
  }
  unlinkSync(temporary);
}

/** Where there are no hard links (FAT, some network file systems): an empty file takes the name. */
function renameToNew(temporary: string, path: string): void {
  closeSync(openSync(path, "wx"));
  try {
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
}
