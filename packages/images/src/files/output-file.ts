import { accessSync, constants, mkdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { messageOf, publishNew } from "swath/worker";
import { FailedFile, ImageWriteError } from "../errors.ts";

/** How {@link writeWhole} does it. */
export interface WriteOptions {
  /** Tells the temporary files of this run from those of others. */
  readonly token: string;
  /** Whether a file that has the name by then is replaced. */
  readonly overwrite: boolean;
}

/**
 * Writes a file that appears under its name only when it is whole.
 *
 * @throws FailedFile; then nothing is left
 */
export function writeWhole(
  path: string,
  bytes: Uint8Array,
  { token, overwrite }: WriteOptions,
): void {
  const temporary = temporaryName(path, token);
  try {
    writeFileSync(temporary, bytes);
    (overwrite ? renameSync : publishNew)(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw takenName(path);
    throw new FailedFile({ kind: "write", path, reason: writeReason(error) });
  }
}

/** The failure of a file whose name is taken, and which may not replace what has it. */
export function takenName(path: string): FailedFile {
  const reason = 'it exists. Replace it with `existing: "overwrite"` (--existing overwrite)';
  return new FailedFile({ kind: "write", path, reason });
}

/** Where a file is written before it has its name; `token` tells the runs apart. */
export function temporaryName(path: string, token: string): string {
  return `${path}.${token}.tmp`;
}

/** Removes what a worker that was ended may have left. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is not there, or cannot be removed: nobody can do more.
  }
}

/** @throws ImageWriteError unless the folder is there, or can be made, and can be written into */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ImageWriteError(path, writeReason(error), { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the disk. Free some, or write to another",
  EDQUOT: "your disk quota is used up. Free some space",
  EFBIG: "the file system does not take a file that large",
  EACCES: "permission to write there is missing. Choose another folder",
  EPERM: "permission to write there is missing. Choose another folder",
  EROFS: "the file system is read-only. Choose another folder",
  ENOENT: "its folder does not exist",
  ENOTDIR: "part of its path is a file, not a folder. Choose another folder",
  EEXIST: "there is a file of that name, not a folder. Choose another folder",
  EISDIR: "there is a folder of that name",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open. Raise `ulimit -n`",
};

function writeReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : REASONS[code];
  return reason === undefined ? messageOf(error) : `${reason} (${code})`;
}
