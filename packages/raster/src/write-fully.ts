import { existsSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "swath/worker";
import { RasterWriteError } from "./errors.ts";

/** Writes all of `bytes` at `position`: the system may take less than it is given. */
export function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}

/** A failed system call as an error that says what to do. */
export function writeFailure(path: string, error: unknown): RasterWriteError {
  if (error instanceof RasterWriteError) return error;
  const code = codeOf(error);
  const reason = code === undefined ? undefined : REASONS[code]?.(path);
  const text = reason === undefined ? messageOf(error) : `${reason} (${code})`;
  return new RasterWriteError(path, text, { cause: error });
}

const REASONS: Readonly<Record<string, (path: string) => string>> = {
  ENOSPC: () => "no space is left on the disk. Free some, or write to another; nothing was kept",
  EDQUOT: () => "your disk quota is used up. Free some space; nothing was kept",
  EFBIG: () => "the file system does not take a file that large. Write to another, or compress",
  EACCES: (path) => `permission to write into "${dirname(path)}" is missing. Choose another folder`,
  EPERM: (path) => `permission to write into "${dirname(path)}" is missing. Choose another folder`,
  EROFS: () => "the file system is read-only. Choose another folder",
  ENOENT: (path) =>
    existsSync(dirname(path))
      ? `no files can be made in "${dirname(path)}". Choose another folder`
      : `the folder "${dirname(path)}" does not exist. Create it first`,
  ENOTDIR: (path) => `"${dirname(path)}" is not a folder. Choose another`,
  EEXIST: () => "a file of that name exists. Replace it with `overwrite: true` (--overwrite)",
  EISDIR: () => "it is a folder. Name a file inside it",
  ENAMETOOLONG: () => "its name is too long with the temporary suffix. Choose a shorter one",
  EMFILE: () => "too many files are open. Raise `ulimit -n`",
};

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
