import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  statSync,
} from "node:fs";
import { messageOf } from "swath/worker";
import { unreadable } from "../errors.ts";

/**
 * Reads a whole file into memory that `memoryFor` gives.
 *
 * @throws FailedFile for what is no file, is empty, or cannot be read
 */
export function readInput(path: string, memoryFor: (bytes: number) => Uint8Array): Uint8Array {
  const fd = openInput(path);
  try {
    const { size } = fstatSync(fd);
    if (size === 0) throw unreadable(path, "it is empty (0 bytes)");
    const memory = memoryFor(size);
    for (let done = 0; done < size; ) {
      const count = readSync(fd, memory, done, size - done, done);
      if (count === 0) throw unreadable(path, `it ends at byte ${done} of ${size}`);
      done += count;
    }
    return memory;
  } finally {
    closeSync(fd);
  }
}

function openInput(path: string): number {
  try {
    // Opening a pipe would wait for somebody to write into it.
    assertRegular(path);
    return openSync(path, "r");
  } catch (error) {
    throw reasonOf(path, error);
  }
}

function assertRegular(path: string): void {
  const stats = statSync(path);
  if (stats.isDirectory()) throw unreadable(path, "it is a folder, not an image");
  if (!stats.isFile()) throw unreadable(path, "it is no regular file");
}

function reasonOf(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (!isLink) return unreadable(path, "there is no such file");
    const to = readlinkSync(path);
    return unreadable(path, `it is a symbolic link that leads nowhere, to "${to}"`);
  }
  if (code === "EACCES" || code === "EPERM") return unreadable(path, "permission is missing");
  if (code === undefined) return error;
  return unreadable(path, messageOf(error));
}
